/** What clients hold as a text and give back as it was. */
import * as t from 'io-ts'
import { either } from 'fp-ts/lib/Either.js'
import { type Schema, tells } from '../../machines/schema.js'

interface Held<A> {
  /** What is allowed, as an error says it. */
  readonly says: string
  readonly is: (value: object) => boolean
  /** null for what is none. */
  readonly parse: (text: string) => A | null
  readonly format: (value: A) => string
  readonly schema: Schema
}

export const heldText = <A extends object>({ says, is, parse, format, schema }: Held<A>) =>
  tells(
    new t.Type<A, string, unknown>(
      says,
      (u): u is A => typeof u === 'object' && u !== null && is(u),
      (u, context) =>
        either.chain(t.string.validate(u, context), (text) => {
          const value = parse(text)
          return value === null ? t.failure(u, context) : t.success(value)
        }),
      format,
    ),
    { schema },
  )
