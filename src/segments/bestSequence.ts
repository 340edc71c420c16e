import type { BestSequence, Range, Segment, SegmentType } from './segment.js'

/** Encoders round: so much overlap or gap between two segments is none. */
const TOLERANCE_MS = 10

/** A segment that may be chosen. `bytes`, its size, decides between two of one start time; unknown counts as 0. */
export interface Candidate extends Segment {
  readonly bytes?: number
}

/** Where a segment ends, if it holds all that its name promises: milliseconds since the epoch. */
export function endMs(segment: Segment): number {
  return Math.round(segment.startMs + segment.durationSeconds * 1000)
}

/**
 * Chooses the segments that cover `range`: for each start time the best one, of these each that begins where the one
 * before it ends (10 ms more or less). Those that begin earlier than that overlap and are left out.
 *
 * Holes are clipped to the range and in order. They are the stretches without a segment and, since a segment that is
 * suspect or partial vouches for nothing, the whole stretch of such a segment up to the next one. A hole inside the
 * range always ends where the next segment begins, so that `hole.endMs === next.startMs` tells what follows one.
 */
export function bestSequence(candidates: readonly Candidate[], range: Range): BestSequence {
  const segments: Segment[] = []
  const holes: Range[] = []
  if (range.startMs >= range.endMs) return { segments, holes }
  let coveredMs = range.startMs
  for (const segment of bestPerStart(candidates)) {
    if (endMs(segment) <= range.startMs || segment.startMs >= range.endMs) continue
    const previous = segments.at(-1)
    if (previous !== undefined && segment.startMs < endMs(previous) - TOLERANCE_MS) continue
    const gapMs = segment.startMs - coveredMs
    // nothing comes before the first segment that could have been rounded: it covers the start or it doesn't
    if (gapMs > (previous === undefined || previous.type !== 'full' ? 0 : TOLERANCE_MS)) {
      holes.push({ startMs: coveredMs, endMs: segment.startMs })
    }
    segments.push(withoutBytes(segment))
    coveredMs = Math.max(coveredMs, segment.type === 'full' ? endMs(segment) : segment.startMs)
  }
  if (coveredMs < range.endMs) holes.push({ startMs: coveredMs, endMs: range.endMs })
  return { segments, holes }
}

/** The best of each start time, in order of time. Segments still being written (`temp`) are none. */
export function bestPerStart(candidates: readonly Candidate[]): readonly Candidate[] {
  const best = new Map<number, Candidate>()
  for (const candidate of candidates) {
    if (candidate.type === 'temp') continue
    const other = best.get(candidate.startMs)
    if (other === undefined || isBetter(candidate, other)) best.set(candidate.startMs, candidate)
  }
  return [...best.values()].sort((a, b) => a.startMs - b.startMs)
}

const rank: Record<SegmentType, number> = { full: 3, suspect: 2, partial: 1, temp: 0 }

/** Full before suspect before partial; the longest of the full, the largest of the others. The rest makes it the same on every node. */
function isBetter(a: Candidate, b: Candidate): boolean {
  if (a.type !== b.type) return rank[a.type] > rank[b.type]
  const byDuration = a.durationSeconds - b.durationSeconds
  const bySize = (a.bytes ?? 0) - (b.bytes ?? 0)
  const [first, second] = a.type === 'full' ? [byDuration, bySize] : [bySize, byDuration]
  if (first !== 0) return first > 0
  if (second !== 0) return second > 0
  return a.hash > b.hash
}

function withoutBytes(candidate: Candidate): Segment {
  const { path, channel, quality, startMs, durationSeconds, type, hash } = candidate
  return { path, channel, quality, startMs, durationSeconds, type, hash }
}
