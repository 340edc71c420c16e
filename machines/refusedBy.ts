/** Who refuses an event: the state, which knows nothing of it, or the guards that it has set before it. */
import type { Snapshot } from './decide.js'
import type { EventType } from './events.js'

/** The names of the guards that stand before `event` where the video is; none where the state does not know it. */
export function guardsBefore(now: Snapshot, event: EventType): string[] {
  const guards = now._nodes.flatMap((node) => (node.transitions.get(event) ?? []).map(({ guard }) => nameOf(guard)))
  return [...new Set(guards.filter((name) => name !== ''))]
}

const nameOf = (guard: unknown): string => {
  if (typeof guard === 'string') return guard
  return typeof guard === 'object' && guard !== null && 'type' in guard ? String(guard.type) : ''
}
