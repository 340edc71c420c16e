/** The one thing to look at: all is well; or how many need a person; or that nothing of it is known to be true any more. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../api.js'
import { Shape } from '../components/Shape.js'
import { useLive } from '../live/useLive.js'
import { useNeedy } from '../machine.js'
import type { Colour } from '../../../machines/video.js'

const healthEveryMs = 15_000

export function AllWell() {
  const { kind, colour, text } = useSaying()
  const saying = (
    <>
      <Shape colour={colour} /> {text}
    </>
  )
  return (
    <p className={`standing ${kind}`} role="status" data-standing={kind}>
      {kind === 'needy' ? <Link href="/attention">{saying}</Link> : saying}
    </p>
  )
}

interface Saying {
  readonly kind: 'connecting' | 'cut-off' | 'unwell' | 'needy' | 'warned' | 'well'
  readonly colour: Colour
  readonly text: string
}

function useSaying(): Saying {
  const { live, hasBeenLive } = useLive(({ standing }) => standing)
  const needy = useNeedy()
  const { data: health } = useQuery({
    ...{ queryKey: ['health'], refetchInterval: healthEveryMs, retry: false },
    queryFn: ({ signal }) => api.health(signal),
  })
  if (!live) {
    return hasBeenLive
      ? { kind: 'cut-off', colour: 'amber', text: 'Cut off' }
      : { kind: 'connecting', colour: 'grey', text: 'Connecting…' }
  }
  if (health !== undefined && health.reason !== null)
    return { kind: 'unwell', colour: 'red', text: `This node: ${health.reason}` }
  if (needy === null) return { kind: 'connecting', colour: 'grey', text: 'Connecting…' }
  if (needy > 0) return { kind: 'needy', colour: 'red', text: `${needy} need${needy === 1 ? 's' : ''} attention` }
  const [warning] = health?.warnings ?? []
  if (warning !== undefined) return { kind: 'warned', colour: 'amber', text: warning }
  return { kind: 'well', colour: 'green', text: 'All is well' }
}
