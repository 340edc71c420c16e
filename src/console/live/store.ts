/**
 * What is known of the whole right now, fed by the node's events: one store for all of the page. It keeps no more than the newest
 * events, so it stays as large as it is for days; and it tells its readers at most ten times a second, however much comes.
 */
import type { BesideErrors } from '../../log/attention.js'
import type { RunningCut } from '../../log/videos.js'
import type { ShownEvent } from '../../http/feed.js'
import { connect, type Listener } from './connection.js'
import { isBehind } from './cursor.js'

export interface Standing {
  readonly live: boolean
  /** Milliseconds since 1970: since when it has been so. */
  readonly since: number
  /** Why it is not live; null while it is, and before it is known. */
  readonly why: string | null
  /** Whether it has ever been live: before that nothing is known. */
  readonly hasBeenLive: boolean
}

export interface Live {
  readonly standing: Standing
  /** A state without any video may be missing. */
  readonly counts: Readonly<Record<string, number>>
  /** Who needs a person though their state is no error; null before that is known. */
  readonly besideErrors: BesideErrors | null
  readonly cuts: readonly RunningCut[]
  /** The newest first. */
  readonly events: readonly ShownEvent[]
  /** How often another log has taken the place of the one that was here. */
  readonly restarts: number
}

const kept = 200
const tellEveryMs = 100

export class LiveStore {
  #now: Live
  readonly #readers = new Set<() => void>()
  readonly #watchers = new Set<(events: readonly ShownEvent[]) => void>()
  #last: string | null = null
  #came: ShownEvent[] = []
  #changes: Partial<Live> = {}
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly clock: () => number = Date.now) {
    const standing = { live: false, since: clock(), why: null, hasBeenLive: false }
    this.#now = { standing, counts: {}, besideErrors: null, cuts: [], events: [], restarts: 0 }
  }

  /** Follows the node's events until `signal` is aborted. */
  start(signal: AbortSignal): void {
    void connect(this.listener, () => this.#last, signal)
  }

  readonly get = (): Live => this.#now

  readonly subscribe = (reader: () => void): (() => void) => {
    this.#readers.add(reader)
    return () => void this.#readers.delete(reader)
  }

  /** Tells of events as they happen, oldest first; of what was there before the page, too, when it connects. */
  readonly watch = (watcher: (events: readonly ShownEvent[]) => void): (() => void) => {
    this.#watchers.add(watcher)
    return () => void this.#watchers.delete(watcher)
  }

  readonly listener: Listener = {
    onEvent: (json, id) => {
      // what comes once more, because the connection broke before it was taken, is known already
      if (this.#last !== null && !isBehind(id, this.#last)) return
      this.#last = id
      const event = JSON.parse(json) as ShownEvent
      // what is spent of quotas is added up twice a minute: people look at the sum
      if (event.stream.startsWith('account/')) return
      this.#came.push(event)
      // of a long absence no more than is kept
      if (this.#came.length > 2 * kept) this.#came.splice(0, kept)
      this.#tellSoon()
    },
    onCounts: (json) => this.#change({ counts: JSON.parse(json) as Live['counts'] }),
    onAttention: (json) => this.#change({ besideErrors: JSON.parse(json) as BesideErrors }),
    onProgress: (json) => this.#change({ cuts: JSON.parse(json) as Live['cuts'] }),
    onRestart: () => {
      this.#last = null
      this.#came = []
      this.#change({ events: [], restarts: (this.#changes.restarts ?? this.#now.restarts) + 1 })
    },
    onStanding: (live, why) => {
      const before = this.#changes.standing ?? this.#now.standing
      if (before.live === live && before.why === why) return
      const since = before.live === live ? before.since : this.clock()
      this.#change({ standing: { live, since, why, hasBeenLive: before.hasBeenLive || live } })
    },
  }

  #change(changes: Partial<Live>): void {
    this.#changes = { ...this.#changes, ...changes }
    this.#tellSoon()
  }

  #tellSoon(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(() => this.#tell(), tellEveryMs)
  }

  #tell(): void {
    this.#timer = undefined
    const came = this.#came
    const changes = this.#changes
    this.#came = []
    this.#changes = {}
    const before = changes.events ?? this.#now.events
    const events = came.length > 0 ? [...came.toReversed(), ...before].slice(0, kept) : before
    this.#now = { ...this.#now, ...changes, events }
    for (const reader of [...this.#readers]) reader()
    if (came.length > 0) for (const watcher of [...this.#watchers]) watcher(came)
  }
}
