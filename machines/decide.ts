/** Asking the chart: what an event leads to, and what is possible now. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { initialTransition, type SnapshotFrom, transition } from 'xstate'
import { candidate } from './candidates.js'
import { type EventType, eventTypes, type VideoEvent } from './events.js'
import { video } from './video.js'

export type Snapshot = SnapshotFrom<typeof video>

/** An effect that the chart asks for, as data. */
export interface Effect {
  readonly type: string
  readonly video: string
  readonly attempt?: string | null
  readonly node?: string | null
}

export interface Step {
  readonly snapshot: Snapshot
  readonly effects: readonly Effect[]
}

/** The chart does not take the event in the state that the video is in. */
export interface NotAllowed {
  readonly _tag: 'NotAllowed'
  readonly video: string
  readonly event: EventType
  /** null where the video does not exist. */
  readonly state: string | null
  readonly possible: readonly EventType[]
}

interface Named {
  readonly value: string | Readonly<Record<string, string>>
}

/** The state and substate as one text, such as `CLAIMED.STREAMING`. */
export function stateName({ value }: Named): string {
  return typeof value === 'string' ? value : Object.entries(value).flat().join('.')
}

/** The state alone, such as `CLAIMED`. */
export const stateOf = (snapshot: Named): string => stateName(snapshot).split('.')[0] ?? ''

/** What the chart makes of `event`: the next state and the effects that it asks for, or why not. `now` is null before Created. */
export function decide(id: string, now: Snapshot | null, event: VideoEvent): Either<NotAllowed, Step> {
  if (now === null) return begin(id, event)
  if (!now.can(event)) return left(notAllowed(now, event))
  const [snapshot, actions] = transition(video, now, event)
  return right({
    snapshot,
    effects: actions.flatMap(({ type, params }) => (isEffect(params) ? [{ type, ...params }] : [])),
  })
}

function begin(id: string, event: VideoEvent): Either<NotAllowed, Step> {
  if (event.type !== 'Created')
    return left({ _tag: 'NotAllowed', video: id, event: event.type, state: null, possible: ['Created'] })
  const [snapshot] = initialTransition(video, { id, ...event.data })
  return right({ snapshot, effects: [] })
}

const isEffect = (params: unknown): params is Omit<Effect, 'type'> =>
  typeof params === 'object' && params !== null && 'video' in params

const notAllowed = (now: Snapshot, event: VideoEvent): NotAllowed => ({
  _tag: 'NotAllowed',
  video: now.context.id,
  event: event.type,
  state: stateName(now),
  possible: possible(now, event.at),
})

/** The events that the chart would take at the time `at`, guards included, each tried with data that fit the video. */
export const possible = (now: Snapshot, at: string): EventType[] =>
  eventTypes.filter((type) => type !== 'Created' && now.can(candidate(type, now.context, at)))

/** A snapshot as it is stored: plain data. */
export interface StoredSnapshot {
  readonly value: Snapshot['value']
  readonly context: Snapshot['context']
}

export const store = ({ value, context }: Snapshot): StoredSnapshot => ({ value, context })
export const restore = (stored: StoredSnapshot): Snapshot => video.resolveState(stored)

/** The same of what may have been changed by hand: null where the chart knows no such state. */
export function restoreIfWhole(stored: StoredSnapshot): Snapshot | null {
  try {
    const { edit, source, orphans } = stored.context
    const isWhole = typeof edit === 'object' && typeof source === 'object' && Array.isArray(orphans)
    return isWhole ? restore(stored) : null
  } catch {
    return null
  }
}
