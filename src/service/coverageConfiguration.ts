/** The part `coverage` of a configuration: how often this node looks at what it has of the footage. */
import * as t from 'io-ts'
import { refined } from '../../machines/codecs.js'

const Seconds = refined(t.number, 'a number of 1 or more', (n) => Number.isFinite(n) && n >= 1)

const fields = { every_seconds: Seconds }
export const knownOfCoverage = Object.keys(fields)
const Every = t.partial(fields, 'false, or an object with every_seconds')
type CoverageFile = false | t.TypeOf<typeof Every>

/** False where it shall not look; mistakes are told as those of an object otherwise. */
export const CoverageFile = new t.Type<CoverageFile, unknown, unknown>(
  Every.name,
  (u): u is CoverageFile => u === false || Every.is(u),
  (u, context) => (u === false ? t.success(u) : Every.validate(u, context)),
  (read) => read,
)

export interface CoverageConfiguration {
  /** From the end of one look to the beginning of the next. */
  readonly everySeconds: number
}

/** Null where it shall not look. */
export const coverageOf = (read: CoverageFile = {}): CoverageConfiguration | null =>
  read === false ? null : { everySeconds: read.every_seconds ?? 300 }
