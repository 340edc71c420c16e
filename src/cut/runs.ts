import type { Range } from '../segments/segment.js'
import { TICKS_PER_SECOND, wrapped } from '../segments/pesHeader.js'
import { BORDER_TICKS, type Member, TICKS_PER_MS, medianOf, sameStreams, stepBetween, stepsIn } from './continuity.js'
import { CutError } from './cut.js'
import type { Survey } from './survey.js'

/**
 * A stretch of a range in which timestamps are continuous. Its ticks are on a line of its own, on which its anchor (the
 * smallest timestamp of the segment from which its time was told) is at ANCHOR_TICKS: far from where 33 bits wrap.
 */
export interface Run {
  readonly surveys: readonly Survey[]
  readonly picturePid: number
  readonly soundPid: number | undefined
  /** To be added to each timestamp of the segments, modulo 2^33, to come to the run's line. */
  readonly shiftTicks: number
  /** Which instant ANCHOR_TICKS on its line stands for, in milliseconds since the epoch. */
  readonly anchorMs: number
  /** The first and the last wanted picture, and how many there are. */
  readonly firstTicks: number
  readonly lastTicks: number
  readonly pictures: number
  /** How long a picture is shown, mostly (the median), and at the least, among all pictures of the segments. */
  readonly stepTicks: number
  readonly shortestStepTicks: number
}

/** Room for what precedes the anchor: the segment before it, and decoding times. */
export const ANCHOR_TICKS = 600 * TICKS_PER_SECOND
const LONGEST_RUN_TICKS = 24 * 3600 * TICKS_PER_SECOND

/** Which instant a timestamp stands for. */
interface Clock {
  readonly atTicks: number
  readonly atMs: number
}

/** Segments whose timestamps go on from one to the next, all on one line. */
interface Stretch {
  readonly clock: Clock
  readonly members: Member[]
  /** Where the next stretch on the same clock begins. */
  untilTicks: number
}

/**
 * Finds the runs of a range out of its surveyed segments (in order of time; `holes` as bestSequence gives them). Holes
 * and jumps part runs; whatever has no wanted picture is left out. No run: the range has no picture. `before` is the
 * segment before the first: it joins where timestamps go on from it, but time is told from the first.
 */
export function runsOf(range: Range, surveys: readonly Survey[], holes: readonly Range[], before?: Survey): Run[] {
  const runs: Run[] = []
  const stretches = stretchesOf(surveys, holes)
  if (before !== undefined) leadIn(before, stretches[0])
  for (const stretch of stretches) {
    const run = runOf(range, stretch)
    if (run !== undefined) runs.push(run)
  }
  return runs
}

function stretchesOf(surveys: readonly Survey[], holes: readonly Range[]): Stretch[] {
  const stretches: Stretch[] = []
  let before: Member | undefined
  for (const survey of surveys) {
    const stretch = stretches.at(-1)
    let member: Member = { survey, liftTicks: 0 }
    if (stretch === undefined || before === undefined) {
      stretches.push(newStretch(member))
    } else {
      const step = stepBetween(before, survey)
      const lifted: Member = { survey, liftTicks: step.liftTicks }
      const afterHole = holes.some((hole) => hole.endMs === survey.segment.startMs)
      const goesOn = step.isNext || (step.isAhead && step.onSameClock && !afterHole)
      if (goesOn && sameStreams(before.survey, survey)) {
        member = lifted
        stretch.members.push(member)
      } else if (goesOn || step.onSameClock) {
        member = lifted
        stretch.untilTicks = firstPicture(survey) + step.liftTicks
        stretches.push(newStretch(member, stretch.clock))
      } else {
        stretches.push(newStretch(member))
      }
    }
    before = member
  }
  return stretches
}

/** Puts `before` at the head of a stretch where the stretch goes on from it. */
function leadIn(before: Survey, stretch: Stretch | undefined): void {
  const first = stretch?.members[0]
  if (stretch === undefined || first === undefined || !sameStreams(before, first.survey)) return
  const step = stepBetween({ survey: before, liftTicks: 0 }, first.survey)
  // the lift is from the line of `before` to that of the stretch, so the other way round
  if (step.isNext) stretch.members.unshift({ survey: before, liftTicks: first.liftTicks - step.liftTicks })
}

