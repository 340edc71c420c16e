/** A video's events folded through the chart, one step an event. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { decide, type Effect, type Snapshot, stateName, stateOf } from './decide.js'
import type { VideoEvent } from './events.js'

export interface Folded {
  readonly event: VideoEvent
  readonly before: string | null
  readonly after: string
  /** When it entered the state that it is in after it: substates are the same state. */
  readonly since: string
  readonly snapshot: Snapshot
  readonly effects: readonly Effect[]
}

/** Since when a video is in the state of `after`, to which an event at `at` led; `since` is the same of `before`. */
export const enteredAt = <Since extends string | null>(
  before: Snapshot | null,
  since: Since,
  after: Snapshot,
  at: string,
): Since | string => (before !== null && stateOf(before) === stateOf(after) ? since : at)

/** The log of a video is not what this chart would have let happen. */
export class ChartRefuses extends Error {
  override readonly name = 'ChartRefuses'
}

/** Where a fold stands: what it goes on from. */
export interface Standing {
  /** null: before the first event. */
  readonly snapshot: Snapshot | null
  /** When it entered its state, UTC; empty before the first event. */
  readonly since: string
}

export const beforeAll: Standing = { snapshot: null, since: '' }

/**
 * Each event with the state before and after. No effect is carried out.
 * @param from where the events before have led.
 * @throws ChartRefuses when the chart refuses an event of the log, which a change of the chart without a new version would cause.
 */
export function* fold(id: string, history: Iterable<VideoEvent>, from: Standing = beforeAll): Generator<Folded, void> {
  let { snapshot: now, since } = from
  for (const event of history) {
    const decided = decide(id, now, event)
    if (isLeft(decided))
      throw new ChartRefuses(
        `video ${id}: the chart refuses ${event.type} in ${decided.left.state ?? 'no state'}, though it is in the log`,
      )
    const { snapshot, effects } = decided.right
    since = enteredAt(now, since, snapshot, event.at)
    yield { event, before: now && stateName(now), after: stateName(snapshot), since, snapshot, effects }
    now = snapshot
  }
}
