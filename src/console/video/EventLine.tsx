/** An event of the timeline: in a line, or with all that it says. */
import { memo } from 'react'
import type { RecordedEvent } from '../answers.js'
import { StateChip } from '../components/StateChip.js'
import { Time } from '../components/Time.js'
import { spoken } from '../settings/time.js'
import { Changes, Effects } from './Changes.js'
import { Carried, Envelope } from './Moment.js'

interface Props {
  readonly version: number
  readonly event: RecordedEvent | undefined
  readonly before: RecordedEvent | undefined
  readonly isShown: boolean
  readonly isFull: boolean
  readonly onChoose: (version: number) => void
}

export const EventLine = memo(function EventLine({ version, event, before, isShown, isFull, onChoose }: Props) {
  return (
    <>
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
      {isFull && event !== undefined && (
        <div className="event-full">
          <dl className="facts">
            {before && (
              <>
                <dt>after</dt>
                <dd>{sinceSeconds(before, event)}</dd>
              </>
            )}
            <Envelope {...event} />
            <Carried {...event} />
          </dl>
          {event.effects && <Effects effects={event.effects} />}
          {event.changed && <Changes changed={event.changed} />}
        </div>
      )}
    </>
  )
})

/** Since the one before. */
function sinceSeconds(before: RecordedEvent, event: RecordedEvent): string {
  const seconds = (Date.parse(event.recordedAt) - Date.parse(before.recordedAt)) / 1000
  return seconds < 10 ? `${seconds.toFixed(1)} s` : spoken(seconds)
}
