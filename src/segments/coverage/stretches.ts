/** Sets of instants, as stretches in order that don't touch one another. All of it in milliseconds. */
import type { Range } from '../segment.js'

/** All that any of the ranges has, within `bounds`; what is missing between two for no longer than `toleranceMs` counts as there. */
export function union(ranges: readonly Range[], bounds: Range, toleranceMs: number): Range[] {
  const sorted = ranges
    .map(({ startMs, endMs }) => ({ startMs: Math.max(startMs, bounds.startMs), endMs: Math.min(endMs, bounds.endMs) }))
    .filter(({ startMs, endMs }) => endMs > startMs)
    .sort((a, b) => a.startMs - b.startMs)
  const joined: Range[] = []
  for (const next of sorted) {
    const last = joined.at(-1)
    // what is missing at an end of the bounds is as little as between two
    const reachMs = last?.endMs ?? bounds.startMs
    const startMs = next.startMs - reachMs <= toleranceMs ? Math.min(reachMs, next.startMs) : next.startMs
    if (last !== undefined && startMs <= last.endMs)
      joined[joined.length - 1] = { startMs: last.startMs, endMs: Math.max(last.endMs, next.endMs) }
    else joined.push({ startMs, endMs: next.endMs })
  }
  const last = joined.at(-1)
  if (last !== undefined && bounds.endMs - last.endMs <= toleranceMs)
    joined[joined.length - 1] = { startMs: last.startMs, endMs: bounds.endMs }
  return joined
}

/** What of `bounds` is in none of the stretches, which are in order and within it. */
export function gaps(stretches: readonly Range[], bounds: Range): Range[] {
  const found: Range[] = []
  let reachMs = bounds.startMs
  for (const { startMs, endMs } of stretches) {
    if (startMs > reachMs) found.push({ startMs: reachMs, endMs: startMs })
    reachMs = Math.max(reachMs, endMs)
  }
  if (bounds.endMs > reachMs) found.push({ startMs: reachMs, endMs: bounds.endMs })
  return found
}

export const lengthMs = (stretches: readonly Range[]): number =>
  stretches.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0)
