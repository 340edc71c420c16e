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

const [ZERO, NINE, COLON, DOT, DASH] = [48, 57, 58, 46, 45]
/** `MM:SS.fff-` */
const DURATION_AT = 10

/** Null for what is no segment, or is still being written. */
export function listedName(name: string, hour: string, hourStartMs: number): ListedSegment | null {
  return usualName(name, hourStartMs) ?? anyName(name, hour)
}

/** Names as they are written by us and by others: `MM:SS.fff-D.ddd-full-HASH.ts`. Null for any other, which may be one all the same. */
function usualName(name: string, hourStartMs: number): ListedSegment | null {
  if (
    name.charCodeAt(2) !== COLON ||
    name.charCodeAt(5) !== DOT ||
    name.charCodeAt(9) !== DASH ||
    !name.endsWith('.ts') ||
    name.length > 100
  )
    return null
  const minutes = digits(name, 0, 2)
  const seconds = digits(name, 3, 5)
  const millis = digits(name, 6, 9)
  const durationEnd = name.indexOf('-', DURATION_AT)
  if (!(minutes < 60 && seconds < 60) || Number.isNaN(millis) || durationEnd < 0) return null
  const dot = name.indexOf('.', DURATION_AT)
  if (dot <= DURATION_AT || dot !== durationEnd - 4 || dot > DURATION_AT + 4) return null
  const whole = digits(name, DURATION_AT, dot)
  const thousandths = digits(name, dot + 1, durationEnd)
  if (Number.isNaN(whole + thousandths) || !name.startsWith('full-', durationEnd + 1)) return null
  if (!isHash(name, durationEnd + 6, name.length - 3)) return null
  const startMs = hourStartMs + minutes * 60_000 + seconds * 1000 + millis
  const durationMs = whole * 1000 + thousandths
  return { name, startMs, endMs: startMs + durationMs, durationMs, type: 'full' }
}

/** NaN where one of them is no digit. */
function digits(text: string, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (!(code >= ZERO && code <= NINE)) return Number.NaN
    number = number * 10 + code - ZERO
  }
  return number
}

/** Url-safe base64, at least one character of it. */
function isHash(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    const isLetter = (code | 32) >= 97 && (code | 32) <= 122
    if (!isLetter && !(code >= ZERO && code <= NINE) && code !== DASH && code !== 95) return false
  }
  return to > from
}

function anyName(name: string, hour: string): ListedSegment | null {
  const parsed = parseSegmentName(name, 'any', 'any', hour, name)
  if (!isRight(parsed) || parsed.right.type === 'temp') return null
  const { startMs, durationSeconds, type } = parsed.right
  return { name, startMs, endMs: endMs(parsed.right), durationMs: Math.round(durationSeconds * 1000), type }
}
