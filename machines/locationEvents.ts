/**
 * Everything that can happen to a location, the destination of many videos. `attempt` names the claim of a video that came upon it;
 * an attempt is heard once.
 */
import * as t from 'io-ts'
import { Count, Instant, NonEmpty, orNull, Text } from './codecs.js'
import { define, type Envelope } from './events.js'

const attempt = NonEmpty
const video = NonEmpty

/** What keeps everything from a destination, whichever video it is. */
export const troubles = {
  quota: 'what the account may do in a day is used up',
  upload_limit: 'the channel has uploaded as much as it may for now',
  account: 'the destination refuses the account until a person does something about it',
  unavailable: "the destination fails, is too busy, or can't be reached",
} as const
export type Trouble = keyof typeof troubles
const Trouble = t.keyof(troubles, Object.keys(troubles).join(', '))

export const locationEvents = {
  Troubled: define(
    'node',
    1,
    'An attempt failed for a reason that is not its own; so many in a row (`limit`) pause the location.',
    t.strict({
      video,
      attempt,
      trouble: Trouble,
      cause: Text,
      /** Whose trouble it is, where several locations share it. */
      account: orNull(NonEmpty),
      limit: Count,
      /** Until when it is paused if this pauses it; null until a person acts. */
      until: orNull(Instant),
    }),
  ),
  Recovered: define('node', 1, 'An upload went through: earlier troubles count no more.', t.strict({ attempt })),
  Paused: define(
    'operator',
    1,
    'A person paused it; without `until` until a person resumes it.',
    t.strict({ why: NonEmpty, until: orNull(Instant) }),
  ),
  Resumed: define('operator', 1, 'A person wants it tried again now, with one video.', t.strict({ why: NonEmpty })),
  ProbeStarted: define(
    'node',
    1,
    'One video is tried; `instead_of` names the attempt that was tried before and came to nothing.',
    t.strict({ video, attempt, instead_of: orNull(attempt) }),
  ),
  Probed: define('node', 1, 'What was tried got through: all videos may be claimed again.', t.strict({ attempt })),
  ProbeDropped: define(
    'node',
    1,
    'What was tried ended without telling anything of the location: the next video tries.',
    t.strict({ attempt, cause: Text }),
  ),
} as const

export type LocationEventType = keyof typeof locationEvents
export type LocationDataOf<T extends LocationEventType> = t.TypeOf<(typeof locationEvents)[T]['data']>
export const locationEventTypes = Object.keys(locationEvents) as readonly LocationEventType[]

export type LocationEventOf<T extends LocationEventType> = T extends LocationEventType
  ? { readonly type: T; readonly data: LocationDataOf<T> } & Envelope
  : never
export type LocationEvent = LocationEventOf<LocationEventType>
