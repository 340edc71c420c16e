/**
 * The watching loop: what destinations make of the videos that they have, and what they shall show instead. One node watches an
 * account, in the whole cluster: whoever holds the account's lock, which falls with its connection. A location without an account
 * is watched by itself, where what it has published can be changed.
 */
import type { PoolClient } from 'pg'
import { isLeft } from 'fp-ts/lib/Either.js'
import { applyModification, DELETED } from '../effects/applyModification.js'
import type { Location, Surroundings } from '../effects/location.js'
import { setThumbnail } from '../effects/setThumbnail.js'
import { shownOf } from '../effects/shown.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { locationsOf, lockAccount, type OfferedLocation, offeredLocations } from '../log/nodes.js'
import { toUpdate, type Transcoding, transcoding, type Updated, updatedLately } from '../log/work.js'
import type { Backend, Processing } from '../upload/backend.js'
import { Missing } from './missing.js'

/** How often those who don't watch try to: so long may an account be without a watcher. */
const TAKE_OVER_MS = 5_000
/** A video that has just come is asked about more often than one that takes long: each question costs quota. */
const YOUNG_SECONDS = 180
const YOUNG_MS = 10_000
const USUAL_MS = 30_000
const TROUBLE_MS = 60_000
/** An update is looked at once more after so long, in case an older request arrived after it. */
const SETTLED_SECONDS = 60
/** A new watcher looks once more at updates that are not older than this. */
const OLD_SECONDS = 600
const LONGEST_TROUBLE_MS = 900_000

export interface WatchingOptions {
  readonly db: Db
  readonly around: Surroundings
  readonly onNotice: (line: string) => void
  /** What takes long is broken off. */
  readonly stopping: AbortSignal
  readonly pace?: Partial<Pace>
}

/** How long to wait; the usual by default. */
export interface Pace {
  /** From one question how far videos are to the next, in milliseconds. */
  readonly askMs: number
  /** Until an update is looked at once more. */
  readonly settledSeconds: number
  /** For how long a destination has to miss a video until that is gone, in milliseconds. */
  readonly goneMs: number
}

/** What is watched together: an account, or a location that has none. */
interface Watched {
  readonly name: string
  readonly who: { readonly account: string } | { readonly location: string }
  readonly backend: Backend
}

/** What a watcher remembers of what it watches; whoever takes over begins without. */
interface Memory {
  /** When it is asked again how far videos are; in milliseconds, as is all here. */
  askAtMs: number
  /** What is wrong, said once. */
  trouble: string | undefined
  /** By the id at the destination: since when its picture is being sent, and when again. */
  readonly illustrating: Map<string, { readonly sinceMs: number; readonly againAtMs: number }>
  /** By video: when the update was made that was looked at last. */
  readonly settled: Map<string, string>
  readonly missing: Missing
}

export class Watching {
  /** On which all locks are: a connection has as many as it wants. */
  #connection: PoolClient | null = null
  readonly #held = new Map<string, Memory>()

  constructor(private readonly options: WatchingOptions) {}

  /** One round of the loop. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    let waitMs = TAKE_OVER_MS
    let offered: Record<string, OfferedLocation> | null = null
    for (const watched of watchedOf(this.options.around.locations.values())) {
      const memory = await this.#holds(watched.name)
      if (memory === null) continue
      offered ??= await offeredLocations(this.options.db)
      const locations = locationsOf(offered, watched.who)
      const doubted = { ...watched, backend: memory.missing.doubting(watched.backend) }
      const again = [
        await this.#follow(doubted, memory, locations),
        await this.#update(doubted, memory, offered, locations),
      ]
      waitMs = Math.min(waitMs, ...again)
    }
    return waitMs
  }

  /** Lets others watch. */
  close(): void {
    const connection = this.#connection
    this.#connection = null
    this.#held.clear()
    connection?.release(true)
  }

  /** What is known of what this node watches; null where another one does. */
  async #holds(name: string): Promise<Memory | null> {
    const held = this.#held.get(name)
    if (held !== undefined) return held
    const connection = (this.#connection ??= await this.#connect())
    try {
      if (!(await lockAccount(connection, name))) return null
    } catch (error) {
      this.close()
      throw error
    }
    // it may have broken meanwhile, and the lock with it
    if (this.#connection !== connection) return null
    const memory: Memory = {
      ...{ askAtMs: 0, trouble: undefined, illustrating: new Map(), settled: new Map() },
      missing: new Missing(this.options.pace?.goneMs),
    }
    this.#held.set(name, memory)
    return memory
  }

  async #connect(): Promise<PoolClient> {
    const connection = await this.options.db.connect()
    connection.on('error', () => {
      if (this.#connection === connection) this.close()
    })
    return connection
  }

  /** Gives videos their pictures, and asks how far they are, where it is time to. @returns when to look again, in milliseconds. */
  async #follow({ name, backend }: Watched, memory: Memory, locations: readonly string[]): Promise<number> {
    const waitMs = await this.#illustrate(backend, memory, await transcoding(this.options.db, locations))
    const videos = await transcoding(this.options.db, locations)
    if (videos.length === 0) return waitMs
    const dueMs = memory.askAtMs - performance.now()
    if (dueMs > 0) return Math.min(waitMs, dueMs)
    const againMs = await this.#ask(name, backend, memory, videos)
    memory.askAtMs = againMs === null ? 0 : performance.now() + againMs
    return Math.min(waitMs, againMs ?? Infinity)
  }

