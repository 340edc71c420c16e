/**
 * What a playlist has to keep to while players load it again and again (RFC 8216, 6.2.1): the numbers of its segments and of its
 * discontinuities, and the target duration.
 *
 * Numbers are counted from the last segment that was listed, not from the first. So what goes at the start (the recording is pruned)
 * and what comes late in the middle leave each segment that a player is about to load under the number that it had.
 */
import type { ListedSegment } from '../listedName.js'
import type { Covering, Entry } from './covering.js'

/** What was said the last time that anybody must be able to rely on. */
export interface Promised {
  readonly targetSeconds: number
  /** The last segment listed: where it starts, its number, and how many discontinuities there were up to it. Null: none yet. */
  readonly last: {
    readonly startMs: number
    readonly sequence: number
    readonly discontinuity: number
  } | null
}

export interface Numbered {
  readonly entries: readonly Entry[]
  readonly hasEnded: boolean
  readonly targetSeconds: number
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly promised: Promised
}

/** Where nothing is known. */
const USUAL_TARGET_SECONDS = 6
/** The target of a playlist that goes on is never raised: so it leaves room for segments that are longer than those so far. */
const ROOM = 1.5

/**
 * @param before what was promised to those who load the same playlist again; null for a new one
 * @param recent what was recorded of this quality lately: of a playlist that has nothing yet, that is all there is to go by
 */
export function numbered(
  { entries: all, reachesEnd }: Covering,
  before: Promised | null,
  recent: readonly ListedSegment[],
): Numbered {
  const targetSeconds = before?.targetSeconds ?? targetOf(all, reachesEnd, recent)
  const entries = withoutLonger(all, targetSeconds)
  const last = entries.at(-1)
  // one that is too long is missing: the list may not end as if it were there
  const hasEnded = reachesEnd && last?.segment === all.at(-1)?.segment
  const discontinuities = entries.reduce((sum, { afterHole }) => sum + (afterHole ? 1 : 0), 0)
  const { mediaSequence, discontinuitySequence } = firstNumbers(entries, before?.last ?? null)
  return {
    ...{ entries, hasEnded, targetSeconds, mediaSequence, discontinuitySequence },
    promised: {
      targetSeconds,
      last:
        last === undefined
          ? (before?.last ?? null)
          : {
              startMs: last.segment.startMs,
              sequence: mediaSequence + entries.length - 1,
              discontinuity: discontinuitySequence + discontinuities,
            },
    },
  }
}

/** As a target duration is compared with it (RFC 8216, 4.3.3.1). */
const roundedSeconds = ({ durationMs }: ListedSegment): number => Math.round(durationMs / 1000)

const longestSeconds = (segments: readonly ListedSegment[]): number =>
  segments.reduce((most, segment) => Math.max(most, roundedSeconds(segment)), 0)

function targetOf(entries: readonly Entry[], hasEnded: boolean, recent: readonly ListedSegment[]): number {
  const listed = longestSeconds(entries.map(({ segment }) => segment))
  const longest = hasEnded ? listed : Math.max(listed, longestSeconds(recent))
  return hasEnded ? Math.max(1, longest) : Math.max(USUAL_TARGET_SECONDS, Math.ceil(longest * ROOM))
}

function withoutLonger(entries: readonly Entry[], targetSeconds: number): readonly Entry[] {
  if (entries.every((entry) => roundedSeconds(entry.segment) <= targetSeconds)) return entries
  const kept: Entry[] = []
  let isMissing = false
  for (const entry of entries) {
    if (roundedSeconds(entry.segment) > targetSeconds) {
      isMissing = true
      continue
    }
    kept.push({ ...entry, afterHole: kept.length > 0 && (entry.afterHole || isMissing) })
    isMissing = false
  }
  return kept
}

function firstNumbers(
  entries: readonly Entry[],
  last: Promised['last'],
): Pick<Numbered, 'mediaSequence' | 'discontinuitySequence'> {
  if (last === null) {
    // seconds since the epoch: above every number before it, and the same on each node and after each start
    const startMs = entries[0]?.segment.startMs ?? 0
    return { mediaSequence: Math.floor(startMs / 1000), discontinuitySequence: 0 }
  }
  // where the last one itself has gone, the one before it gets its number: better than that a player takes a new one for it
  const upToLast = countUpTo(entries, last.startMs)
  const discontinuities = entries.slice(0, upToLast).filter(({ afterHole }) => afterHole).length
  return {
    mediaSequence: Math.max(0, last.sequence + 1 - upToLast),
    discontinuitySequence: Math.max(0, last.discontinuity - discontinuities),
  }
}

/** How many of them start at or before an instant; they are in order. */
function countUpTo(entries: readonly Entry[], instantMs: number): number {
  return entries.findLastIndex(({ segment }) => segment.startMs <= instantMs) + 1
}
