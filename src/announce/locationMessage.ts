/** What is announced of a location: that its own troubles have paused it. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { locationEvents } from '../../machines/locationEvents.js'
import type { Recorded } from '../log/read.js'
import type { Message } from './message.js'

/** Whether an event may be announced, by what a notification tells of it. */
export const mayPause = ({ type, state }: { readonly type: string; readonly state: string }): boolean =>
  type === 'Troubled' && state === 'PAUSED'

/**
 * Null where nobody has to hear of it: that what was tried has failed again.
 * @param before the state that the event came upon; null for a location's first event.
 */
export function messageOfPause(location: string, event: Recorded, before: string | null): Message | null {
  const trouble = locationEvents.Troubled.data.decode(event.data)
  if (isLeft(trouble)) return null
  const { cause, until } = trouble.right
  // one that waits for a person says so, whatever it was paused for before
  if (before !== null && before !== 'READY' && until !== null) return null
  return {
    id: `${event.stream}/${event.version}`,
    event: event.type,
    kind: 'attention',
    video: null,
    state: event.state,
    title: null,
    location,
    video_link: null,
    video_id: null,
    error: until === null ? `${cause} (until somebody resumes it)` : cause,
    at: event.recordedAt,
    actor: event.actor,
  }
}
