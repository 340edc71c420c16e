/** What a request asks for, decoded: a wrong value is answered with its name, what was found and what is allowed. */
import * as t from 'io-ts'
import { either, isLeft } from 'fp-ts/lib/Either.js'
import { type FieldProblem, strictly } from '../../machines/problems.js'
import { tells } from '../../machines/schema.js'

/** Thrown when a request asks for what cannot be: the server answers 400 with the problems. */
export class BadRequest extends Error {
  readonly statusCode = 400
  constructor(readonly problems: readonly FieldProblem[]) {
    super('the request has values that are not allowed')
  }
}

/** A whole number of a query, `least` to `most`. */
export const wholeNumber = (least: number, most: number): t.Type<number, string, unknown> =>
  tells(
    new t.Type<number, string, unknown>(
      `a whole number, ${least} to ${most}`,
      (u): u is number => typeof u === 'number' && Number.isSafeInteger(u) && u >= least && u <= most,
      (u, context) =>
        either.chain(t.string.validate(u, context), (text) => {
          const number = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
          return number >= least && number <= most ? t.success(number) : t.failure(u, context)
        }),
      String,
    ),
    { schema: { type: 'integer', minimum: least, maximum: most } },
  )

/** One of a few words. */
export const oneOf = (words: readonly string[]): t.Type<string, string, unknown> =>
  tells(
    new t.Type<string, string, unknown>(
      `one of ${words.join(', ')}`,
      (u): u is string => words.some((word) => word === u),
      (u, context) => (words.some((word) => word === u) ? t.success(String(u)) : t.failure(u, context)),
      (word) => word,
    ),
    { schema: { type: 'string', enum: words } },
  )

/** One or several of a few words, with commas between them or the field several times. */
export const someOf = (words: readonly string[]): t.Type<readonly string[], string, unknown> =>
  tells(
    new t.Type<readonly string[], string, unknown>(
      `one or several, with commas between them, of ${words.join(', ')}`,
      (u): u is readonly string[] => Array.isArray(u) && u.every((one) => words.some((word) => word === one)),
      (u, context) => {
        const texts: unknown[] = Array.isArray(u) ? u : [u]
        if (!texts.every((text) => typeof text === 'string')) return t.failure(u, context)
        const found = [...new Set(texts.flatMap((text) => text.split(',')))]
        return found.every((one) => words.some((word) => word === one)) ? t.success(found) : t.failure(u, context)
      },
      (found) => found.join(','),
    ),
    { schema: { type: 'string' } },
  )

/**
 * The fields of a query, each of which may be left out.
 * @param others what becomes of a field that nobody knows: a slip of the pen is refused.
 * @throws BadRequest for a value that is not allowed, and for a field that is refused.
 */
export function queried<P extends t.Props>(
  fields: P,
  query: unknown,
  others: 'refused' | 'ignored' = 'refused',
): Partial<t.TypeOfProps<P>> {
  const found = { ...(query as object) }
  const known = others === 'refused' ? Object.keys(fields) : [...Object.keys(fields), ...Object.keys(found)]
  const decoded = strictly(t.exact(t.partial(fields)), known, found)
  if (isLeft(decoded)) throw new BadRequest(decoded.left)
  return decoded.right
}

/** true or false, in whatever case. */
export const caselessFlag: t.Type<boolean, string, unknown> = tells(
  new t.Type<boolean, string, unknown>(
    'true or false',
    t.boolean.is,
    (u, context) =>
      either.chain(t.string.validate(u, context), (text) => {
        const word = text.toLowerCase()
        return word === 'true' || word === 'false' ? t.success(word === 'true') : t.failure(u, context)
      }),
    String,
  ),
  { schema: { type: 'string', enum: ['true', 'false'] } },
)

/** What is said by being there: `?dry-run`, which `?dry-run=true` means, too. */
export const presence: t.Type<boolean, string, unknown> = tells(
  new t.Type<boolean, string, unknown>(
    'nothing, true or false',
    t.boolean.is,
    (u, context) => {
      if (u === '' || u === 'true') return t.success(true)
      return u === 'false' ? t.success(false) : t.failure(u, context)
    },
    String,
  ),
  { schema: { type: 'string', enum: ['', 'true', 'false'] } },
)
