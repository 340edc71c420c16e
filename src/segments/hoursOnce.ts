/**
 * The folders of a quality for who looks at them again and again within a moment: each is read once, as a cut of a hundred ranges would
 * read the same hour hundreds of times. Not for longer: what comes meanwhile is not seen.
 */
import type { Segment } from './segment.js'
import { type Hours, hoursOf } from './store.js'

/** Ranges are mostly in order; thousands of segments an hour are not to be kept for all the hours that a request may name. */
const MOST_HOURS = 8

export function hoursOnce(root: string, channel: string, quality: string): Hours {
  const folders = hoursOf(root, channel, quality)
  const read = new Map<string, Promise<Segment[]>>()
  let names: Promise<string[]> | undefined
  return {
    names: () => (names ??= folders.names()),
    in(hour) {
      const segments = read.get(hour) ?? folders.in(hour)
      // the one that was asked for last is the last to be forgotten
      read.delete(hour)
      read.set(hour, segments)
      for (const oldest of read.keys()) {
        if (read.size <= MOST_HOURS) break
        read.delete(oldest)
      }
      return segments
    },
  }
}
