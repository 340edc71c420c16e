/** What is found out about an hour's listing once, for as long as the hour is as it is. */
import type { HourListing } from '../hourListings.js'
import type { HourSegments } from '../hourSegments.js'
import type { ListedSegment } from '../listedName.js'

/** Encoders round: so much overlap or gap between two segments is none, as the best sequence has it. */
export const TOLERANCE_MS = 10

export interface WholeHour {
  /** Each segment is full and begins where the one before it ends: any stretch of them covers its time. */
  readonly isSeamless: boolean
  /** As a target duration is compared with it. */
  readonly longestSeconds: number
}

const known = new WeakMap<HourListing, WholeHour>()

export function wholeHour(hour: HourListing): WholeHour {
  const found = known.get(hour) ?? {
    isSeamless: isSeamless(hour.segments),
    longestSeconds: longestSeconds(hour.segments),
  }
  known.set(hour, found)
  return found
}

/** Rounded, as a target duration is compared with it (RFC 8216, 4.3.3.1). */
export const roundedSeconds = ({ durationMs }: ListedSegment): number => rounded(durationMs)

const rounded = (durationMs: number): number => Math.round(durationMs / 1000)

/** 0 of none. */
export function longestSeconds({ startsMs, endsMs, length }: HourSegments, from = 0, to = length): number {
  let longestMs = 0
  for (let n = from; n < to; n++) longestMs = Math.max(longestMs, (endsMs[n] ?? 0) - (startsMs[n] ?? 0))
  return rounded(longestMs)
}

function isSeamless({ startsMs, endsMs, areFull, length }: HourSegments): boolean {
  if (!areFull) return false
  for (let n = 1; n < length; n++) {
    const [beforeMs = 0, startMs = 0, endMs = 0] = [endsMs[n - 1], startsMs[n], endsMs[n]]
    if (Math.abs(startMs - beforeMs) > TOLERANCE_MS || endMs < beforeMs) return false
  }
  return true
}

/** How many, from the first, are at or before a time; they are in order. */
export function countUpTo(timesMs: Float64Array, instantMs: number): number {
  let [low, high] = [0, timesMs.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((timesMs[middle] ?? 0) <= instantMs) low = middle + 1
    else high = middle
  }
  return low
}
