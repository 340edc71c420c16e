/**
 * The watching loop: what destinations make of the videos that they have. One node watches an account, in the whole cluster: whoever
 * holds the account's lock, which falls with its connection.
 */
import type { PoolClient } from 'pg'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Surroundings } from '../effects/location.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { lockAccount } from '../log/nodes.js'
import { transcoding } from '../log/work.js'
import type { Backend, Processing } from '../upload/backend.js'

/** How often those who don't watch try to: so long may an account be without a watcher. */
const TAKE_OVER_MS = 5_000
/** A video that has just come is asked about more often than one that takes long: each question costs quota. */
const YOUNG_SECONDS = 180
const YOUNG_MS = 10_000
const USUAL_MS = 30_000
const TROUBLE_MS = 60_000
const LONGEST_TROUBLE_MS = 900_000

export interface WatchingOptions {
  readonly db: Db
  readonly around: Surroundings
  readonly onNotice: (line: string) => void
  /** How long to wait from one question to the next; the usual by default. */
  readonly pace?: number
}

export class Watching {
  readonly #watched = new Map<string, PoolClient>()
  readonly #dueMs = new Map<string, number>()
  /** What is wrong with an account, said once. */
  readonly #trouble = new Map<string, string>()

  constructor(private readonly options: WatchingOptions) {}

  /** One round of the loop. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    let waitMs = TAKE_OVER_MS
    for (const [account, backend] of this.#accounts()) {
      if (!(await this.#holds(account))) continue
      let dueMs = (this.#dueMs.get(account) ?? 0) - performance.now()
      if (dueMs <= 0) {
        const againMs = await this.#ask(account, backend)
        dueMs = againMs ?? Infinity
        if (againMs === null) this.#dueMs.delete(account)
        else this.#dueMs.set(account, performance.now() + againMs)
      }
      waitMs = Math.min(waitMs, dueMs)
    }
    return waitMs
  }

  /** Lets others watch. */
  close(): void {
    const clients = [...this.#watched.values()]
    this.#watched.clear()
    for (const client of clients) client.release(true)
  }

  #accounts(): Map<string, Backend> {
    const accounts = new Map<string, Backend>()
    for (const { account, backend } of this.options.around.locations.values())
      if (account !== null && backend.processing !== undefined) accounts.set(account, backend)
    return accounts
  }

  async #holds(account: string): Promise<boolean> {
    if (this.#watched.has(account)) return true
    const client = await this.options.db.connect()
    if (!(await lockAccount(client, account))) {
      client.release()
      return false
    }
    client.once('error', () => {
      if (this.#watched.delete(account)) client.release(true)
    })
    this.#watched.set(account, client)
    return true
  }

  /** @returns when to ask again, in milliseconds; null where there is nothing to ask about. */
  async #ask(account: string, backend: Backend): Promise<number | null> {
    const { db, pace } = this.options
    const videos = await transcoding(db, account)
    if (videos.length === 0 || backend.processing === undefined) return null
    const answer = await backend.processing(videos.map(({ videoId }) => videoId))
    if (isLeft(answer)) {
      this.#tell(account, answer.left.message)
      // each question that is refused costs quota, too
      return pace ?? Math.max(TROUBLE_MS, Math.min(LONGEST_TROUBLE_MS, answer.left.waitMs ?? 0))
    }
    this.#tell(account, undefined)
    let going = false
    for (const { id, videoId } of videos) going = !(await this.#note(id, videoId, answer.right.get(videoId))) || going
    const young = videos.some(({ seconds }) => seconds < YOUNG_SECONDS)
    return going ? (pace ?? (young ? YOUNG_MS : USUAL_MS)) : null
  }

  /** Whether that was the end of it. */
  async #note(id: string, videoId: string, now: Processing | undefined): Promise<boolean> {
    const by = { node: this.options.around.node }
    const data = { video_id: videoId }
    if (now?._tag === 'processed') await act(this.options.db, id, { type: 'Processed', data: () => data, by })
    else if (now?._tag === 'rejected')
      await act(this.options.db, id, { type: 'Rejected', data: () => ({ ...data, cause: now.cause }), by })
    // refused where somebody else has decided about the video meanwhile
    return now !== undefined && now._tag !== 'processing'
  }

  #tell(account: string, trouble: string | undefined): void {
    if (trouble !== undefined && this.#trouble.get(account) !== trouble)
      this.options.onNotice(`account ${account}: ${trouble}`)
    if (trouble === undefined) this.#trouble.delete(account)
    else this.#trouble.set(account, trouble)
  }
}
