/** The cutting loop: looks for videos that this node can cut, claims one, and sees its work to the end. */
import { randomUUID } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../machines/context.js'
import { stateOf } from '../../machines/decide.js'
import type { CutProgress } from '../cut/cut.js'
import { enter, leave } from '../effects/breaker.js'
import { cutAndUpload } from '../effects/cutAndUpload.js'
import type { Surroundings } from '../effects/location.js'
import { obstacle } from '../effects/footage.js'
import { persist } from '../effects/persist.js'
import type { Ended } from '../effects/work.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { noteProgress } from '../log/progress.js'
import { readCurrent } from '../log/read.js'
import { type Candidate, claimable, nextDueMs } from '../log/work.js'
import { sweepMs } from './loop.js'
import { Wake } from './wake.js'

export interface Running {
  readonly video: string
  readonly attempt: string
  readonly stop: AbortController
}

export class Cutting {
  #running: Running | null = null
  #shutDown = false
  /** Rings where the attempt in flight may be over: then `check`. */
  readonly doubt = new Wake()

  constructor(
    private readonly db: Db,
    private readonly around: Surroundings,
    private readonly onTrouble: (error: Error) => void,
    private readonly stopping: AbortSignal,
  ) {}

  /** One round of the loop: everything that can be cut now, one after another. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    const offered = [...this.around.locations.values()].filter(({ byHand }) => !byHand).map(({ name }) => name)
    while (!this.stopping.aborted && (await this.#takeOne(offered)));
    return (await nextDueMs(this.db, offered)) ?? sweepMs
  }

  /** Stops the work in flight as the node stops: what is only claimed is given back. */
  shutDown(): void {
    this.#shutDown = true
    this.#running?.stop.abort('shutdown')
  }

  /** Something has happened to the video, or may have happened to any. */
  hear(video?: string): void {
    if (video === undefined || video === this.#running?.video) this.doubt.ring()
  }

  /** Whether the attempt in flight is still this node's; if not, its work is cancelled. @returns when to look again, in milliseconds. */
  async check(): Promise<number> {
    const running = this.#running
    if (running && !(await this.#stillOurs(running))) running.stop.abort('cancelled')
    return sweepMs
  }

  async #stillOurs(running: Running): Promise<boolean> {
    const read = await readCurrent(this.db, running.video)
    const snapshot = isLeft(read) ? null : read.right.snapshot
    if (!snapshot) return false
    // what has begun to finalize is not stopped: the destination knows what comes of it
    return stateOf(snapshot) === 'FINALIZING' || holder(snapshot.context) === running.attempt
  }

  async #takeOne(offered: string[]): Promise<boolean> {
    const putOff: Candidate[] = []
    for await (const candidate of claimable(this.db, this.around.node, offered)) {
      if (this.stopping.aborted) return false
      if (candidate.putOff) putOff.push(candidate)
      else if (await this.#take(candidate)) return true
    }
    for (const candidate of putOff) if (await this.#take(candidate)) return true
    return false
  }

  async #take({ id, version, context }: Candidate): Promise<boolean> {
    const { db, around } = this
    const location = around.locations.get(context.edit.upload_location ?? '')
    if (!location) return false
    const message = await obstacle(around.node, around.segmentsRoot, context.edit)
    if (message !== null) {
      // refused where such a warning stands already
      await act(db, id, {
        type: 'Warned',
        data: () => ({ kind: 'holes', message }),
        by: { node: around.node },
        expected: version,
      })
      return false
    }
    const attempt = randomUUID()
    const entrant = { db, node: around.node, location: location.name, video: id, attempt }
    const entered = await enter(entrant)
    if (entered === 'closed') return false
    const data = { attempt, attempts_limit: location.attemptsLimit, why: null }
    // a claim whose answer is lost must not stand with nobody at work on it
    const claimed = await persist(
      db,
      id,
      { type: 'Claimed', data, node: around.node },
      { graceMs: Infinity, signal: this.stopping },
      version,
    )
    if (isLeft(claimed)) {
      if (entered === 'probe') await leave(entrant, null)
      return false
    }
    await leave(entrant, await this.#work(id, attempt, context, location))
    return true
  }

  async #work(
    id: string,
    attempt: string,
    video: Candidate['context'],
    location: Parameters<typeof cutAndUpload>[0]['location'],
  ): Promise<Ended> {
    const stop = new AbortController()
    this.#running = { video: id, attempt, stop }
    // what has happened since the claim was told to nobody yet
    this.doubt.ring()
    if (this.#shutDown) stop.abort('shutdown')
    const progress = this.#progressOf(id, attempt)
    try {
      return await cutAndUpload({
        db: this.db,
        around: this.around,
        location,
        video,
        attempt,
        signal: stop.signal,
        onProgress: progress,
      })
    } finally {
      this.#running = null
    }
  }

  /** Notes at most two a second, and never two at once: the cut goes faster than that. */
  #progressOf(id: string, attempt: string): (progress: CutProgress) => void {
    let nextMs = 0
    let noting = false
    return (progress) => {
      const nowMs = performance.now()
      if (noting || nowMs < nextMs) return
      noting = true
      nextMs = nowMs + 500
      noteProgress(this.db, id, { attempt, ...progress })
        .catch(this.onTrouble)
        .finally(() => (noting = false))
    }
  }
}
