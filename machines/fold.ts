/** A video's events folded through the chart, one step an event. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { decide, type Effect, type Snapshot, stateName } from './decide.js'
import type { VideoEvent } from './events.js'

export interface Folded {
  readonly event: VideoEvent
  readonly before: string | null
  readonly after: string
  readonly snapshot: Snapshot
  readonly effects: readonly Effect[]
}

/**
 * Each event with the state before and after. No effect is carried out.
 * @throws Error when the chart refuses an event of the log, which a change of the chart without a new version would cause.
 */
export function* fold(
  id: string,
  history: Iterable<VideoEvent>,
  from: Snapshot | null = null,
): Generator<Folded, void> {
  let now = from
  for (const event of history) {
    const decided = decide(id, now, event)
    if (isLeft(decided))
      throw new Error(
        `video ${id}: the chart refuses ${event.type} in ${decided.left.state ?? 'no state'}, though it is in the log`,
      )
    const { snapshot, effects } = decided.right
    yield { event, before: now && stateName(now), after: stateName(snapshot), snapshot, effects }
    now = snapshot
  }
}
