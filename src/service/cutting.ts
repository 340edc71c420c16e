/** The cutting loop: looks for videos that this node can cut, claims one, and sees its work to the end. */
import { randomUUID } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../machines/context.js'
import { stateOf } from '../../machines/decide.js'
import type { CutProgress } from '../cut/cut.js'
import { cutAndUpload } from '../effects/cutAndUpload.js'
import type { Surroundings } from '../effects/location.js'
import { describeHoles, footageFor } from '../effects/footage.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { noteProgress } from '../log/progress.js'
import { readCurrent } from '../log/read.js'
import { type Candidate, claimable, nextDueMs } from '../log/work.js'
import { sweepMs } from './loop.js'

export interface Running {
  readonly video: string
  readonly attempt: string
  readonly stop: AbortController
}

export class Cutting {
  #running: Running | null = null

  constructor(
    private readonly db: Db,
    private readonly around: Surroundings,
    private readonly onTrouble: (error: Error) => void,
    private readonly stopping: AbortSignal,
  ) {}

  /** One round of the loop: everything that can be cut now, one after another. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    const offered = [...this.around.locations.keys()]
    while (!this.stopping.aborted && (await this.#takeOne(offered)));
    return (await nextDueMs(this.db, offered)) ?? sweepMs
  }

  /** Stops the work in flight as the node stops: what is only claimed is given back. */
  shutDown(): void {
    this.#running?.stop.abort('shutdown')
  }

  /** Whether the attempt in flight is still this node's; if not, its work is cancelled. Called on news of its video. */
  async check(video?: string): Promise<void> {
    const running = this.#running
    if (!running || (video !== undefined && video !== running.video)) return
    const read = await readCurrent(this.db, running.video)
    const snapshot = isLeft(read) ? null : read.right.snapshot
    // what has begun to finalize is not stopped: the destination knows what comes of it
    if (snapshot && stateOf(snapshot) === 'FINALIZING') return
    if (!snapshot || holder(snapshot.context) !== running.attempt) running.stop.abort('cancelled')
  }

  async #takeOne(offered: string[]): Promise<boolean> {
    for (const candidate of await claimable(this.db, this.around.node, offered)) {
      if (this.stopping.aborted) return false
      if (await this.#take(candidate)) return true
    }
    return false
  }

  async #take({ id, version, context }: Candidate): Promise<boolean> {
    const { db, around } = this
    const location = around.locations.get(context.edit.upload_location ?? '')
    if (!location) return false
    const { holes, nothing } = await footageFor(around.segmentsRoot, context.edit)
    if (nothing || (holes.length > 0 && context.edit.allow_holes !== true)) {
      // refused where such a warning stands already
      await act(db, id, {
        type: 'Warned',
        data: () => ({ kind: 'holes', message: describeHoles(around.node, holes) }),
        by: { node: around.node },
        expected: version,
      })
      return false
    }
    const attempt = randomUUID()
    const claimed = await act(db, id, {
      type: 'Claimed',
      data: () => ({ attempt, attempts_limit: location.attemptsLimit, why: null }),
      by: { node: around.node },
      expected: version,
    })
    if (isLeft(claimed)) return false
    await this.#work(id, attempt, claimed.right.snapshot.context, location)
    return true
  }

  async #work(
    id: string,
    attempt: string,
    video: Candidate['context'],
    location: Parameters<typeof cutAndUpload>[0]['location'],
  ): Promise<void> {
    const stop = new AbortController()
    this.#running = { video: id, attempt, stop }
    const progress = this.#progressOf(id, attempt)
    try {
      await cutAndUpload({
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
