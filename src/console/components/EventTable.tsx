/** The newest events, as they happen. */
import { memo } from 'react'
import type { ShownEvent } from '../../http/feed.js'
import { useLive } from '../live/useLive.js'
import { useTimeFormat } from '../settings/time.js'
import { Empty } from './Said.js'
import { StateChip } from './StateChip.js'
import { Time } from './Time.js'
import { VideoLink } from './VideoLink.js'

export function LatestEvents({ most }: { readonly most: number }) {
  const events = useLive((live) => live.events)
  const known = useLive(({ standing }) => standing.hasBeenLive)
  if (events.length === 0) return <Empty>{known ? 'Nothing has happened yet.' : 'Not known yet.'}</Empty>
  return (
    <div className="table-frame">
      <table className="events">
        <EventColumns />
        <tbody>
          {events.slice(0, most).map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

export function EventColumns() {
  const { name } = useTimeFormat()
  return (
    <thead>
      <tr>
        <th scope="col">Time ({name})</th>
        <th scope="col">Video</th>
        <th scope="col">Event</th>
        <th scope="col">State</th>
        <th scope="col">By</th>
      </tr>
    </thead>
  )
}

/** An event as a row under `EventColumns`. */
export const EventRow = memo(function EventRow({ event }: { readonly event: ShownEvent }) {
  const { video, stream, title, version, type, state, actor, node, recordedAt } = event
  return (
    <tr>
      <td className="time">
        <Time at={recordedAt} />
      </td>
      <td className="video">{video === null ? stream : <VideoLink id={video} title={title} version={version} />}</td>
      <td className="event">{type}</td>
      <td className="state">{video === null ? state : <StateChip state={state} />}</td>
      <td className="by">{actor ?? node ?? ''}</td>
    </tr>
  )
})
