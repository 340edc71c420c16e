/** The metrics that follow from the log: a fold of its events. What this node appended is counted by this node alone, so that sums over nodes are right. */
import { isRight } from 'fp-ts/lib/Either.js'
import type { Recorded } from '../../log/read.js'
import { failureOf } from '../failureClass.js'
import { type Observer, stateAfter, videoOf } from '../observer.js'
import type { Instruments } from './instruments.js'

/** Videos that wait to be claimed, of which it is kept in mind since when. */
const MOST_WAITING = 20_000

export class LogFold implements Observer {
  /** By video: since when it could be claimed, in milliseconds since 1970 on the database's clock. */
  readonly #claimableSinceMs = new Map<string, number>()

  constructor(
    private readonly node: string,
    private readonly instruments: Instruments,
  ) {}

  see(event: Recorded, lagSeconds: number): void {
    const { seen, appended, readLag } = this.instruments
    const isOwn = event.node === this.node
    seen.inc({ type: event.type })
    readLag.observe(lagSeconds)
    if (isOwn) {
      appended.inc({ type: event.type })
      this.#countFailure(event)
      this.#countAsWubloader(event)
    }
    const video = videoOf(event)
    if (video !== null) this.#follow(video, event, isOwn)
  }

  hear({ type }: Recorded, lagSeconds: number): void {
    if (type !== 'Claimed') this.instruments.notifyLag.observe(lagSeconds)
  }

  #countFailure(event: Recorded): void {
    const failure = failureOf(event)
    if (failure === null) return
    this.instruments.errors.inc({ class: failure.kind, node: failure.node ?? '' })
    if (failure.retried) this.instruments.retries.inc({ class: failure.kind })
  }

  #countAsWubloader({ type }: Recorded): void {
    const { uploaded, uploadErrors, markedDone } = this.instruments.wubloader
    if (type === 'Uploaded') uploaded.inc({})
    if (type === 'Processed') markedDone.inc({})
    const state = stateLeftIn[type]
    if (state !== undefined) uploadErrors.inc({ final_state: state })
  }

  #follow(video: string, event: Recorded, isOwn: boolean): void {
    const since = this.#claimableSinceMs.get(video)
    if (event.type === 'Claimed' && isOwn && since !== undefined)
      this.instruments.claimSeconds.observe(Math.max(0, (Date.parse(event.recordedAt) - since) / 1000))
    if (stateAfter(event) !== 'EDITED') return void this.#claimableSinceMs.delete(video)
    // a warning, or a change of the schedule, makes it wait no less long
    if (since !== undefined && event.type !== 'Edited' && event.type !== 'Retried') return
    if (this.#claimableSinceMs.size < MOST_WAITING || since !== undefined)
      this.#claimableSinceMs.set(video, Date.parse(dueAt(event) ?? event.recordedAt))
  }
}

/** What a failed upload leaves a video in, in the states that wubloader has. */
const stateLeftIn: Readonly<Record<string, string>> = {
  Released: 'EDITED',
  Failed: 'UNEDITED',
  FinalizeUnknown: 'FINALIZING',
  ThumbnailFailed: 'MODIFIED',
}

const dueAt = ({ event }: Recorded): string | null =>
  isRight(event) && event.right.type === 'Released' ? event.right.data.not_before : null
