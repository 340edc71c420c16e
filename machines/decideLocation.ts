/** Asking the chart of a location: what an event leads to, what is possible now, and the row that follows. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { getInitialSnapshot, type SnapshotFrom, transition } from 'xstate'
import { stateName } from './decide.js'
import { location, LOCATION_CHART_VERSION, type LocationContext } from './location.js'
import {
  type LocationDataOf,
  type LocationEvent,
  type LocationEventType,
  locationEventTypes,
} from './locationEvents.js'

export type LocationSnapshot = SnapshotFrom<typeof location>

/** The chart does not take the event in the state that the location is in. */
export interface LocationNotAllowed {
  readonly _tag: 'LocationNotAllowed'
  readonly location: string
  readonly event: LocationEventType
  readonly state: string
  readonly possible: readonly LocationEventType[]
}

/** A location of which nothing has been noted yet. */
export const newLocation = (name: string): LocationSnapshot => getInitialSnapshot(location, { name })

/** What the chart makes of `event`, or why not. */
export function decideLocation(
  now: LocationSnapshot,
  event: LocationEvent,
): Either<LocationNotAllowed, LocationSnapshot> {
  if (now.can(event)) return right(transition(location, now, event)[0])
  const { name } = now.context
  const possible = possibleOf(now, event.at)
  return left({ _tag: 'LocationNotAllowed', location: name, event: event.type, state: stateName(now), possible })
}

/** The events that the chart would take at the time `at`, guards included, each tried with data that fit the location. */
export const possibleOf = (now: LocationSnapshot, at: string): LocationEventType[] =>
  locationEventTypes.filter((type) => now.can(locationCandidate(type, now.context, at)))

/** An event that fits the location as well as any could. */
export const locationCandidate = (type: LocationEventType, context: LocationContext, at: string): LocationEvent =>
  ({ type, data: candidateData(context)[type], at, actor: null, node: 'any node', cause: null }) as LocationEvent

function candidateData({ probe }: LocationContext): { [T in LocationEventType]: LocationDataOf<T> } {
  const attempt = probe?.attempt ?? 'new'
  const trouble = { trouble: 'unavailable', cause: 'cause', account: null, limit: 3, until: null } as const
  return {
    Troubled: { video: 'video', attempt, ...trouble },
    Recovered: { attempt: 'new' },
    Paused: { why: 'why', until: null },
    Resumed: { why: 'why' },
    ProbeStarted: { video: 'video', attempt: 'new', instead_of: probe?.attempt ?? null },
    Probed: { attempt },
    ProbeDropped: { attempt, cause: 'cause' },
  }
}

/** @throws Error when the chart refuses an event of the log, which a change of the chart without a new version would cause. */
export function foldLocation(name: string, history: Iterable<LocationEvent>): LocationSnapshot {
  let now = newLocation(name)
  for (const event of history) {
    const decided = decideLocation(now, event)
    if (isLeft(decided))
      throw new Error(`location ${name}: the chart refuses ${event.type} in ${stateName(now)}, though it is in the log`)
    now = decided.right
  }
  return now
}

/** A snapshot as it is stored: plain data. */
export interface StoredLocation {
  readonly value: LocationSnapshot['value']
  readonly context: LocationContext
}

export const restoreLocation = (stored: StoredLocation): LocationSnapshot => location.resolveState(stored)

/** The row of table `locations`, as it follows from a snapshot alone. */
export interface LocationRow extends Record<string, unknown> {
  readonly name: string
  readonly version: number
}

export function projectLocation(snapshot: LocationSnapshot, version: number): LocationRow {
  const { value, context } = snapshot
  const { name, failures, pauses, pause, probe, suspect } = context
  const [state = '', substate = null] = stateName(snapshot).split('.')
  return {
    name,
    version,
    chart: LOCATION_CHART_VERSION,
    state,
    substate,
    snapshot: { value, context } satisfies StoredLocation,
    reason: pause?.why ?? null,
    // while it is tried there is nothing to wait for
    until: state === 'PAUSED' ? (pause?.until ?? null) : null,
    paused_by: pause?.by ?? null,
    paused_at: pause?.since ?? null,
    failures: failures.length,
    pauses,
    probe_attempt: probe?.attempt ?? null,
    probe_video: probe?.video ?? null,
    probe_node: probe?.node ?? null,
    probe_at: probe?.since ?? null,
    suspect: suspect?.video ?? null,
  }
}
