/** The segments that cover a range, as a playlist has them: stretches of them, each with whether something is missing before it. */
import type { HourListing } from '../hourListings.js'
import type { ListedSegment } from '../listedName.js'
import type { Range } from '../segment.js'
import { countUpTo, TOLERANCE_MS, wholeHour } from './wholeHour.js'

/** Segments of an hour that follow each other, at least one. */
export interface Stretch {
  readonly hour: HourListing
  /** Of the hour's segments, the first. */
  readonly from: number
  /** The first one past the last. */
  readonly to: number
  /** Footage is missing between what is before and this, or nobody knows whether it is. */
  readonly afterHole: boolean
}

export interface Covering {
  readonly stretches: readonly Stretch[]
  /** The last one lasts to the end of the range. */
  readonly reachesEnd: boolean
}

/** How far one has come. */
interface Progress {
  readonly stretches: Stretch[]
  previous: ListedSegment | undefined
  coveredMs: number
}

/**
 * Those that `bestSequence` chooses, out of the hours in their order; `afterHole` where it finds a hole that ends there. The border
 * of an hour is none. Names alone are looked at: where an encoder began anew without so much as 10 ms missing, nobody sees it here.
 *
 * An hour without a seam is one stretch, found without going through its segments: most hours of a long stream are such.
 */
export function covering(hours: readonly HourListing[], range: Range): Covering {
  const so: Progress = { stretches: [], previous: undefined, coveredMs: range.startMs }
  for (const hour of hours) if (!takeAtOnce(hour, range, so)) takeOneByOne(hour, range, so)
  return { stretches: so.stretches, reachesEnd: so.previous !== undefined && so.coveredMs >= range.endMs }
}

/** False where its segments have to be looked at one by one. */
function takeAtOnce(hour: HourListing, range: Range, so: Progress): boolean {
  const { segments } = hour
  if (!wholeHour(hour).isSeamless) return false
  const from = countUpTo(segments.endsMs, range.startMs)
  // whole milliseconds
  const to = countUpTo(segments.startsMs, range.endMs - 1)
  const [first, last] = [segments.at(from), segments.at(to - 1)]
  if (first === undefined || last === undefined || from >= to) return true
  if (overlaps(first, so)) return false
  so.stretches.push({ hour, from, to, afterHole: isAfterHole(first, so) })
  so.coveredMs = Math.max(so.coveredMs, last.endMs)
  so.previous = last
  return true
}

function takeOneByOne(hour: HourListing, range: Range, so: Progress): void {
  let open: { from: number; to: number; afterHole: boolean } | undefined
  const close = () => {
    if (open !== undefined) so.stretches.push({ hour, ...open })
  }
  let n = -1
  for (const segment of hour.segments) {
    n++
    if (segment.endMs <= range.startMs || segment.startMs >= range.endMs || overlaps(segment, so)) continue
    const afterHole = isAfterHole(segment, so)
    if (open?.to === n && !afterHole) open.to = n + 1
    else {
      close()
      open = { from: n, to: n + 1, afterHole }
    }
    so.coveredMs = Math.max(so.coveredMs, segment.type === 'full' ? segment.endMs : segment.startMs)
    so.previous = segment
  }
  close()
}

const overlaps = ({ startMs }: ListedSegment, { previous }: Progress): boolean =>
  previous !== undefined && startMs < previous.endMs - TOLERANCE_MS

const isAfterHole = ({ startMs }: ListedSegment, { previous, coveredMs }: Progress): boolean =>
  previous !== undefined && startMs - coveredMs > (previous.type === 'full' ? TOLERANCE_MS : 0)

/** So long a hole may still be filled: whoever plays what follows it would not go back. */
const FILLED_WITHIN_MS = 15_000

/** Without a hole of the last seconds before `nowMs` and what follows it; the same object where there is none. */
export function withoutFreshHoles(covering: Covering, nowMs: number): Covering {
  const { stretches } = covering
  const fresh = stretches.findIndex((one) => one.afterHole && startOf(one) > nowMs - FILLED_WITHIN_MS)
  return fresh < 0 ? covering : { stretches: stretches.slice(0, fresh), reachesEnd: false }
}

/** Where its first segment begins, in milliseconds since the epoch. */
export const startOf = ({ hour, from }: Stretch): number => hour.segments.startsMs[from] ?? Number.NaN

export const lastOf = ({ hour, to }: Stretch): ListedSegment | undefined => hour.segments.at(to - 1)
