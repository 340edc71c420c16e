/** The segments that cover a range, as a playlist has them: each with whether something is missing before it. */
import type { HourListing } from '../hourListings.js'
import type { ListedSegment } from '../listedName.js'
import type { Range } from '../segment.js'

export interface Entry {
  readonly segment: ListedSegment
  readonly hour: string
  /** Footage is missing between the one before and this, or nobody knows whether it is. */
  readonly afterHole: boolean
}

export interface Covering {
  readonly entries: readonly Entry[]
  /** The last one lasts to the end of the range. */
  readonly reachesEnd: boolean
}

/** As the best sequence has it. */
const TOLERANCE_MS = 10

/**
 * Those that `bestSequence` chooses, out of the hours in their order; `afterHole` where it finds a hole that ends there. The border
 * of an hour is none. Names alone are looked at: where an encoder began anew without so much as 10 ms missing, nobody sees it here.
 */
export function covering(hours: readonly HourListing[], range: Range): Covering {
  const entries: Entry[] = []
  let coveredMs = range.startMs
  let previous: ListedSegment | undefined
  for (const { hour, segments } of hours) {
    for (const segment of segments) {
      if (segment.endMs <= range.startMs || segment.startMs >= range.endMs) continue
      if (previous !== undefined && segment.startMs < previous.endMs - TOLERANCE_MS) continue
      const isFull = segment.type === 'full'
      const toleranceMs = previous?.type === 'full' ? TOLERANCE_MS : 0
      const afterHole = previous !== undefined && segment.startMs - coveredMs > toleranceMs
      entries.push({ segment, hour, afterHole })
      coveredMs = Math.max(coveredMs, isFull ? segment.endMs : segment.startMs)
      previous = segment
    }
  }
  return { entries, reachesEnd: previous !== undefined && coveredMs >= range.endMs }
}

/** So long a hole may still be filled: whoever plays what follows it would not go back. */
const FILLED_WITHIN_MS = 15_000

/** Without a hole of the last seconds before `nowMs` and what follows it; the same object where there is none. */
export function withoutFreshHoles(covering: Covering, nowMs: number): Covering {
  const { entries } = covering
  const fresh = entries.findIndex(
    ({ afterHole, segment: { startMs } }) => afterHole && startMs > nowMs - FILLED_WITHIN_MS,
  )
  return fresh < 0 ? covering : { entries: entries.slice(0, fresh), reachesEnd: false }
}
