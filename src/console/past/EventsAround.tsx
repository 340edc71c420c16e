/** The events around an instant of the past: what was still to come above it, what had just happened below it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { EventColumns, EventRow } from '../components/EventTable.js'
import { Empty, Loading, Trouble } from '../components/Said.js'
import { Time } from '../components/Time.js'
import { aroundQuery } from './around.js'

/** Of what was still to come fewer are of interest. */
const laterShown = 5

export function EventsAround({ ms }: { readonly ms: number }) {
  const { data, error, refetch, isPlaceholderData } = useQuery({
    ...aroundQuery(ms),
    placeholderData: keepPreviousData,
  })
  if (data === undefined)
    return error === null ? (
      <Loading what="Asking for the events" />
    ) : (
      <Trouble what="The events can’t be shown" error={error} onAgain={() => void refetch()} />
    )
  if (data.before.length + data.after.length === 0) return <Empty>Nothing has happened yet.</Empty>
  return (
    <div className={isPlaceholderData ? 'table-frame being-replaced' : 'table-frame'}>
      <table className="events around">
        <EventColumns />
        <tbody className="later" aria-label="Still to come">
          {data.after
            .slice(0, laterShown)
            .toReversed()
            .map((event) => (
              <EventRow key={event.id} event={event} />
            ))}
        </tbody>
        <tbody>
          <tr className="instant">
            <td colSpan={5}>
              ▸ <Time at={new Date(ms).toISOString()} long />: what is above was still to come
            </td>
          </tr>
        </tbody>
        <tbody className="earlier" aria-label="Had happened">
          {data.before.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </tbody>
      </table>
    </div>
  )
}
