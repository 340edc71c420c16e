/** What an hour of footage comes to. Seconds are of the hour; of what lasts into the next one, that one has the rest. */
import * as t from 'io-ts'
import { isRight } from 'fp-ts/lib/Either.js'

const Counted = t.strict({ count: t.number, seconds: t.number })
const ByType = t.strict({ full: Counted, suspect: Counted, partial: Counted })

export const Figures = t.strict({
  /** So much of the hour is judged: all of it once it is over, else up to the end of its last segment. */
  ofSeconds: t.number,
  /** What any segment covers. */
  rawSeconds: t.number,
  /** What is covered by segments that follow one another, as a cut takes them: those that overlap the one before are left out. */
  editableSeconds: t.number,
  rawHoles: t.number,
  editableHoles: t.number,
  /** Of all segments the count; of the best ones, one for each start, how long they are. */
  segments: ByType,
  /** Names that can't be read as a segment's. */
  bad: t.number,
  /** Of the best segments those that begin before the one before them is over, and how long they share the time of others. */
  overlaps: ByType,
  /** The first of the raw holes, in milliseconds since the epoch: [start, end). */
  holes: t.array(t.tuple([t.number, t.number])),
})
export type Figures = t.TypeOf<typeof Figures>

export type CountedByType = Figures['segments']

/** So many holes of an hour are named; the rest are counted. */
export const NAMED_HOLES = 50

/** Null where they are of another version's form. */
export function figuresOf(kept: unknown): Figures | null {
  const decoded = Figures.decode(kept)
  return isRight(decoded) ? decoded.right : null
}

/** Whether every second that is judged is covered by full segments. */
export const isWhole = ({ rawHoles, segments: { suspect, partial } }: Figures): boolean =>
  rawHoles === 0 && suspect.count === 0 && partial.count === 0
