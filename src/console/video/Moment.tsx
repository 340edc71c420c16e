/** One event: who, where, because of what, what it carried, and what it made of the video. */
import { useQuery } from '@tanstack/react-query'
import { api, ApiError, type RecordedEvent } from '../api.js'
import { Loading } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { Time } from '../components/Time.js'
import { pageOf, useEventsOf } from './history.js'
import { Value } from './Value.js'

interface Props {
  readonly id: string
  readonly version: number
  readonly isNow: boolean
}

export function Moment({ id, version, isNow }: Props) {
  const { events } = useEventsOf(id, [pageOf(version)], version)
  const event = events.get(version)
  return (
    <section aria-labelledby="moment-heading" className="moment">
      <h2 id="moment-heading">
        {isNow ? 'The latest event' : `Event ${version}`}
        {event && `: ${event.type}`}
      </h2>
      {event === undefined ? <Loading what="Asking for the event" /> : <About event={event} />}
      <Then id={id} version={version} />
    </section>
  )
}

function About({ event }: { readonly event: RecordedEvent }) {
  const { recordedAt, actor, node, cause, state, data, unreadable } = event
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
      {actor !== null && (
        <>
          <dt>by</dt>
          <dd>{actor}</dd>
        </>
      )}
      {node !== null && (
        <>
          <dt>on node</dt>
          <dd>{node}</dd>
        </>
      )}
      {cause !== null && (
        <>
          <dt>because of</dt>
          <dd>{cause}</dd>
        </>
      )}
      {unreadable !== null && (
        <>
          <dt>unreadable</dt>
          <dd className="error-line">{unreadable}</dd>
        </>
      )}
      {Object.entries(data).map(([name, value]) => (
        <Value key={name} name={name} value={value} />
      ))}
    </dl>
  )
}

/** What the row was then, and what the event had changed of it. */
function Then({ id, version }: Omit<Props, 'isNow'>) {
  const { data, error } = useQuery({
    queryKey: ['video-at', id, version],
    queryFn: ({ signal }) => api.videoAt(id, version, signal),
    // the past stays as it was
    staleTime: Infinity,
  })
  // a node of an older version does not know the past
  if (error instanceof ApiError && error.status === 404) return null
  if (data === undefined) return null
  const changes = Object.entries<unknown>(typeof data.changes === 'object' ? { ...data.changes } : {})
  return (
    <>
      {data.effects.length > 0 && (
        <p>
          It asked for: <code>{data.effects.map(nameOf).join(', ')}</code>
        </p>
      )}
      {changes.length > 0 && (
        <details open>
          <summary>What it changed</summary>
          <dl className="facts">
            {changes.map(([name, value]) => (
              <Value key={name} name={name} value={value} />
            ))}
          </dl>
        </details>
      )}
      <details>
        <summary>The row as it was then</summary>
        <dl className="facts">
          {Object.entries(data.row).map(([name, value]) => (
            <Value key={name} name={name} value={value} />
          ))}
        </dl>
      </details>
    </>
  )
}

const nameOf = (effect: unknown): string =>
  typeof effect === 'object' && effect !== null && 'type' in effect ? String(effect.type) : String(effect)
