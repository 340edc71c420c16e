/** What lasts into the next hour, as it is kept. */
import * as t from 'io-ts'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Spill } from './measure.js'

const Spills = t.array(t.strict({ startMs: t.number, endMs: t.number, isFull: t.boolean }))

/** None where it is of another version's form: then the next hour is read again. */
export function spillOf(kept: unknown): readonly Spill[] {
  const decoded = Spills.decode(kept)
  return isRight(decoded) ? decoded.right : []
}
