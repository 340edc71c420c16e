/**
 * What a playlist has to keep to while players load it again and again (RFC 8216, 6.2.1): the numbers of its segments and of its
 * discontinuities, and the target duration.
 *
 * Numbers are counted from the last segment that was listed, not from the first. So what goes at the start (the recording is pruned)
 * and what comes late in the middle leave each segment that a player is about to load under the number that it had.
 */
import type { HourSegments } from '../hourSegments.js'
import type { ListedSegment } from '../listedName.js'
import { type Covering, lastOf, startOf, type Stretch } from './covering.js'
import { countUpTo, longestSeconds, roundedSeconds, wholeHour } from './wholeHour.js'

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
  readonly stretches: readonly Stretch[]
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
  { stretches: all, reachesEnd }: Covering,
  before: Promised | null,
  recent: HourSegments | null,
): Numbered {
  const targetSeconds = before?.targetSeconds ?? targetOf(all, reachesEnd, recent)
  const stretches = withoutLonger(all, targetSeconds)
  const last = lastSegment(stretches)
  // one that is too long is missing: the list may not end as if it were there
  const hasEnded = reachesEnd && last?.startMs === lastSegment(all)?.startMs
  const { mediaSequence, discontinuitySequence } = firstNumbers(stretches, before?.last ?? null)
  return {
    ...{ stretches, hasEnded, targetSeconds, mediaSequence, discontinuitySequence },
    promised: {
      targetSeconds,
      last:
        last === undefined
          ? (before?.last ?? null)
          : {
              startMs: last.startMs,
              sequence: mediaSequence + countOf(stretches) - 1,
              discontinuity: discontinuitySequence + holesOf(stretches),
            },
    },
  }
}

const countOf = (stretches: readonly Stretch[]): number => stretches.reduce((sum, { from, to }) => sum + to - from, 0)

const holesOf = (stretches: readonly Stretch[]): number =>
  stretches.reduce((sum, { afterHole }) => sum + (afterHole ? 1 : 0), 0)

function lastSegment(stretches: readonly Stretch[]): ListedSegment | undefined {
  const last = stretches.at(-1)
  return last && lastOf(last)
}

function targetOf(stretches: readonly Stretch[], hasEnded: boolean, recent: HourSegments | null): number {
  const listed = stretches.reduce((most, one) => Math.max(most, longestOf(one)), 0)
  const longest = hasEnded ? listed : recent === null ? listed : Math.max(listed, longestSeconds(recent))
  return hasEnded ? Math.max(1, longest) : Math.max(USUAL_TARGET_SECONDS, Math.ceil(longest * ROOM))
}

const longestOf = ({ hour, from, to }: Stretch): number =>
  from === 0 && to === hour.segments.length ? wholeHour(hour).longestSeconds : longestSeconds(hour.segments, from, to)

/** Where one is left out, what follows it is after a hole. */
function withoutLonger(stretches: readonly Stretch[], targetSeconds: number): readonly Stretch[] {
  if (stretches.every(({ hour }) => wholeHour(hour).longestSeconds <= targetSeconds)) return stretches
  const kept: Stretch[] = []
  let isMissing = false
  for (const { hour, from, to, afterHole } of stretches) {
    isMissing ||= afterHole
    let begin = from
    for (let n = from; n <= to; n++) {
      const segment = hour.segments.at(n)
      const isTooLong = n < to && segment !== undefined && roundedSeconds(segment) > targetSeconds
      if (n < to && !isTooLong) continue
      if (n > begin) {
        kept.push({ hour, from: begin, to: n, afterHole: isMissing && kept.length > 0 })
        isMissing = false
      }
      isMissing ||= isTooLong
      begin = n + 1
    }
  }
  return kept
}

function firstNumbers(
  stretches: readonly Stretch[],
  last: Promised['last'],
): Pick<Numbered, 'mediaSequence' | 'discontinuitySequence'> {
  const [first] = stretches
  if (last === null) {
    // seconds since the epoch: above every number before it, and the same on each node and after each start
    return { mediaSequence: Math.floor((first === undefined ? 0 : startOf(first)) / 1000), discontinuitySequence: 0 }
  }
  // where the last one itself has gone, the one before it gets its number: better than that a player takes a new one for it
  const upToLast = stretches.filter((one) => startOf(one) <= last.startMs).map((one) => upTo(one, last.startMs))
  return {
    mediaSequence: Math.max(0, last.sequence + 1 - countOf(upToLast)),
    discontinuitySequence: Math.max(0, last.discontinuity - holesOf(upToLast)),
  }
}

/** What of it starts at or before an instant. */
function upTo(stretch: Stretch, instantMs: number): Stretch {
  return { ...stretch, to: Math.min(stretch.to, countUpTo(stretch.hour.segments.startsMs, instantMs)) }
}
