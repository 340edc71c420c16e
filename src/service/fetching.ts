/** Getting from other nodes what videos lack here, beside the cutting loop: which looks at them again when it is done. */
import type { Bids } from '../log/footage.js'
import type { Fetcher } from '../segments/peers/fetcher.js'
import type { Peer } from '../segments/peers/peer.js'
import { type FetchReport, saidOf } from '../segments/peers/report.js'
import type { Range } from '../segments/segment.js'
import { letFetchMs } from './bidding.js'

/** After a fetch that did not bring all of it: doubled each time that it brought nothing. */
const AGAIN_MS = 25_000
const LONGEST_AGAIN_MS = 10 * 60_000
/** What is told to operators is not told again for so long. */
const QUIET_MS = 10 * 60_000
/** Why a fetch ends whose video waits for it no more; else its time is over. */
const OVER = 'over'

export interface Lacking {
  readonly video: string
  /** Of the edit: another one may need something else. */
  readonly editTime: string
  readonly channel: string
  readonly quality: string
  readonly ranges: readonly Range[]
}

export interface FetchingOptions {
  readonly node: string
  readonly fetcher: Fetcher
  /** For what one video lacks, each time. */
  readonly seconds: number
  readonly peers: () => Promise<readonly Peer[]>
  /** The cutting loop may look at a video again. */
  readonly onDone: () => void
  readonly onNotice: (line: string) => void
  readonly stopping: AbortSignal
}

interface Running {
  readonly editTime: string
  readonly stop: AbortController
  readonly ended: Promise<void>
}

interface Tried {
  readonly editTime: string
  readonly asked: readonly string[]
  readonly inVain: number
  readonly againMs: number
}

export class Fetching {
  readonly #running = new Map<string, Running>()
  readonly #tried = new Map<string, Tried>()
  readonly #told = new Map<string, number>()
  #fail: (error: unknown) => void = () => undefined
  /** Rejects when a fetch dies of a bug; never resolves. */
  readonly broken = new Promise<never>((_, reject) => (this.#fail = reject))

  constructor(private readonly options: FetchingOptions) {
    this.broken.catch(() => undefined)
    options.stopping.addEventListener('abort', () => this.#running.forEach(({ stop }) => stop.abort(OVER)), {
      once: true,
    })
  }

  /**
   * Begins to fetch what a video lacks, if that has not been tried a short while ago. Throws the database's error.
   * @returns when to look at the video again, in milliseconds; null where it is to be taken as it is now.
   */
  async before(lacking: Lacking, bids: Bids | null): Promise<number | null> {
    const { video, editTime } = lacking
    const running = this.#running.get(video)
    if (running?.editTime === editTime) return Infinity
    running?.stop.abort(OVER)
    const tried = this.#triedOf(lacking)
    if (tried !== undefined && performance.now() < tried.againMs) return null
    const peers = await this.options.peers()
    if (peers.length === 0 || this.options.stopping.aborted) return null
    const othersMs = bids === null ? 0 : letFetchMs(this.options.node, bids)
    if (othersMs > 0) return othersMs
    this.#begin(lacking, peers)
    return Infinity
  }

  /** Who was asked in vain for what this edit still lacks. */
  askedFor({ video, editTime }: Pick<Lacking, 'video' | 'editTime'>): readonly string[] {
    return this.#triedOf({ video, editTime })?.asked ?? []
  }

  /** Something has happened to the video: one that does not wait any more lacks nothing. */
  hear(video: string, state: string): void {
    if (state === 'EDITED') return
    this.#running.get(video)?.stop.abort(OVER)
    this.#tried.delete(video)
  }

  /** Waits for what is under way to end; `stopping` has ended it. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ ended }) => ended))
  }

  #triedOf({ video, editTime }: Pick<Lacking, 'video' | 'editTime'>): Tried | undefined {
    const tried = this.#tried.get(video)
    return tried?.editTime === editTime ? tried : undefined
  }

  #begin(lacking: Lacking, peers: readonly Peer[]): void {
    const { video, editTime } = lacking
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), this.options.seconds * 1000)
    const ended = this.#fetch(lacking, peers, stop.signal)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        clearTimeout(timer)
        if (this.#running.get(video)?.stop === stop) this.#running.delete(video)
        this.options.onDone()
      })
    this.#running.set(video, { editTime, stop, ended })
  }

  async #fetch(lacking: Lacking, peers: readonly Peer[], signal: AbortSignal): Promise<void> {
    const { video, editTime, channel, quality, ranges } = lacking
    const report = await this.options.fetcher.fetch({ channel, quality, ranges, peers }, signal)
    this.#tell(video, report)
    if (signal.reason === OVER) return
    const inVain = report.fetched.length > 0 ? 0 : (this.#triedOf(lacking)?.inVain ?? -1) + 1
    this.#tried.set(video, {
      ...{ editTime, asked: report.asked, inVain },
      againMs: performance.now() + Math.min(LONGEST_AGAIN_MS, AGAIN_MS * 2 ** inVain),
    })
    this.#forgetOld()
  }

  #tell(video: string, { fetched, troubles, stopped }: FetchReport): void {
    const { onNotice } = this.options
    if (fetched.length > 0) onNotice(`${video}: fetched ${saidOf(fetched)}`)
    for (const { peer, reason } of troubles) this.#tellOnce(`fetching from ${peer}: ${reason}`)
    if (stopped !== null && stopped.by !== 'time') this.#tellOnce(`fetching footage: ${stopped.message}`)
  }

  #tellOnce(line: string): void {
    const nowMs = performance.now()
    if (nowMs < (this.#told.get(line) ?? -Infinity) + QUIET_MS) return
    for (const [told, atMs] of this.#told) if (nowMs > atMs + QUIET_MS) this.#told.delete(told)
    this.#told.set(line, nowMs)
    this.options.onNotice(line)
  }

  /** Of a video that nobody has told us is gone, too. */
  #forgetOld(): void {
    const nowMs = performance.now()
    for (const [video, { againMs }] of this.#tried) if (nowMs > againMs + LONGEST_AGAIN_MS) this.#tried.delete(video)
  }
}
