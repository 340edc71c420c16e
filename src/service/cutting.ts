/** The cutting loop: looks for videos that this node can cut, claims one, and sees its work to the end. */
import { randomUUID } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../machines/context.js'
import { stateOf } from '../../machines/decide.js'
import type { CutProgress } from '../cut/cut.js'
import { enter, leave } from '../effects/breaker.js'
import { cutAndUpload } from '../effects/cutAndUpload.js'
import type { Location, Surroundings } from '../effects/location.js'
import { lookForFootage } from '../effects/footage.js'
import { endless, persist } from '../effects/persist.js'
import type { Ended } from '../effects/work.js'
import { act } from '../log/act.js'
import { isConnectionError } from '../log/connectionError.js'
import type { Db } from '../log/database.js'
import { forgetFootage, noteFootage } from '../log/footage.js'
import { noteProgress } from '../log/progress.js'
import { readCurrent } from '../log/read.js'
import { type Candidate, claimable, type Claimable, nextDueMs } from '../log/work.js'
import { countingCut, type Meter, noMeter } from '../observe/meter.js'
import type { OnNotice } from '../observe/notice.js'
import { judgeBids } from './bidding.js'
import type { Fetching, Lacking } from './fetching.js'
import { sweepMs } from './loop.js'
import { Wake } from './wake.js'

/** So old may what was read of a video be, for a claim to be decided on it. */
const FRESH_MS = 1_000

export interface Running {
  readonly video: string
  readonly attempt: string
  readonly stop: AbortController
}

export class Cutting {
  #running: Running | null = null
  #shutDown = false
  /** When a video that others may be better for is looked at again. */
  #againMs = sweepMs
  /** Attempts of this process that are not over: one is here before the log can have it. */
  readonly inHand = new Set<string>()
  /** Attempts of this process of which it has to be found out later what came of them. */
  readonly unsettled = new Set<string>()
  /** Rings where the attempt in flight may be over: then `check`. */
  readonly doubt = new Wake()

  constructor(
    private readonly db: Db,
    private readonly around: Surroundings,
    private readonly says: {
      readonly onNotice: OnNotice
      /** There is one more of those. */
      readonly onUnsettled: () => void
    },
    private readonly stopping: AbortSignal,
    /** Null where this node fetches nothing. */
    private readonly fetching: Fetching | null = null,
    private readonly meter: Meter = noMeter,
  ) {}

