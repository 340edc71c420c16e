/** Building blocks of the event codecs: what a field may hold, under a name that an error message can use. */
import * as t from 'io-ts'
import { either } from 'fp-ts/lib/Either.js'
import { type Schema, tells } from './schema.js'

// PostgreSQL knows no year 0
const isoInstant = /^((?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?:Z|[+-]00:?00)?$/

/** Milliseconds since the epoch of a UTC ISO 8601 time, with or without its Z (wubloader's clients leave it out); NaN for any other text. */
export function instantMs(text: string): number {
  const time = isoInstant.exec(text)?.[1]
  const ms = time === undefined ? Number.NaN : Date.parse(`${time}Z`)
  // Date.parse takes the 30th of February for the 1st or 2nd of March
  return new Date(ms || 0).toISOString().slice(0, 10) === text.slice(0, 10) ? ms : Number.NaN
}

/** The one form in which instants stand in events and rows: `2026-01-31T18:00:00.000Z`, whole milliseconds, UTC. */
export const formatInstant = (ms: number): string => new Date(ms).toISOString()

/** A UTC instant. Decodes any UTC ISO 8601 form to the canonical one; a zone other than UTC is refused. */
export const Instant = tells(
  new t.Type<string, string, unknown>(
    'a UTC time such as 2026-01-31T18:00:00.000Z',
    (u): u is string => typeof u === 'string' && !Number.isNaN(instantMs(u)),
    (u, context) =>
      either.chain(t.string.validate(u, context), (text) => {
        const ms = instantMs(text)
        return Number.isNaN(ms) ? t.failure(u, context) : t.success(formatInstant(ms))
      }),
    (instant) => instant,
  ),
  // date-time would ask for the Z, which wubloader's clients leave out
  { schema: { type: 'string', pattern: isoInstant.source } },
)

/** `base`, narrowed to what `holds`; `name` says so to people, and `schema` as far as it can to programs. */
export const refined = <A>(
  base: t.Type<A, A, unknown>,
  name: string,
  holds: (a: A) => boolean,
  schema: Schema = {},
): t.Type<A, A, unknown> =>
  tells(
    new t.Type<A, A, unknown>(
      name,
      (u): u is A => base.is(u) && holds(u),
      (u, context) => either.chain(base.validate(u, context), (a) => (holds(a) ? t.success(a) : t.failure(u, context))),
      (a) => a,
    ),
    { narrows: base, schema },
  )

/** PostgreSQL stores neither the character 0 nor half of a pair of surrogates. */
const isStorable = (s: string): boolean => !s.includes('\0') && !/\p{Surrogate}/u.test(s)

export const Text = refined(t.string, 'a text', isStorable)
export const NonEmpty = refined(t.string, 'a text that is not empty', (s) => s.length > 0 && isStorable(s), {
  minLength: 1,
})
export const Count = refined(t.number, 'a whole number, 0 or more', (n) => Number.isSafeInteger(n) && n >= 0, {
  type: 'integer',
  minimum: 0,
})
export const Flag = refined(t.boolean, 'true or false', () => true)
export const Texts = refined(t.array(t.string), 'a list of texts', (texts) => texts.every(isStorable))
export const Positive = refined(t.number, 'a number above 0', (n) => Number.isFinite(n) && n > 0, {
  exclusiveMinimum: 0,
})
/** left, top, right, bottom in pixels. */
export const Box = refined(
  t.array(t.number),
  'four whole numbers: left, top, right, bottom',
  (b) => b.length === 4 && b.every(Number.isInteger),
  { items: { type: 'integer' }, minItems: 4, maxItems: 4 },
)
export const Sha256 = refined(t.string, 'a SHA-256 in hexadecimal', (s) => /^[0-9a-f]{64}$/.test(s), {
  pattern: '^[0-9a-f]{64}$',
})
/** A name that is one folder on disk: of a channel or a quality. */
export const FolderName = refined(
  t.string,
  "a name of letters, digits, '_', '-' and '.', not beginning with '.'",
  (s) => /^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/.test(s),
  { pattern: '^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$' },
)

/** `codec`, or null. */
export const orNull = <A>(codec: t.Type<A, A, unknown>): t.Type<A | null, A | null, unknown> =>
  tells(
    new t.Type<A | null, A | null, unknown>(
      `${codec.name}, or null`,
      (u): u is A | null => u === null || codec.is(u),
      (u, context) => (u === null ? t.success(null) : codec.validate(u, context)),
      (a) => a,
    ),
    { orNull: codec },
  )

/** `codec`, where a missing field means `fallback`. */
export const withDefault = <A>(codec: t.Type<A, A, unknown>, fallback: A): t.Type<A, A, unknown> =>
  tells(
    new t.Type<A, A, unknown>(
      codec.name,
      codec.is,
      (u, context) => (u === undefined ? t.success(fallback) : codec.validate(u, context)),
      (a) => a,
    ),
    { withDefault: codec, fallback },
  )
