/** Makes of the names of an hour's segments what there is of the hour. */
import { bestPerStart, type Candidate, endMs } from '../bestSequence.js'
import type { Range } from '../segment.js'
import { type CountedByType, type Figures, NAMED_HOLES } from './figures.js'
import { piecesOf } from './pieces.js'
import { gaps, lengthMs, union } from './stretches.js'

/** As where segments are chosen: so little between two is none. */
const TOLERANCE_MS = 10
const HOUR_MS = 3_600_000

/** A segment of the hour before that lasts into this one. */
export interface Spill extends Range {
  readonly isFull: boolean
}

export interface Measured {
  readonly figures: Figures
  readonly pieces: string
  /** What lasts into the next hour: at most one full segment and one that is not. */
  readonly spill: readonly Spill[]
}

export interface HourOfSegments {
  readonly startMs: number
  /** Whether nothing more of it will be recorded. */
  readonly isOver: boolean
  /** Those that start in it, with sizes where several have one start. */
  readonly candidates: readonly Candidate[]
  /** How many names can't be read. */
  readonly bad: number
  /** From the hour before. */
  readonly spill: readonly Spill[]
}

export function measure({ startMs, isOver, candidates, bad, spill }: HourOfSegments): Measured {
  const best = bestPerStart(candidates).map((one) => ({
    startMs: one.startMs,
    endMs: endMs(one),
    type: one.type as keyof CountedByType,
  }))
  const all = [...spill, ...best]
  const hourEndMs = startMs + HOUR_MS
  const lastMs = all.reduce((most, one) => Math.max(most, one.endMs), startMs)
  const judged = { startMs, endMs: isOver ? hourEndMs : Math.min(hourEndMs, lastMs) }
  const { kept, overlaps } = followed(spill, best)
  const any = union(all, judged, TOLERANCE_MS)
  const editable = union(kept, judged, TOLERANCE_MS)
  const full = union([...spill.filter(({ isFull }) => isFull), ...best.filter(isFull)], judged, TOLERANCE_MS)
  const rawHoles = gaps(any, judged)
  const figures: Figures = {
    ofSeconds: seconds(judged.endMs - judged.startMs),
    rawSeconds: seconds(lengthMs(any)),
    editableSeconds: seconds(lengthMs(editable)),
    rawHoles: rawHoles.length,
    editableHoles: gaps(editable, judged).length,
    segments: counted(candidates, best),
    bad,
    overlaps,
    holes: rawHoles.slice(0, NAMED_HOLES).map((hole) => [hole.startMs, hole.endMs]),
  }
  return { figures, pieces: piecesOf(startMs, full, any), spill: spilled(best, hourEndMs) }
}

interface Best extends Range {
  readonly type: keyof CountedByType
}

const isFull = ({ type }: Best): boolean => type === 'full'
const seconds = (ms: number): number => Math.round(ms) / 1000
const none = (): CountedByType => ({
  full: { count: 0, seconds: 0 },
  suspect: { count: 0, seconds: 0 },
  partial: { count: 0, seconds: 0 },
})

/** Those that follow one another, and how much of the others lies over what came before them. */
function followed(spill: readonly Spill[], best: readonly Best[]): { kept: Range[]; overlaps: CountedByType } {
  const overlaps = none()
  const kept: Range[] = []
  let reachMs = -Infinity
  for (const { startMs, endMs } of spill) {
    reachMs = Math.max(reachMs, endMs)
    kept.push({ startMs, endMs })
  }
  let keptEndMs = reachMs
  for (const one of best) {
    if (one.startMs < keptEndMs - TOLERANCE_MS) {
      const of = overlaps[one.type]
      of.count++
      of.seconds = seconds((of.seconds + (Math.min(one.endMs, reachMs) - one.startMs) / 1000) * 1000)
    } else {
      kept.push(one)
      keptEndMs = one.endMs
    }
    reachMs = Math.max(reachMs, one.endMs)
  }
  return { kept, overlaps }
}

function counted(candidates: readonly Candidate[], best: readonly Best[]): CountedByType {
  const found = none()
  for (const { type } of candidates) if (type !== 'temp') found[type].count++
  const ms = { full: 0, suspect: 0, partial: 0 }
  for (const one of best) ms[one.type] += one.endMs - one.startMs
  for (const type of ['full', 'suspect', 'partial'] as const) found[type].seconds = seconds(ms[type])
  return found
}

/** Of each kind the one that lasts longest: the others add nothing. */
function spilled(best: readonly Best[], hourEndMs: number): Spill[] {
  const longest = (wanted: boolean): Spill[] => {
    const found = best
      .filter((one) => isFull(one) === wanted && one.endMs > hourEndMs)
      .sort((a, b) => b.endMs - a.endMs)[0]
    return found === undefined ? [] : [{ startMs: found.startMs, endMs: found.endMs, isFull: wanted }]
  }
  return [...longest(true), ...longest(false)]
}
