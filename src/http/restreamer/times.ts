/**
 * The times of wubloader's paths: ISO 8601, mostly without a zone, and then in UTC. Wubloader takes no notice of a zone that is
 * there; here `18:00+02:00` is the instant that it says, 16:00 UTC, as whoever writes a zone means it.
 */
import * as t from 'io-ts'
import { either } from 'fp-ts/lib/Either.js'
import { tells } from '../../../machines/schema.js'
import type { Range } from '../../segments/segment.js'

const form = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:[.](\d{1,9}))?)?(?:Z|([+ -])(\d\d):?(\d\d)?)?$/i

/** Milliseconds since the epoch, finer fractions left out; NaN for any other text. From 1970 to 9999, as segments are. */
export function timeMs(text: string): number {
  const [match, date = '', minutes = '', seconds = '00', fraction = '', sign, zoneHours = '0', zoneMinutes = '0'] =
    form.exec(text) ?? []
  if (match === undefined || Number(zoneHours) > 14 || Number(zoneMinutes) > 59) return Number.NaN
  const localMs = Date.parse(`${date}T${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  // Date.parse takes the 30th of February for the 2nd of March, and 24:00 for the next day
  if (Number.isNaN(localMs) || new Date(localMs).toISOString().slice(0, 16) !== `${date}T${minutes}`) return Number.NaN
  // a plus that was not escaped arrives as a space
  const zoneMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000 * (sign === '-' ? -1 : 1)
  const ms = localMs - zoneMs
  return ms >= 0 ? ms : Number.NaN
}

const formatted = (ms: number): string => new Date(ms).toISOString()

/** An instant, in milliseconds since the epoch. */
export const Time = new t.Type<number, string, unknown>(
  'a time such as 2026-01-31T18:00:00.000, UTC where it has no zone',
  (u): u is number => typeof u === 'number' && Number.isInteger(u),
  (u, context) =>
    either.chain(t.string.validate(u, context), (text) => {
      const ms = timeMs(text)
      return Number.isNaN(ms) ? t.failure(u, context) : t.success(ms)
    }),
  formatted,
)
tells(Time, { schema: { type: 'string', examples: ['2026-01-31T18:00:00.000'] } })

/** `START,END`, once or several times. */
export const Ranges = new t.Type<readonly Range[], string | string[], unknown>(
  'START,END, two times of which the second is later',
  (u): u is readonly Range[] => Array.isArray(u),
  (u, context) => {
    const texts = typeof u === 'string' ? [u] : Array.isArray(u) ? (u as unknown[]) : []
    const ranges = texts.map(rangeOf)
    return ranges.length > 0 && ranges.every((one) => one !== null) ? t.success(ranges) : t.failure(u, context)
  },
  (ranges) => ranges.map(({ startMs, endMs }) => `${formatted(startMs)},${formatted(endMs)}`),
)
tells(Ranges, { schema: { type: 'array', items: { type: 'string' } } })

function rangeOf(text: unknown): Range | null {
  const [, start = '', end = ''] = (typeof text === 'string' && /^([^,]*),([^,]*)$/.exec(text)) || []
  const range = { startMs: timeMs(start), endMs: timeMs(end) }
  return range.endMs > range.startMs ? range : null
}
