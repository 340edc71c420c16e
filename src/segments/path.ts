import { type Either, left, right } from 'fp-ts/lib/Either.js'
import type { Segment, SegmentType } from './segment.js'

const HOUR_MS = 3_600_000
/** The last instant that four digits of a year can name. */
const LATEST_MS = Date.UTC(10_000, 0, 1) - 1

/** Why a path is not a segment's. `path` is what was given, `reason` a phrase for people. */
export interface UnreadablePath {
  readonly path: string
  readonly reason: string
}

/** What a segment's path is made of. */
export type SegmentName = Omit<Segment, 'path'>

/**
 * Whether `name` may be one part of a path below the data root: a channel, a quality or a file. It can't climb out
 * (`..`), hide (a leading dot) or hold a separator of any system.
 */
export function isSafeName(name: string): boolean {
  return name !== '' && !name.startsWith('.') && !hasForbiddenCharacter(name) && Buffer.byteLength(name) <= 255
}

function hasForbiddenCharacter(name: string): boolean {
  return [...name].some(
    (character) => character === '/' || character === '\\' || character < ' ' || character === '\u007f',
  )
}

/** Whether a name can hold this instant (milliseconds since the epoch, rounded): those from 1970 to 9999. */
export function isSegmentTime(instantMs: number): boolean {
  return instantMs >= 0 && instantMs <= LATEST_MS
}

/** The folder of the hour (UTC) that has the instant: `2026-01-01T00`. */
export function hourOf(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 13)
}

/** The beginning of an hour's folder in milliseconds since the epoch, or undefined where `hour` names none. */
export function hourStartMs(hour: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}$/.test(hour)) return undefined
  const startMs = Date.parse(`${hour}:00:00.000Z`)
  // Date.parse takes the 30th of February for the 2nd of March
  return Number.isNaN(startMs) || hourOf(startMs) !== hour ? undefined : startMs
}

/**
 * The file name of a segment, without its folders: `MM:SS.fff-DURATION-TYPE-HASH.ts`. Throws a RangeError for an instant or a duration
 * that a name can't hold; what parseSegmentPath returns can always be formatted.
 */
export function formatSegmentName(segment: SegmentName): string {
  if (!Number.isInteger(segment.startMs) || !isSegmentTime(segment.startMs)) {
    throw new RangeError(`a segment can't start at ${segment.startMs} ms: whole milliseconds from 1970 to 9999`)
  }
  const time = new Date(segment.startMs).toISOString().slice(14, 23)
  return `${time}-${formatDuration(segment.durationSeconds)}-${segment.type}-${segment.hash}.ts`
}

/** The path of a segment below the data root: `CHANNEL/QUALITY/HOUR/TIME-DURATION-TYPE-HASH.ts`. Throws as formatSegmentName. */
export function formatSegmentPath(segment: SegmentName): string {
  if (!isSafeName(segment.channel)) throw new RangeError(`${JSON.stringify(segment.channel)} can't be a channel's name`)
  if (!isSafeName(segment.quality)) throw new RangeError(`${JSON.stringify(segment.quality)} can't be a quality's name`)
  const name = formatSegmentName(segment)
  return [segment.channel, segment.quality, hourOf(segment.startMs), name].join('/')
}

/** Reads a segment's path; only the last four parts count, so that a data root may stand before them. */
export function parseSegmentPath(path: string): Either<UnreadablePath, Segment> {
  const [name, hour, quality, channel] = path.split('/').reverse()
  if (name === undefined || hour === undefined || quality === undefined || channel === undefined) {
    return left({ path, reason: 'not CHANNEL/QUALITY/HOUR/FILE' })
  }
  return parseSegmentName(path, channel, quality, hour, name)
}

/** Reads the file `name` in the folder of `hour`; `path` becomes the segment's path as it is. */
export function parseSegmentName(
  path: string,
  channel: string,
  quality: string,
  hour: string,
  name: string,
): Either<UnreadablePath, Segment> {
  const unreadable = (reason: string) => left({ path, reason })
  if (!isSafeName(channel)) return unreadable('not a safe channel name')
  if (!isSafeName(quality)) return unreadable('not a safe quality name')
  const startOfHourMs = hourStartMs(hour)
  if (startOfHourMs === undefined) return unreadable(`${JSON.stringify(hour)} is not an hour such as 2026-01-01T00`)
  if (!name.endsWith('.ts')) return unreadable('the name does not end in .ts')
  // the hash is url-safe base64, in which "-" is a digit: only the first three separate
  const [time = '', duration = '', type = '', ...rest] = name.slice(0, -'.ts'.length).split('-')
  const offsetMs = parseTime(time)
  if (offsetMs === undefined) return unreadable(`${JSON.stringify(time)} is not a time such as 59:58.123`)
  if (!/^\d{1,9}(\.\d{1,9})?$/.test(duration))
    return unreadable(`${JSON.stringify(duration)} is not a duration in seconds`)
  if (!isSegmentType(type)) return unreadable(`${JSON.stringify(type)} is not full, suspect, partial or temp`)
  const hash = rest.join('-')
  if (!/^[A-Za-z0-9_-]+$/.test(hash)) return unreadable('the hash is not url-safe base64')
  const startMs = startOfHourMs + offsetMs
  return right({ path, channel, quality, startMs, durationSeconds: Number(duration), type, hash })
}

/** Milliseconds into the hour. Finer fractions are rounded down to the millisecond, so that they stay in their hour. */
function parseTime(time: string): number | undefined {
  const match = /^([0-5]\d):([0-5]\d)(?:\.(\d{1,6}))?$/.exec(time)
  if (match === null) return undefined
  const [, minutes, seconds, fraction = ''] = match
  const offsetMs = Number(minutes) * 60_000 + Number(seconds) * 1000 + Number(fraction.padEnd(3, '0').slice(0, 3))
  return offsetMs < HOUR_MS ? offsetMs : undefined
}

/** Seconds with at least three decimals (as a duration is measured), and as many as it takes to read the same number back. */
function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0 || seconds >= 1e9) {
    throw new RangeError(`a segment can't last ${seconds} seconds`)
  }
  const decimals = [3, 4, 5, 6, 7, 8].find((count) => Number(seconds.toFixed(count)) === seconds) ?? 9
  return seconds.toFixed(decimals)
}

function isSegmentType(type: string): type is SegmentType {
  return type === 'full' || type === 'suspect' || type === 'partial' || type === 'temp'
}