  /** One round of the loop: everything that can be cut now, one after another. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    const locations = [...this.around.locations.values()].filter(({ byHand }) => !byHand).map(({ name }) => name)
    do this.#againMs = sweepMs
    while (!this.stopping.aborted && (await this.#takeOne(locations)))
    if (!this.stopping.aborted) this.meter.foundNothing()
    return Math.min(this.#againMs, (await nextDueMs(this.db, locations)) ?? sweepMs)
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

  async #takeOne(locations: string[]): Promise<boolean> {
    const { node, onlyNamed } = this.around
    const putOff: Claimable[] = []
    for await (const candidate of claimable(this.db, { node, locations, onlyNamed })) {
      if (this.stopping.aborted) return false
      if (candidate.putOff) putOff.push(candidate)
      else if (await this.#take(candidate)) return true
    }
    for (const candidate of putOff) if (await this.#take(candidate)) return true
    return false
  }

  async #take(candidate: Claimable): Promise<boolean> {
    const location = this.around.locations.get(candidate.context.edit.upload_location ?? '')
    if (!location) return false
    const begunMs = performance.now()
    const why = await this.#fitness(candidate)
    if (why === 'unfit') return false
    // what was read a moment ago is decided on as it was: a lost race costs one round trip
    const isFresh = performance.now() - begunMs < FRESH_MS
    const attempt = randomUUID()
    this.inHand.add(attempt)
    try {
      return await this.#claim(candidate, attempt, location, { because: why.because, isFresh })
    } finally {
      this.inHand.delete(attempt)
    }
  }

  async #claim(
    { id, version, context, gate, current }: Claimable,
    attempt: string,
    location: Location,
    { because, isFresh }: { readonly because: string | null; readonly isFresh: boolean },
  ): Promise<boolean> {
    const { db, around } = this
    const entrant = { db, node: around.node, location: location.name, video: id, attempt }
    const entered = await enter(entrant, isFresh ? gate : null)
    if (entered === 'closed') return false
    const data = { attempt, attempts_limit: location.attemptsLimit, why: because }
    // a claim whose answer is lost must not stand with nobody at work on it
    const claimed = await persist(
      db,
      id,
      { type: 'Claimed', data, node: around.node },
      endless(around, this.stopping),
      version,
      isFresh && entered === 'open' ? current : null,
    )
    if (isLeft(claimed)) {
      if (entered === 'probe') await leave(entrant, null)
      return false
    }
    await leave(entrant, await this.#work(id, attempt, context, location))
    return true
  }

  /** Whether this node should cut it, as far as footage goes, with what the log shall say of that. */
  async #fitness({ id, version, context }: Candidate): Promise<{ because: string | null } | 'unfit'> {
    const { db, around, fetching } = this
    const { edit, edit_time: editTime } = context
    const look = await lookForFootage(around.node, around.segmentsRoot, edit)
    const { obstacle, missingSeconds, nothing, fetched } = look
    const lacks = missingSeconds !== null && (missingSeconds > 0 || nothing)
    const bids = lacks
      ? await noteFootage(db, { video: id, node: around.node, editTime: editTime ?? '', missingSeconds, nothing })
      : null
    const lacking: Lacking = {
      ...{ video: id, editTime: editTime ?? '', ranges: look.lacking },
      ...{ channel: edit.video_channel ?? '', quality: edit.video_quality ?? '' },
    }
    const againMs = look.lacking.length > 0 ? ((await fetching?.before(lacking, bids)) ?? null) : null
    if (againMs !== null) return this.#lookAgain(againMs)
    if (obstacle !== null) {
      const asked = fetching?.askedFor(lacking) ?? []
      const message = asked.length > 0 ? `${obstacle}; it has asked ${asked.join(', ')} for it in vain` : obstacle
      // refused where such a warning stands already
      await act(db, id, {
        type: 'Warned',
        data: () => ({ kind: 'holes', message }),
        by: { node: around.node },
        expected: version,
      })
      return 'unfit'
    }
    const verdict = bids === null ? null : judgeBids(around.node, bids)
    if (verdict?.claims === false) return this.#lookAgain(verdict.againMs)
    const because = [fetched, verdict?.why].filter((why) => typeof why === 'string')
    return { because: because.length > 0 ? because.join('; ') : null }
  }

  #lookAgain(inMs: number): 'unfit' {
    this.#againMs = Math.min(this.#againMs, inMs)
    return 'unfit'
  }

  async #work(id: string, attempt: string, video: Candidate['context'], location: Location): Promise<Ended> {
    const stop = new AbortController()
    this.#running = { video: id, attempt, stop }
    // nobody needs to know any more who has how much of it
    await forgetFootage(this.db, id).catch(ignoreAbsence)
    // what has happened since the claim was told to nobody yet
    this.doubt.ring()
    if (this.#shutDown) stop.abort('shutdown')
    const progress = this.#progressOf(id, attempt, location.cut)
    let ended: Ended
    try {
      ended = await cutAndUpload({
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
    if (ended === 'over')
      this.says.onNotice(
        `${id}: this attempt is over, for somebody else has decided about the video; nothing more of it is sent`,
        { video: id, attempt },
      )
    if (ended === 'later') {
      this.says.onNotice(`${id}: ${location.name} can't say yet whether it is published; it is asked again`, {
        ...{ video: id, attempt, level: 'warn' },
      })
      this.unsettled.add(attempt)
      this.says.onUnsettled()
    }
    return ended
  }

  /** Notes at most two a second, and never two at once: the cut goes faster than that. */
  #progressOf(id: string, attempt: string, type: string): (progress: CutProgress) => void {
    let nextMs = 0
    let noting = false
    const count = countingCut(this.meter, type)
    return (progress) => {
      count(progress)
      const nowMs = performance.now()
      if (noting || nowMs < nextMs) return
      noting = true
      nextMs = nowMs + 500
      noteProgress(this.db, id, { attempt, ...progress })
        .catch(ignoreAbsence)
        .finally(() => (noting = false))
    }
  }
}

/** Of a database that is away: others say so, and what this was about is not worth waiting for. */
function ignoreAbsence(error: unknown): void {
  if (!isConnectionError(error)) throw error
}
