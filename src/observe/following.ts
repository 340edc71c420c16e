/**
 * Follows the log for those who look on. It reads from the moment on at which the node started, so whatever is counted is of this
 * process; and it ends after everything else, so that the last of what the node has done is seen, too.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError } from '../log/connectionError.js'
import type { Db } from '../log/database.js'
import { follow, type Wakeups } from '../log/follow.js'
import type { Notice } from '../log/listen.js'
import type { Recorded } from '../log/read.js'
import { type Cursor, readTail } from '../log/tail.js'
import { DatabaseClock } from './databaseClock.js'
import type { Observer } from './observer.js'

/** Notifications may be lost: so many that were heard, or read, without the other are kept in mind. */
const KEPT = 2_000
const LONGEST_PAUSE_MS = 5_000
/** Nobody who stops a node waits longer for what is only looked at. */
const CLOSE_MS = 2_000

export interface FollowingOptions {
  readonly db: Db
  /** Where the log ended before the node did anything. */
  readonly from: Cursor
  readonly wakeups: Wakeups
  readonly observers: readonly Observer[]
}

export class Following {
  readonly #closing = new AbortController()
  readonly #clock: DatabaseClock
  /** By position: when it was heard of what has not been read yet (performance.now), and what was read before it was heard of. */
  readonly #heard = new Map<number, number>()
  readonly #unheard = new Map<number, Recorded>()
  #cursor: Cursor
  #ended: Promise<void> | null = null

  /** Resolves when it is closed. @throws whatever is not the database being away: a bug. */
  readonly running: Promise<void>

  constructor(private readonly options: FollowingOptions) {
    this.#cursor = options.from
    this.#clock = new DatabaseClock(options.db)
    this.running = this.#run()
    this.running.catch(() => undefined)
  }

  /** A notification has come. */
  hear({ position }: Pick<Notice, 'position'>): void {
    const event = this.#unheard.get(position)
    if (event === undefined) return keep(this.#heard, position, performance.now())
    this.#unheard.delete(position)
    this.#tellHeard(event, performance.now())
  }

  /** For how many seconds something has been there that cannot be read yet; 0 where all that was heard of is read. */
  behindSeconds(): number {
    const [oldestMs] = this.#heard.values()
    return oldestMs === undefined ? 0 : (performance.now() - oldestMs) / 1000
  }

  /** Reads what is left, for a moment, and closes all who look on. */
  close(): Promise<void> {
    return (this.#ended ??= this.#close())
  }

  async #close(): Promise<void> {
    this.#closing.abort()
    await this.running.catch(() => undefined)
    const rest = async (): Promise<void> => {
      for (let more = true; more;) {
        const { events } = await readTail(this.options.db, this.#cursor)
        for (const event of events) this.#see(event)
        more = events.length > 0
      }
    }
    await Promise.race([rest().catch(() => undefined), delay(CLOSE_MS, undefined, { ref: false })])
    await Promise.all(this.options.observers.map(async (observer) => observer.close?.()))
  }

  async #run(): Promise<void> {
    const { db, wakeups } = this.options
    const { signal } = this.#closing
    for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
      try {
        for await (const event of follow(db, this.#cursor, wakeups, signal)) {
          pauseMs = 100
          if (this.#clock.isOld()) await this.#clock.ask()
          this.#see(event)
        }
      } catch (error) {
        // the loops of the node say what is wrong with the database
        if (!isConnectionError(error)) throw error
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined)
    }
  }

  #see(event: Recorded): void {
    const { txid } = event
    this.#cursor = { txid, position: event.position }
    const position = Number(event.position)
    const heardMs = this.#heard.get(position)
    this.#heard.delete(position)
    const lagSeconds = this.#clock.secondsSince(event.recordedAt, performance.now())
    for (const observer of this.options.observers) observer.see(event, lagSeconds)
    if (heardMs === undefined) keep(this.#unheard, position, event)
    else this.#tellHeard(event, heardMs)
  }

  #tellHeard(event: Recorded, heardMs: number): void {
    const lagSeconds = this.#clock.secondsSince(event.recordedAt, heardMs)
    for (const observer of this.options.observers) observer.hear?.(event, lagSeconds)
  }
}

function keep<A>(map: Map<number, A>, position: number, value: A): void {
  map.set(position, value)
  if (map.size <= KEPT) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