  /** @returns when to try again, in milliseconds. */
  async #illustrate(backend: Backend, { illustrating }: Memory, videos: readonly Transcoding[]): Promise<number> {
    const { db, around } = this.options
    let waitMs = Infinity
    keepOnly(
      illustrating,
      videos.map(({ videoId }) => videoId),
    )
    for (const { id, videoId, thumbnail } of videos) {
      if (thumbnail === null || backend.thumbnail === undefined) continue
      const nowMs = performance.now()
      const tried = illustrating.get(videoId) ?? { sinceMs: nowMs, againAtMs: nowMs }
      if (tried.againAtMs > nowMs) {
        waitMs = Math.min(waitMs, tried.againAtMs - nowMs)
        continue
      }
      const to = { db, node: around.node, backend }
      const againMs = await setThumbnail(to, { id, videoId }, thumbnail, nowMs - tried.sinceMs)
      if (againMs === null) illustrating.delete(videoId)
      else illustrating.set(videoId, { ...tried, againAtMs: nowMs + againMs })
      waitMs = Math.min(waitMs, againMs ?? Infinity)
    }
    return waitMs
  }

  /** @returns when to ask again, in milliseconds; null where there is nothing more to ask about. */
  async #ask(name: string, backend: Backend, memory: Memory, videos: readonly Transcoding[]): Promise<number | null> {
    const { pace } = this.options
    const answer = await backend.processing?.(videos.map(({ videoId }) => videoId))
    if (answer === undefined) return null
    if (isLeft(answer)) {
      this.#tell(name, memory, answer.left.message)
      // each question that is refused costs quota, too
      return pace?.askMs ?? Math.max(TROUBLE_MS, Math.min(LONGEST_TROUBLE_MS, answer.left.waitMs ?? 0))
    }
    this.#tell(name, memory, undefined)
    let going = false
    for (const { id, videoId, thumbnail } of videos) {
      const now = answer.right.get(videoId)
      // it is not done without its picture
      const waits = now?._tag === 'processed' && thumbnail !== null
      going = waits || !(await this.#note(id, videoId, now)) || going
    }
    const young = videos.some(({ seconds }) => seconds < YOUNG_SECONDS)
    return going ? (pace?.askMs ?? (young ? YOUNG_MS : USUAL_MS)) : null
  }

  /** Whether that was the end of it. */
  async #note(id: string, videoId: string, now: Processing | undefined): Promise<boolean> {
    const by = { node: this.options.around.node }
    const data = { video_id: videoId }
    if (now?._tag === 'processed') await act(this.options.db, id, { type: 'Processed', data: () => data, by })
    else if (now?._tag === 'rejected' || now?._tag === 'missing') {
      const cause = now._tag === 'missing' ? DELETED : now.cause
      await act(this.options.db, id, { type: 'Rejected', data: () => ({ ...data, cause }), by })
    }
    // refused where somebody else has decided about the video meanwhile
    return now !== undefined && now._tag !== 'processing'
  }

  /** Makes videos show what they shall. @returns when to look again. */
  async #update(
    { backend }: Watched,
    { settled }: Memory,
    offered: Readonly<Record<string, OfferedLocation>>,
    locations: readonly string[],
  ): Promise<number> {
    if (backend.update === undefined) return Infinity
    const { db, around, pace, stopping: signal } = this.options
    let waitMs = Infinity
    for (const video of await toUpdate(db, locations)) {
      if (signal.aborted) return Infinity
      const location = offered[video.context.published?.upload_location ?? '']
      if (location === undefined) continue
      const { node, random, segmentsRoot } = around
      const againMs =
        video.dueMs > 0
          ? video.dueMs
          : await applyModification({ db, node, backend, segmentsRoot, random, signal }, video, location)
      waitMs = Math.min(waitMs, againMs ?? Infinity)
    }
    const lately = await updatedLately(db, locations, OLD_SECONDS)
    keepOnly(
      settled,
      lately.map(({ id }) => id),
    )
    for (const video of lately) {
      const leftMs = ((pace?.settledSeconds ?? SETTLED_SECONDS) - video.seconds) * 1000
      waitMs = Math.min(waitMs, leftMs > 0 ? leftMs : await this.#settle(backend, settled, offered, video))
    }
    return waitMs
  }

  /** Looks once more whether a video shows what it shall, and mends it if not. @returns when to try again. */
  async #settle(
    backend: Backend,
    settled: Map<string, string>,
    offered: Readonly<Record<string, OfferedLocation>>,
    { id, context: { published, attempt }, updatedAt }: Updated,
  ): Promise<number> {
    const videoId = published?.video_id
    const location = offered[published?.upload_location ?? '']
    if (settled.get(id) === updatedAt || typeof videoId !== 'string' || location === undefined) return Infinity
    const answer = await backend.update?.(
      videoId,
      shownOf(published?.shows ?? {}, location),
      attempt?.destination ?? null,
    )
    if (answer !== undefined && isLeft(answer)) return TROUBLE_MS
    settled.set(id, updatedAt)
    if (answer?.right === 'missing') await this.#note(id, videoId, { _tag: 'missing' })
    return Infinity
  }

  #tell(name: string, memory: Memory, trouble: string | undefined): void {
    if (trouble !== undefined && memory.trouble !== trouble) this.options.onNotice(`account ${name}: ${trouble}`)
    memory.trouble = trouble
  }
}

function keepOnly(map: Map<string, unknown>, keys: readonly string[]): void {
  for (const key of map.keys()) if (!keys.includes(key)) map.delete(key)
}

function watchedOf(locations: Iterable<Location>): Watched[] {
  const watched = new Map<string, Watched>()
  for (const { name: location, account, backend } of locations) {
    if (backend.processing === undefined && backend.update === undefined) continue
    const name = account ?? `location ${location}`
    watched.set(name, { name, who: account === null ? { location } : { account }, backend })
  }
  return [...watched.values()]
}
