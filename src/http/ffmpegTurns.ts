/**
 * Who may have an ffmpeg at work now. Each request that needs one takes a turn: so many in all, and fewer of one client, so that
 * nobody keeps out the others. What comes with a turn is slots of its own, apart from those of the node's own cuts: however slowly a
 * client takes what is made for it, no video waits for that.
 */
import { availableParallelism } from 'node:os'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { Slots } from '../segments/slots.js'

export interface FfmpegLimits {
  /** Requests at once, of all clients. */
  readonly inAll: number
  /** Requests at once of one client: of a person who has signed in, else of an address. */
  readonly perClient: number
  /** How long a request waits for its turn, in seconds. */
  readonly patienceSeconds: number
}

export const ffmpegLimits: FfmpegLimits = {
  inAll: Math.max(6, 2 * availableParallelism()),
  perClient: 4,
  patienceSeconds: 10,
}

/** There is no turn: 429 where the client itself has so many, 503 where all of them together have. */
export interface Busy {
  readonly status: 429 | 503
  readonly why: string
  readonly retryAfterSeconds: number
}

export interface Turn extends Disposable {
  /** Of the ffmpegs of this request. */
  readonly slots: Slots
}

/** Processes of one request: a fast cut makes both ends of a range at the same time. */
const FFMPEGS_A_REQUEST = 2
/** Requests that wait, for each that has its turn. */
const QUEUE = 4

interface Waiting {
  readonly client: string
  readonly start: () => void
}

export class FfmpegTurns {
  readonly #running = new Map<string, number>()
  readonly #waiting: Waiting[] = []
  #inAll = 0

  constructor(private readonly limits: FfmpegLimits = ffmpegLimits) {}

  /** How many have their turn now. */
  get running(): number {
    return this.#inAll
  }

  /** Waits for a turn, as long as the limits say; dispose of it once. Throws the reason of an aborted signal. */
  async take(client: string, signal: AbortSignal): Promise<Either<Busy, Turn>> {
    signal.throwIfAborted()
    if (this.#isFree(client)) this.#start(client)
    else if (this.#waiting.length >= QUEUE * this.limits.inAll) return left(this.#busy(client))
    else if (!(await this.#queue(client, signal))) return left(this.#busy(client))
    let held = true
    return right({
      slots: new Slots(FFMPEGS_A_REQUEST),
      [Symbol.dispose]: () => {
        if (held) this.#end(client)
        held = false
      },
    })
  }

  #isFree(client: string): boolean {
    return this.#inAll < this.limits.inAll && this.#of(client) < this.limits.perClient
  }

  #of(client: string): number {
    return this.#running.get(client) ?? 0
  }

  #start(client: string): void {
    this.#inAll++
    this.#running.set(client, this.#of(client) + 1)
  }

  #end(client: string): void {
    this.#inAll--
    const left = this.#of(client) - 1
    if (left > 0) this.#running.set(client, left)
    else this.#running.delete(client)
    // the first that may: one whose client has enough holds up nobody behind it
    const next = this.#waiting.findIndex((one) => this.#isFree(one.client))
    if (next >= 0) this.#waiting.splice(next, 1)[0]?.start()
  }

  /** @returns whether it has its turn now */
  #queue(client: string, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', gone)
        const at = this.#waiting.indexOf(waiting)
        if (at >= 0) this.#waiting.splice(at, 1)
      }
      const gone = (): void => {
        leave()
        reject(signal.reason as Error)
      }
      const timer = setTimeout(() => {
        leave()
        resolve(false)
      }, this.limits.patienceSeconds * 1000)
      const waiting: Waiting = {
        client,
        start: () => {
          leave()
          this.#start(client)
          resolve(true)
        },
      }
      signal.addEventListener('abort', gone, { once: true })
      this.#waiting.push(waiting)
    })
  }

  #busy(client: string): Busy {
    const retryAfterSeconds = Math.max(1, Math.ceil(this.limits.patienceSeconds))
    const own = this.#of(client)
    return own >= this.limits.perClient
      ? {
          status: 429,
          retryAfterSeconds,
          why: `${own} cuts and pictures are being made for you already; try again when one is done`,
        }
      : {
          status: 503,
          retryAfterSeconds,
          why: `${this.#inAll} cuts and pictures are being made already; try again later`,
        }
  }
}
