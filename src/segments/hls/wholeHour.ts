/** What is found out about an hour's listing once, for as long as the hour is as it is. */
import type { HourListing } from '../hourListings.js'
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
export const roundedSeconds = ({ durationMs }: ListedSegment): number => Math.round(durationMs / 1000)

/** 0 of none. */
export function longestSeconds(segments: readonly ListedSegment[], from = 0, to = segments.length): number {
  let longest = 0
  for (let n = from; n < to; n++) {
    const segment = segments[n]
    if (segment !== undefined) longest = Math.max(longest, roundedSeconds(segment))
  }
  return longest
}

function isSeamless(segments: readonly ListedSegment[]): boolean {
  let previous: ListedSegment | undefined
  for (const segment of segments) {
    if (segment.type !== 'full') return false
    if (previous !== undefined) {
      if (Math.abs(segment.startMs - previous.endMs) > TOLERANCE_MS || segment.endMs < previous.endMs) return false
    }
    previous = segment
  }
  return true
}

/** How many of them, from the first, are so; they are in an order in which none is so that follows one that is not. */
export function countWhile(segments: readonly ListedSegment[], isSo: (segment: ListedSegment) => boolean): number {
  let [low, high] = [0, segments.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const segment = segments[middle]
    if (segment !== undefined && isSo(segment)) low = middle + 1
    else high = middle
  }
  return low
}
