/**
 * LISTEN with a connection of its own that is never given up. A notification is a hint: whoever needs every event sweeps.
 *
 * That the connection stands does not mean that anything comes by it: the server's process may be frozen, or the connection may
 * lead to a server that another one has taken over from. So it is asked now and then, by another connection, to pass on a
 * notification for us alone; where that is not heard in time the connection is made anew.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Queryable } from './database.js'
import { subscribe, type Subscription } from './subscription.js'

/** What a NOTIFY carries: never the event's data. */
const Said = t.intersection([
  t.type({ version: t.number, position: t.number, type: t.string, state: t.string }),
  // a video's id, or the name of a stream of another kind
  t.partial({ id: t.string, stream: t.string }),
])

export interface Notice {
  /** The video; null where it is of another stream. */
  readonly id: string | null
  readonly stream: string
  readonly version: number
  readonly position: number
  readonly type: string
  readonly state: string
}

function noticeOf(payload: unknown): Notice | null {
  const said = Said.decode(payload)
  if (isLeft(said)) return null
  const { id = null, version, position, type, state } = said.right
  const stream = id === null ? said.right.stream : `video/${id}`
  return stream === undefined ? null : { id, stream, version, position, type, state }
}

export interface Listener {
  readonly onNotice: (notice: Notice) => void
  /** The connection stands (again): what was missed meanwhile has to be looked for. */
  readonly onConnected: () => void
  readonly onLost: (error: Error) => void
}

export interface Listening {
  readonly url: string
  /** As it is shown in pg_stat_activity. */
  readonly name: string
  /** What the listening connection is asked by: another one. */
  readonly db: Queryable
  readonly pace?: ProbePace
}

export interface ProbePace {
  /** From one question to the next, in milliseconds. Each is a commit that notifies, and those go one at a time in the whole server. */
  readonly everyMs: number
  /** How soon it has to be heard, in milliseconds. */
  readonly withinMs: number
}

const usualPace: ProbePace = { everyMs: 12_000, withinMs: 5_000 }
const longestPauseMs = 2_000

/** Listens until closed. Resolves once it listens for the first time; rejects if the very first connection fails. */
export async function listen(
  { url, name, db, pace = usualPace }: Listening,
  { onNotice, onConnected, onLost }: Listener,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController()
  const { signal } = closing
  const probe = new Probe(db, pace)
  const subscribeAnew = (): Promise<Subscription> =>
    subscribe(
      { url, name },
      {
        video_events: (payload) => {
          const notice = noticeOf(payload)
          if (notice) onNotice(notice)
        },
        [probe.channel]: (said) => probe.hear(said),
      },
      signal,
    )

  async function keep(first: Subscription): Promise<void> {
    for (let subscription: Subscription | null = first; subscription !== null; subscription = await again()) {
      onConnected()
      const life = new AbortController()
      const why = await Promise.race([subscription.lost, probe.unheard(life.signal)])
      life.abort()
      subscription.end()
      if (!signal.aborted) onLost(why)
    }
  }

  async function again(): Promise<Subscription | null> {
    for (let pauseMs = 100; !signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        return await subscribeAnew()
      } catch (error) {
        if (signal.aborted) break
        onLost(error instanceof Error ? error : new Error(String(error)))
      }
      await delay(pauseMs, undefined, { signal }).catch(() => undefined)
    }
    return null
  }

  const keeping = keep(await subscribeAnew())
  return {
    async close() {
      closing.abort()
      await keeping
    },
  }
}

/** Says something on a channel of its own, by one connection, and waits to hear it by another. */
class Probe {
  /** Nobody else's, so that nobody else is told. */
  readonly channel = `reelstate_probe_${randomBytes(8).toString('hex')}`
  #said = 0
  #onHeard: () => void = () => undefined

  constructor(
    private readonly db: Queryable,
    private readonly pace: ProbePace,
  ) {}

  hear(said: unknown): void {
    if (said === this.#said) this.#onHeard()
  }

  /** Resolves when something was said and not heard, with that as the reason; never after `signal` is aborted. */
  async unheard(signal: AbortSignal): Promise<Error> {
    const { everyMs, withinMs } = this.pace
    while (await pause(everyMs, signal)) {
      const heard = new Promise<'heard'>((resolve) => (this.#onHeard = () => resolve('heard')))
      this.#said++
      // what cannot be said cannot be heard: whoever else asks this database learns what is wrong with it
      if (!(await this.#say())) continue
      const late = pause(withinMs, signal)
      if ((await Promise.race([heard, late])) === true)
        return new Error(`nothing that it was to notify was heard within ${withinMs} ms`)
    }
    return new Promise(() => undefined)
  }

  async #say(): Promise<boolean> {
    // as soon as nobody waits for a disk, the lock under which commits notify is free again
    const statement = `select set_config('synchronous_commit', 'off', true), pg_notify($1, $2)`
    return this.db.query(statement, [this.channel, String(this.#said)]).then(
      () => true,
      () => false,
    )
  }
}

/** Whether the time has passed, rather than `signal` been aborted. */
const pause = (ms: number, signal: AbortSignal): Promise<boolean> => delay(ms, true, { signal }).catch(() => false)
