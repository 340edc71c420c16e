/** Which of the segments that peers have are worth having. Pure. */
import { type Candidate, bestSequence, endMs } from '../bestSequence.js'
import type { BestSequence, Range, Segment } from '../segment.js'
import { LONGEST_SEGMENT_SECONDS } from './peer.js'

/** As the best sequence has it. */
const TOLERANCE_MS = 10
/** So far from a range may a segment of it push another one out of the sequence. */
export const BESIDE_MS = LONGEST_SEGMENT_SECONDS * 1000

export interface Needs {
  /** In order of time, as offered: each closes a hole of the range, or a part of one. */
  readonly segments: readonly Segment[]
  /**
   * Whether they are of use only all together: where peers have cut the stream at other times than we, a few of theirs among ours
   * would open other holes.
   */
  readonly together: boolean
}

/** What this machine has within BESIDE_MS of a range, and what peers have that touches it. Paths tell segments apart. */
export interface Stock {
  readonly ours: readonly Candidate[]
  /** What a tombstone of ours hides: it is not wanted here. */
  readonly hidden: readonly Segment[]
  readonly offered: readonly Segment[]
}

/**
 * Those of the offered segments that the best sequence of the range would use, and with which it has fewer holes. Left out is what is
 * here already under another name, and what would open a hole, in the range or beside it, where there is none now.
 */
export function needsOf(range: Range, { ours, hidden, offered }: Stock): Needs {
  const had = new Set([...ours.map(contentOf), ...hidden.map(contentOf)])
  const others = offered.filter((segment) => !had.has(contentOf(segment)))
  const around = { startMs: range.startMs - BESIDE_MS, endMs: range.endMs + BESIDE_MS }
  const now = bestSequence(ours, around)
  const fitting = others.filter((segment) => fits(segment, now.segments))
  const isFull = ({ type }: Segment) => type === 'full'
  const paths = new Set(others.map(({ path }) => path))
  let best = { sequence: bestSequence(ours, range), segments: [] as readonly Segment[], together: false }
  for (const [some, together] of [
    [fitting.filter(isFull), false],
    [fitting, false],
    [others.filter(isFull), true],
    [others, true],
  ] as const) {
    const sequence = bestSequence([...ours, ...some], range)
    const segments = sequence.segments.filter(({ path }) => paths.has(path))
    if (!isBetter(sequence, best.sequence, range)) continue
    if (together && !isWithin(bestSequence([...ours, ...segments], around).holes, now.holes)) continue
    best = { sequence, segments, together }
  }
  return { segments: best.segments, together: best.together }
}

/** The same recording under the same claim: names of one segment may differ in how they write its duration. */
const contentOf = ({ startMs, durationSeconds, type, hash }: Segment): string =>
  [startMs, durationSeconds, type, hash].join(' ')

/** Whether it keeps none of the segments that are there, in order of time, out of the sequence, but for one that it is better than. */
function fits(segment: Segment, there: readonly Segment[]): boolean {
  const from = segment.startMs + TOLERANCE_MS
  let low = 0
  let high = there.length
  while (low < high) {
    const middle = (low + high) >> 1
    const one = there[middle]
    if (one !== undefined && endMs(one) <= from) low = middle + 1
    else high = middle
  }
  for (const one of there.slice(low, low + 2)) {
    const isReplaced = one.startMs === segment.startMs && one.type !== 'full' && one.type !== segment.type
    if (!isReplaced && one.startMs < endMs(segment) - TOLERANCE_MS) return false
  }
  return true
}

/** Fewer seconds that nobody vouches for; where that is the same, fewer of which there is nothing at all. */
function isBetter(a: BestSequence, b: BestSequence, range: Range): boolean {
  const fewer = lengthOf(b.holes) - lengthOf(a.holes)
  if (Math.abs(fewer) > TOLERANCE_MS) return fewer > 0
  return covered(a.segments, range) - covered(b.segments, range) > TOLERANCE_MS
}

/** Whether some holes, in order of time, are all inside of others. */
function isWithin(holes: readonly Range[], others: readonly Range[]): boolean {
  let at = 0
  return holes.every((hole) => {
    let inside = 0
    for (; at < others.length; at++) {
      const other = others[at]
      if (other === undefined || other.startMs >= hole.endMs) break
      inside += Math.max(0, Math.min(hole.endMs, other.endMs) - Math.max(hole.startMs, other.startMs))
      // the next hole may lie in it, too
      if (other.endMs > hole.endMs) break
    }
    return hole.endMs - hole.startMs - inside <= TOLERANCE_MS
  })
}

const lengthOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { startMs, endMs: end }) => sum + end - startMs, 0)

const covered = (segments: readonly Segment[], range: Range): number =>
  segments.reduce(
    (sum, segment) => sum + Math.min(endMs(segment), range.endMs) - Math.max(segment.startMs, range.startMs),
    0,
  )
