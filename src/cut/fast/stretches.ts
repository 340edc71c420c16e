/** Follows the segments of a range as they are loaded, and parts them where timestamps don't go on. */
import type { Range } from '../../segments/segment.js'
import { type Member, sameStreams, stepBetween } from '../continuity.js'
import type { Loaded } from './loadSegment.js'

/** Which instant a timestamp on the line of a stretch stands for. */
export interface Clock {
  readonly atTicks: number
  readonly atMs: number
}

/** A loaded segment on the line of its stretch: `liftTicks` brings its timestamps onto it. */
export interface StretchMember extends Member {
  readonly loaded: Loaded
  /** Nothing more of the stretch comes. */
  readonly last: boolean
  /** Where the next stretch begins, if it is on the same clock. */
  readonly untilTicks: number
}

/** Segments whose timestamps go on from one to the next. Its members are to be taken before the next stretch is. */
export interface Stretch {
  readonly clock: Clock
  readonly members: AsyncGenerator<StretchMember, void, undefined>
}

/**
 * Segments whose timestamps go on from one to the next, stretch by stretch. It reads one segment ahead.
 * @param before segments ahead of the range, used only where their timestamps go on into it
 * @param segments those of the range: by the first of them is told which timestamp is which time
 * @param holes as bestSequence gives them
 */
export async function* stretchesOf(
  before: readonly Loaded[],
  segments: AsyncIterator<Loaded, void, undefined>,
  holes: readonly Range[],
): AsyncGenerator<Stretch, void, undefined> {
  const pull = async () => {
    const step = await segments.next()
    return step.done === true ? undefined : step.value
  }
  let first = await pull()
  let lead = first === undefined ? [] : leadIn(before, first)
  let lift = 0
  let clock: Clock | undefined
  while (first !== undefined) {
    const begins: Loaded = first
    const beginsLift = lift
    const leading = lead
    let next: { loaded: Loaded; liftTicks: number; clock: Clock | undefined } | undefined
    const ofStretch: Clock = clock ?? { atTicks: begins.survey.startTicks + lift, atMs: begins.survey.segment.startMs }
    const members = (async function* (): AsyncGenerator<StretchMember, void, undefined> {
      for (const member of leading) yield { ...member, last: false, untilTicks: Infinity }
      let current = { loaded: begins, survey: begins.survey, liftTicks: beginsLift }
      for (;;) {
        const following = await pull()
        if (following === undefined) {
          yield { ...current, last: true, untilTicks: Infinity }
          return
        }
        const step = stepBetween(current, following.survey)
        const afterHole = holes.some((hole) => hole.endMs === following.survey.segment.startMs)
        const goesOn = step.isNext || (step.isAhead && step.onSameClock && !afterHole)
        const lifted = { loaded: following, survey: following.survey, liftTicks: step.liftTicks }
        if (goesOn && sameStreams(current.survey, following.survey)) {
          yield { ...current, last: false, untilTicks: Infinity }
          current = lifted
          continue
        }
        const sameClock = goesOn || step.onSameClock
        next = {
          loaded: following,
          liftTicks: sameClock ? step.liftTicks : 0,
          clock: sameClock ? ofStretch : undefined,
        }
        const untilTicks = sameClock ? (following.survey.pictureTicks[0] ?? Infinity) + step.liftTicks : Infinity
        yield { ...current, last: true, untilTicks }
        return
      }
    })()
    yield { clock: ofStretch, members }
    while ((await members.next()).done !== true); // whatever was left
    first = next?.loaded
    lift = next?.liftTicks ?? 0
    clock = next?.clock
    lead = []
  }
}

/** Those right before `first` from which timestamps go on to it, on its line. */
function leadIn(
  before: readonly Loaded[],
  first: Loaded,
): { loaded: Loaded; survey: Loaded['survey']; liftTicks: number }[] {
  const leading: { loaded: Loaded; survey: Loaded['survey']; liftTicks: number }[] = []
  let next: Member = { survey: first.survey, liftTicks: 0 }
  for (const loaded of [...before].reverse()) {
    const step = stepBetween({ survey: loaded.survey, liftTicks: 0 }, next.survey)
    if (!step.isNext || !sameStreams(loaded.survey, next.survey)) break
    const member = { loaded, survey: loaded.survey, liftTicks: next.liftTicks - step.liftTicks }
    leading.unshift(member)
    next = member
  }
  return leading
}
