/** Every event of a video's life, the newest first. */
import { memo, useEffect, useRef } from 'react'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { RecordedEvent } from '../api.js'
import { Trouble } from '../components/Said.js'
import { StateChip } from '../components/StateChip.js'
import { Time } from '../components/Time.js'
import { spoken, useTimeFormat } from '../settings/time.js'
import { pageOf, useEventsOf } from './history.js'

const rowPixels = 40

interface Props {
  readonly id: string
  readonly newest: number
  readonly version: number
  readonly onVersion: (version: number) => void
}

export function Timeline({ id, newest, version, onVersion }: Props) {
  const frame = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    ...{ count: newest, overscan: 10 },
    getScrollElement: () => frame.current,
    estimateSize: () => rowPixels,
  })
  const seen = rows.getVirtualItems().map(({ index }) => newest - index)
  // the event before is needed, too: each says how long after it it came
  const pages = [...new Set([...seen, ...seen.map((one) => Math.max(1, one - 1))].map(pageOf))].sort((a, b) => a - b)
  const { events, error, refetch } = useEventsOf(id, pages, newest)
  const { name } = useTimeFormat()
  const place = newest - version
  useEffect(() => rows.scrollToIndex(place, { align: 'auto' }), [rows, place])
  return (
    <section className="timeline" aria-labelledby="timeline-heading">
      <h2 id="timeline-heading">
        Its {newest} {newest === 1 ? 'event' : 'events'} <small className="quiet">times in {name}</small>
      </h2>
      {error !== null && <Trouble what="Its events can’t be shown" error={error} onAgain={refetch} />}
      <div ref={frame} className="timeline-frame" tabIndex={0} role="region" aria-label="Its events, newest first">
        <ol style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const at = newest - index
            return (
              <li
                key={at}
                aria-posinset={index + 1}
                aria-setsize={newest}
                style={{ transform: `translateY(${start}px)` }}
              >
                <EventLine
                  version={at}
                  event={events.get(at)}
                  before={events.get(at - 1)}
                  isShown={at === version}
                  onChoose={onVersion}
                />
              </li>
            )
          })}
        </ol>
      </div>
    </section>
  )
}

interface LineProps {
  readonly version: number
  readonly event: RecordedEvent | undefined
  readonly before: RecordedEvent | undefined
  readonly isShown: boolean
  readonly onChoose: (version: number) => void
}

const EventLine = memo(function EventLine({ version, event, before, isShown, onChoose }: LineProps) {
  return (
    <button
      type="button"
      className="event-line"
      aria-current={isShown ? 'step' : undefined}
      onClick={() => onChoose(version)}
    >
      <span className="version">{version}</span>
      {event === undefined ? (
        <span className="quiet">…</span>
      ) : (
        <>
          <span className="time">
            <Time at={event.recordedAt} />
          </span>
          <span className="after quiet">{before && `+${sinceSeconds(before, event)}`}</span>
          <span className="what">{event.type}</span>
          <StateChip state={event.state} />
          <span className="by quiet">{event.actor ?? event.node ?? ''}</span>
        </>
      )}
    </button>
  )
})

function sinceSeconds(before: RecordedEvent, event: RecordedEvent): string {
  const seconds = (Date.parse(event.recordedAt) - Date.parse(before.recordedAt)) / 1000
  return seconds < 10 ? `${seconds.toFixed(1)} s` : spoken(seconds)
}
