/** What is known of the video: now, or as it was at the event that is looked at. */
import type { Row } from '../answers.js'
import { Loading, Trouble } from '../components/Said.js'
import { useThen } from './history.js'
import { Value } from './Value.js'

/** What the page shows elsewhere, or nobody asks for. */
const elsewhere = new Set(['id', 'version', 'chart', 'snapshot'])
/** Of now these stand at the top of the page. */
const atTheTop = new Set(['state', 'substate', 'error', 'warning', 'video_title'])

interface Props {
  readonly id: string
  readonly row: Row
  readonly version: number
  readonly newest: number
}

export function Facts({ id, row, version, newest }: Props) {
  const isPast = version < newest
  const { data: then, error, refetch } = useThen(id, version, isPast)
  const shown = isPast ? then?.row : row
  return (
    <section aria-labelledby="facts-heading" className="facts-of" data-version={version}>
      <h2 id="facts-heading">{isPast ? `The video as at event ${version}` : 'The video now'}</h2>
      {shown !== undefined ? (
        <dl className="facts">
          {Object.entries(shown)
            .filter(([name]) => !elsewhere.has(name) && (isPast || !atTheTop.has(name)))
            .map(([name, value]) => (
              <Value key={name} name={name} value={value} />
            ))}
        </dl>
      ) : error === null ? (
        <Loading what="Asking what it was then" />
      ) : (
        <Trouble what="What it was then can’t be shown" error={error} onAgain={() => void refetch()} />
      )}
    </section>
  )
}
