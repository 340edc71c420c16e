/** Whether the timestamps of one segment go on from those of another. */
import { TICKS_PER_SECOND, WRAP_TICKS, unwrapNear } from '../segments/pesHeader.js'
import type { Survey } from './survey.js'

export const TICKS_PER_MS = TICKS_PER_SECOND / 1000
/**
 * Names of segments are rounded: a picture that comes up to a millisecond before a border is meant to be behind it.
 * Ranges stay half-open with that, so of two that touch each picture belongs to one.
 */
export const BORDER_TICKS = TICKS_PER_MS
/** By so much start times in names may stray from the timestamps (playlists round) before it is a jump. */
const STRAYING_TICKS = TICKS_PER_SECOND / 4

/** A segment on a line: `liftTicks` (a multiple of 2^33) brings its ticks onto it. */
export interface Member {
  readonly survey: Survey
  readonly liftTicks: number
}

export interface Step {
  /** What brings the later segment onto the line of the earlier one. */
  readonly liftTicks: number
  /** Decoding times go on, at once or after a pause. */
  readonly isAhead: boolean
  /** The picture goes on in its usual steps. */
  readonly isNext: boolean
  /** Timestamps have gone on as far as the names say that time has. */
  readonly onSameClock: boolean
}

/** How `later` follows on the earlier segment. */
export function stepBetween({ survey: earlier, liftTicks: earlierLift }: Member, later: Survey): Step {
  const expectedTicks = earlier.lastDtsTicks + earlierLift
  const wraps = Math.round((unwrapNear(later.firstDtsTicks, expectedTicks) - later.firstDtsTicks) / WRAP_TICKS)
  const liftTicks = wraps * WRAP_TICKS
  const gapTicks = later.firstDtsTicks + liftTicks - expectedTicks
  const usualTicks = Math.max(medianOf(stepsIn([earlier])), medianOf(stepsIn([later])))
  const byName = (later.segment.startMs - earlier.segment.startMs) * TICKS_PER_MS
  const byTimestamps = later.startTicks + liftTicks - (earlier.startTicks + earlierLift)
  return {
    liftTicks,
    isAhead: gapTicks > 0,
    isNext: gapTicks > 0 && gapTicks <= 2 * usualTicks,
    onSameClock: Math.abs(byTimestamps - byName) <= STRAYING_TICKS,
  }
}

/** Whether one decoder can go on from one to the other. */
export function sameStreams(a: Survey, b: Survey): boolean {
  return (
    a.picturePid === b.picturePid &&
    a.pictureType === b.pictureType &&
    (a.soundPid ?? b.soundPid) === (b.soundPid ?? a.soundPid)
  )
}

/** The steps from each picture of a segment to the next one in it, the shortest first. */
export function stepsIn(surveys: readonly Survey[]): Float64Array {
  const steps: number[] = []
  for (const { pictureTicks } of surveys) {
    for (let index = 1; index < pictureTicks.length; index++) {
      const step = (pictureTicks[index] ?? 0) - (pictureTicks[index - 1] ?? 0)
      if (step > 0) steps.push(step)
    }
  }
  return Float64Array.from(steps).sort()
}

/** The median of sorted steps; a thirtieth of a second where no segment has two pictures. */
export function medianOf(steps: Float64Array): number {
  return steps[steps.length >> 1] ?? TICKS_PER_SECOND / 30
}
