/** One event: who, where, because of what, what it carried, and what it made of the video. */
import type { RecordedEvent } from '../answers.js'
import { Loading, Trouble } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { Time } from '../components/Time.js'
import { Changes, Effects } from './Changes.js'
import { pageOf, useEventsOf, useThen } from './history.js'
import { Value } from './Value.js'

interface Props {
  readonly id: string
  readonly version: number
  readonly newest: number
}

export function Moment({ id, version, newest }: Props) {
  const { events, error, refetch } = useEventsOf(id, [pageOf(version)], newest)
  const event = events.get(version)
  return (
    <section aria-labelledby="moment-heading" className="moment">
      <h2 id="moment-heading">
        {version === newest ? 'The latest event' : `Event ${version}`}
        {event && `: ${event.type}`}
      </h2>
      {event !== undefined ? (
        <About event={event} />
      ) : error === null ? (
        <Loading what="Asking for the event" />
      ) : (
        <Trouble what="The event can’t be shown" error={error} onAgain={refetch} />
      )}
      <Made id={id} version={version} />
    </section>
  )
}

function About({ event }: { readonly event: RecordedEvent }) {
  const { recordedAt, state } = event
  return (
    <dl className="facts">
      <dt>when</dt>
      <dd>
        <Time at={recordedAt} long />
      </dd>
      <dt>then in</dt>
      <dd>
        <StateChip state={state} />
      </dd>
      <Envelope {...event} />
      <Carried {...event} />
    </dl>
  )
}

/** By whom, where and because of what. */
export const Envelope = ({ actor, node, cause }: Pick<RecordedEvent, 'actor' | 'node' | 'cause'>) => (
  <>
    <Value name="by" value={actor} />
    <Value name="on node" value={node} />
    <Value name="because of" value={cause} />
  </>
)

/** What stands in the event itself. */
export const Carried = ({ data, unreadable }: Pick<RecordedEvent, 'data' | 'unreadable'>) => (
  <>
    {unreadable !== null && (
      <>
        <dt>unreadable</dt>
        <dd className="error-line">{unreadable}</dd>
      </>
    )}
    {Object.entries(data).map(([name, value]) => (
      <Value key={name} name={name} value={value} />
    ))}
  </>
)

/** What the event made of the video. */
function Made({ id, version }: Omit<Props, 'newest'>) {
  const { data, error, refetch } = useThen(id, version)
  if (error !== null)
    return <Trouble what="What it changed can’t be shown" error={error} onAgain={() => void refetch()} />
  if (data === undefined) return <Loading what="Asking what it changed" />
  return (
    <>
      <Effects effects={data.effects} />
      <Changes changed={data.changed} />
    </>
  )
}