function newStretch(member: Member, clock?: Clock): Stretch {
  const { startTicks, segment } = member.survey
  return {
    clock: clock ?? { atTicks: startTicks + member.liftTicks, atMs: segment.startMs },
    members: [member],
    untilTicks: Infinity,
  }
}

function firstPicture(survey: Survey): number {
  return survey.pictureTicks[0] ?? survey.firstDecodedTicks
}

function runOf(range: Range, { clock, members, untilTicks }: Stretch): Run | undefined {
  const ticksAt = (instantMs: number) => clock.atTicks + (instantMs - clock.atMs) * TICKS_PER_MS - BORDER_TICKS
  const first = members[0]
  if (first === undefined) return undefined
  const fromTicks = Math.max(ticksAt(range.startMs), first.survey.firstDecodedTicks + first.liftTicks)
  const toTicks = Math.min(ticksAt(range.endMs), untilTicks)
  let pictures = 0
  let firstTicks = Infinity
  let lastTicks = -Infinity
  let lastMember = -1
  members.forEach(({ survey, liftTicks }, index) => {
    for (const ticks of survey.pictureTicks) {
      const lifted = ticks + liftTicks
      if (lifted < fromTicks || lifted >= toTicks) continue
      pictures++
      firstTicks = Math.min(firstTicks, lifted)
      lastTicks = Math.max(lastTicks, lifted)
      lastMember = index
    }
  })
  if (pictures === 0) return undefined
  if (lastTicks - clock.atTicks > LONGEST_RUN_TICKS)
    throw new CutError("a range of more than 24 hours can't be cut in one piece")
  const shiftTicks = ANCHOR_TICKS - clock.atTicks
  // the sound of the last picture may lie in the segment after it
  const surveys = members.slice(0, lastMember + 2).map(({ survey }) => survey)
  const steps = stepsIn(surveys)
  return {
    surveys,
    picturePid: first.survey.picturePid,
    soundPid: surveys.find(({ soundPid }) => soundPid !== undefined)?.soundPid,
    shiftTicks,
    anchorMs: clock.atMs,
    firstTicks: firstTicks + shiftTicks,
    lastTicks: lastTicks + shiftTicks,
    pictures,
    stepTicks: medianOf(steps),
    shortestStepTicks: steps[0] ?? medianOf(steps),
  }
}

/** When each wanted picture of a run is shown, on its line, and in which of its surveys it is. In the order of the surveys. */
export function* picturesOf({
  surveys,
  shiftTicks,
  firstTicks,
  lastTicks,
}: Run): Generator<{ ticks: number; at: number }> {
  for (const [at, { pictureTicks }] of surveys.entries()) {
    for (const own of pictureTicks) {
      const ticks = wrapped(own + shiftTicks)
      if (ticks >= firstTicks && ticks <= lastTicks) yield { ticks, at }
    }
  }
}

/** The pictures of a run before an instant on its line, and those from it on; undefined where there are none. */
export function splitRun(run: Run, atTicks: number): [Run | undefined, Run | undefined] {
  const part = (isIn: (ticks: number) => boolean): Run | undefined => {
    let [first, last, pictures] = [-1, -1, 0]
    let [firstTicks, lastTicks] = [Infinity, -Infinity]
    for (const { ticks, at } of picturesOf(run)) {
      if (!isIn(ticks)) continue
      if (first < 0) first = at
      last = at
      pictures++
      firstTicks = Math.min(firstTicks, ticks)
      lastTicks = Math.max(lastTicks, ticks)
    }
    // what is decoded, or heard, beside them may lie in the segment before or after
    const surveys = run.surveys.slice(Math.max(0, first - 1), last + 2)
    return pictures === 0 ? undefined : { ...run, surveys, firstTicks, lastTicks, pictures }
  }
  return [part((ticks) => ticks < atTicks), part((ticks) => ticks >= atTicks)]
}
