/** The real chart, as the model asks it: a snapshot is a number, and what was decided once is not decided again. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder, type VideoContext } from '../../../machines/context.js'
import { decide, type Snapshot, stateName, stateOf, store } from '../../../machines/decide.js'
import { type DataOf, event, type EventType, type VideoEvent } from '../../../machines/events.js'

/** An event that somebody wants to append. The key stands for it: the same key is the same event. */
export interface Told {
  readonly key: string
  readonly event: VideoEvent
}

export interface Facts {
  readonly state: string
  /** With the substate. */
  readonly name: string
  readonly context: VideoContext
  readonly holder: string | null
}

/** All waits are left out of the model, so it is always the same moment. */
const at = '2026-01-31T18:00:00.000Z'
const known = new Map<string, Told>()

/** @param about what tells it from others of its type, such as its attempt. */
export function told<T extends EventType>(type: T, about: string, by: string, data: () => DataOf<T>): Told {
  const key = `${type}${about === '' ? '' : ' '}${about} by ${by}`
  let one = known.get(key)
  if (one === undefined) {
    one = { key, event: event(type, data(), { at, actor: null, node: by, cause: null }) as VideoEvent }
    known.set(key, one)
  }
  return one
}

export const toldBefore = (key: string): Told => known.get(key) ?? missing(key)
const missing = (key: string): never => {
  throw new Error(`nobody has said ${key}`)
}

export class Chart {
  readonly #ids = new Map<string, number>()
  readonly #snapshots: Snapshot[] = []
  readonly #facts: Facts[] = []
  readonly #decided: Map<string, number | null>[] = []

  /** @param fenced false: a chart that believes whoever speaks, of whatever attempt. */
  constructor(private readonly fenced: boolean) {}

  get size(): number {
    return this.#snapshots.length
  }

  begin(...events: readonly Told[]): number {
    let now: Snapshot | null = null
    for (const { event } of events) {
      const step = decide('v', now, event)
      if (isLeft(step)) throw new Error(`${event.type} is refused`)
      now = step.right.snapshot
    }
    return now === null ? missing('Created') : this.#idOf(now)
  }

  /** Where the event leads; null where the chart does not take it. */
  decide(now: number, { key, event }: Told): number | null {
    const decided = this.#decided[now]
    const before = decided?.get(key)
    if (before !== undefined) return before
    const snapshot = this.#snapshots[now] ?? missing(String(now))
    const step = decide('v', snapshot, this.fenced ? event : ofHolder(event, snapshot))
    const next = isLeft(step) ? null : this.#idOf(step.right.snapshot)
    decided?.set(key, next)
    return next
  }

  facts(now: number): Facts {
    return this.#facts[now] ?? missing(String(now))
  }

  #idOf(snapshot: Snapshot): number {
    const key = JSON.stringify(store(snapshot))
    const before = this.#ids.get(key)
    if (before !== undefined) return before
    const id = this.#snapshots.push(snapshot) - 1
    this.#ids.set(key, id)
    this.#decided.push(new Map())
    const { context } = snapshot
    this.#facts.push({ state: stateOf(snapshot), name: stateName(snapshot), context, holder: holder(context) })
    return id
  }
}

function ofHolder(event: VideoEvent, { context }: Snapshot): VideoEvent {
  const attempt = holder(context) ?? context.attempt?.id
  if (attempt === undefined || !('attempt' in event.data) || event.type === 'Claimed') return event
  return { ...event, data: { ...event.data, attempt } } as VideoEvent
}
