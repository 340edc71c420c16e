/** Which events of a video tell that something went wrong: what people look for first in a long history. */
import type { EventType } from './events.js'

export const failures = [
  'Released',
  'Failed',
  'FinalizeUnknown',
  'NodeLost',
  'Rejected',
  'ThumbnailFailed',
  'UpdateFailed',
] as const satisfies readonly EventType[]
