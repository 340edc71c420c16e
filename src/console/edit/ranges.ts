/** The ranges of an edit while they are being made: some have only a start or an end yet. */
import type { Draft } from '../../../machines/edit.js'
import type { Span } from '../player/mediaPlaylist.js'

export type Join = NonNullable<Draft['video_transitions']>[number]

export interface FormRange {
  /** Its own, wherever it is moved to. */
  readonly key: number
  readonly startMs: number | null
  readonly endMs: number | null
  /** How it comes in after the one before it; null is a hard cut. Of the first nobody asks. */
  readonly comesIn: Join
}

export const isWhole = (range: FormRange): range is FormRange & Span => range.startMs !== null && range.endMs !== null

/** A start after the end is a slip: what was marked last holds, and the other has to be marked anew. */
export function mark(range: FormRange, end: 'startMs' | 'endMs', ms: number | null): FormRange {
  const startMs = end === 'startMs' ? ms : range.startMs
  const endMs = end === 'endMs' ? ms : range.endMs
  if (startMs === null || endMs === null || startMs < endMs) return { ...range, startMs, endMs }
  return end === 'startMs' ? { ...range, startMs, endMs: null } : { ...range, startMs: null, endMs }
}

export function moved(ranges: readonly FormRange[], from: number, to: number): FormRange[] {
  const others = ranges.filter((_, i) => i !== from)
  const range = ranges[from]
  return range === undefined || to < 0 || to > others.length ? [...ranges] : others.toSpliced(to, 0, range)
}

export const nextKey = (ranges: readonly FormRange[]): number => Math.max(0, ...ranges.map(({ key }) => key)) + 1

/** As the edit has them. */
export const pairsOf = (ranges: readonly FormRange[]): [string, string][] =>
  ranges.filter(isWhole).map(({ startMs, endMs }) => [instant(startMs), instant(endMs)])

export const joinsOf = (ranges: readonly FormRange[]): Join[] =>
  ranges
    .filter(isWhole)
    .slice(1)
    .map(({ comesIn }) => comesIn)

const instant = (ms: number): string => new Date(ms).toISOString()

/** Pairs of ranges, as they are counted for people, that show something twice. */
export function overlaps(ranges: readonly FormRange[]): (readonly [number, number])[] {
  const whole = ranges.map((range, i) => ({ range, number: i + 1 }))
  return whole.flatMap(({ range: a, number }, i) =>
    whole
      .slice(i + 1)
      .filter(({ range: b }) => isWhole(a) && isWhole(b) && a.startMs < b.endMs && b.startMs < a.endMs)
      .map((other) => [number, other.number] as const),
  )
}

/** What the cut lasts: a transition shows both of its sides at once. */
export const lastingSeconds = (ranges: readonly FormRange[]): number =>
  ranges.filter(isWhole).reduce((sum, { startMs, endMs }) => sum + (endMs - startMs) / 1000, 0) -
  joinsOf(ranges).reduce((sum, join) => sum + (join?.[1] ?? 0), 0)
