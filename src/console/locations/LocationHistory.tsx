/** What happened to a location, asked for when somebody wants to see it: the newest first. */
import { useState } from 'react'
import { useQuery } from '@tanstack/react-query'
import type { LocationEvent } from '../answers.js'
import { api } from '../api.js'
import { Loading, Trouble } from '../components/Said.js'
import { Time } from '../components/Time.js'
import { useFresh } from '../live/useFresh.js'

const most = 20

export function LocationHistory({ name }: { readonly name: string }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>What happened</summary>
      {isOpen && <Events name={name} />}
    </details>
  )
}

/** All of them, a page after the other: a stream of a location is short. */
async function allEvents(name: string, signal: AbortSignal): Promise<LocationEvent[]> {
  const all: LocationEvent[] = []
  for (let after: number | null = 0; after !== null;) {
    const { events, next }: Awaited<ReturnType<typeof api.locationEvents>> = await api.locationEvents(
      name,
      after,
      signal,
    )
    all.push(...events)
    after = next
  }
  return all.toReversed()
}

function Events({ name }: { readonly name: string }) {
  const key = ['location-events', name]
  const { data, error, refetch } = useQuery({ queryKey: key, queryFn: ({ signal }) => allEvents(name, signal) })
  useFresh(key, ({ stream }) => stream === `location/${name}`, 250)
  if (error !== null) return <Trouble what="It can’t be shown" error={error} onAgain={() => void refetch()} />
  if (data === undefined) return <Loading what="Asking" />
  if (data.length === 0) return <p className="quiet">Nothing yet.</p>
  return (
    <ol className="location-events">
      {data.slice(0, most).map(({ version, type, state, actor, node, recordedAt, data }) => (
        <li key={version}>
          <Time at={recordedAt} /> <b>{type}</b>{' '}
          <span className="quiet">
            by {actor ?? node ?? 'itself'}, then {state}
          </span>
          <Said data={data} />
        </li>
      ))}
      {data.length > most && <li className="quiet">and {data.length - most} before</li>}
    </ol>
  )
}

const Said = ({ data }: Pick<LocationEvent, 'data'>) => {
  const said = [data['why'], data['cause']].find((one) => typeof one === 'string')
  return typeof said === 'string' ? <span className="under">{said}</span> : null
}
