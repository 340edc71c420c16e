/** The one thing to look at: all is well; or how many need a person; or that nothing of it is known to be true any more. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { Link } from 'wouter'
import { api } from '../api.js'
import { boardNow } from '../board/useBoard.js'
import { Shape } from '../components/Shape.js'
import { useFresh } from '../live/useFresh.js'
import { useLive } from '../live/useLive.js'
import { type Needy, topOf, useNeedy } from '../machine.js'
import type { Colour } from '../../../machines/video.js'

const healthKey = ['health']
const healthEveryMs = 15_000
const boardEveryMs = 15_000
const warned = { kind: 'warned', colour: 'amber' } as const
const unknown = { kind: 'unknown', colour: 'amber' } as const
const connecting = { kind: 'connecting', colour: 'grey', text: 'Connecting…' } as const

export function AllWell() {
  const { kind, colour, text, href } = useSaying()
  const saying = (
    <>
      <Shape colour={colour} /> {text}
    </>
  )
  return (
    <p className={`standing ${kind}`} role="status" data-standing={kind}>
      {href === undefined ? saying : <Link href={href}>{saying}</Link>}
    </p>
  )
}

interface Saying {
  readonly kind: 'connecting' | 'cut-off' | 'unwell' | 'needy' | 'warned' | 'unknown' | 'well'
  readonly colour: Colour
  readonly text: string
  /** Where there is more of it. */
  readonly href?: string
}

function useSaying(): Saying {
  const { live, hasBeenLive, why } = useLive(({ standing }) => standing)
  const needy = useNeedy()
  const health = useQuery({
    ...{ queryKey: healthKey, refetchInterval: healthEveryMs, retry: false },
    queryFn: ({ signal }) => api.health(signal),
  })
  const board = useQuery({ ...boardNow, refetchInterval: boardEveryMs })
  useFresh(healthKey, () => false)
  const reason = isKnown(health) ? (health.data?.reason ?? null) : null
  if (reason !== null) return { kind: 'unwell', colour: 'red', text: `This node: ${reason}` }
  if (!live && why !== null)
    return { kind: 'cut-off', colour: 'amber', text: hasBeenLive ? 'Cut off' : 'Not connected' }
  if (!live || needy === null) return connecting
  if (needy.errors > 0) {
    const text = `${needy.all} need${needy.all === 1 ? 's' : ''} attention`
    return { kind: 'needy', colour: 'red', text, href: '/attention' }
  }
  if (needy.all > 0) return { ...warned, text: besideErrors(needy), href: '/attention' }
  for (const [what, asked] of [['Nodes and locations', board] as const, ['This node', health] as const])
    if (!isKnown(asked)) return asked.errorUpdateCount === 0 ? connecting : { ...unknown, text: `${what}: not known` }
  const silent = countOf(board.data?.nodes, 'SILENT')
  if (silent > 0)
    return { ...warned, text: `${silent} ${silent === 1 ? 'node is' : 'nodes are'} silent`, href: '/nodes' }
  const paused = countOf(board.data?.locations, 'PAUSED')
  if (paused > 0)
    return { ...warned, text: `${paused} ${paused === 1 ? 'location is' : 'locations are'} paused`, href: '/locations' }
  const [warning] = health.data?.warnings ?? []
  if (warning !== undefined) return { ...warned, text: warning }
  return { kind: 'well', colour: 'green', text: 'All is well' }
}

/** Whether there is an answer, and none since that failed: what was so then may be otherwise by now. */
const isKnown = ({ data, error }: Pick<UseQueryResult, 'data' | 'error'>): boolean =>
  data !== undefined && error === null

/** What needs a person where no state is an error. */
const besideErrors = ({ warnings, orphans }: Needy): string =>
  [
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`] : []),
    ...(orphans > 0 ? [`${orphans} left behind`] : []),
  ].join(', ')

const countOf = (members: readonly { readonly state: string }[] | undefined, state: string): number =>
  members?.filter((one) => topOf(one.state) === state).length ?? 0
