/** What a listing needs of a segment's name, read fast: a playlist of half a day has more than twenty thousand of them. */
import { isRight } from 'fp-ts/lib/Either.js'
import { endMs } from './bestSequence.js'
import { parseSegmentName } from './path.js'
import type { SegmentType } from './segment.js'

/** A segment of an hour's folder, in milliseconds since the epoch. */
export interface ListedSegment {
  readonly name: string
  readonly startMs: number
  readonly endMs: number
  /** Rounded: a name may have it finer. */
  readonly durationMs: number
  readonly type: Exclude<SegmentType, 'temp'>
}

/** Names as they are written by us and by others. Any other may be one all the same. */
const USUAL = /^[0-5]\d:[0-5]\d\.\d{3}-\d{1,4}\.\d{3}-full-[\w-]{1,80}\.ts$/
/** `MM:SS.fff-` */
const DURATION_AT = 10
const ZERO = 48

/** Null for what is no segment, or is still being written. */
export function listedName(name: string, hour: string, hourStartMs: number): ListedSegment | null {
  return usualName(name, hourStartMs) ?? anyName(name, hour)
}

function usualName(name: string, hourStartMs: number): ListedSegment | null {
  if (!USUAL.test(name)) return null
  const dot = name.indexOf('.', DURATION_AT)
  const startMs = hourStartMs + digits(name, 0, 2) * 60_000 + digits(name, 3, 5) * 1000 + digits(name, 6, 9)
  const durationMs = digits(name, DURATION_AT, dot) * 1000 + digits(name, dot + 1, dot + 4)
  return { name, startMs, endMs: startMs + durationMs, durationMs, type: 'full' }
}

function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) number = number * 10 + text.charCodeAt(at) - ZERO
  return number
}

function anyName(name: string, hour: string): ListedSegment | null {
  const parsed = parseSegmentName(name, 'any', 'any', hour, name)
  if (!isRight(parsed) || parsed.right.type === 'temp') return null
  const { startMs, durationSeconds, type } = parsed.right
  return { name, startMs, endMs: endMs(parsed.right), durationMs: Math.round(durationSeconds * 1000), type }
}
