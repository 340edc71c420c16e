/** What goes wrong in the simulator, on demand. */
import type { IncomingMessage } from 'node:http'
import type { ApiError } from './errors.js'

export type Fault =
  /** The connection breaks once so many bytes of the body have come; they are kept up to a multiple of 256 KiB, or not at all. */
  | { readonly kind: 'drop'; readonly afterBytes: number }
  /** An error instead of an answer; nothing is done. */
  | { readonly kind: 'error'; readonly error: ApiError; readonly retryAfterSeconds?: number }
  /** Only so many bytes of a chunk are kept. */
  | { readonly kind: 'keep'; readonly bytes: number }
  /** All bytes are there, and what they make is not: that is said to a later question. */
  | { readonly kind: 'unfinished' }
  /** The answer comes late. */
  | { readonly kind: 'late'; readonly ms: number }
  /** All is done, but the connection breaks before the answer. */
  | { readonly kind: 'lose answer' }
  /** Nothing is read any more and no answer comes. */
  | { readonly kind: 'freeze' }

export interface Match {
  readonly method?: string
  /** What the path begins with. */
  readonly path?: string
  /** What the Content-Range ends with, such as `/*` or a total. */
  readonly rangeEnd?: string
  /** How many requests that match pass before; 0 by default. */
  readonly skip?: number
  /** How often it happens; 1 by default. */
  readonly times?: number
}

interface Pending {
  readonly fault: Fault
  readonly match: Match
  skip: number
  times: number
}

/** Faults that wait for their request. */
export class Faults {
  readonly #pending: Pending[] = []
  #random: ((request: IncomingMessage) => Fault | undefined) | undefined

  on(match: Match, fault: Fault): void {
    this.#pending.push({ fault, match, skip: match.skip ?? 0, times: match.times ?? 1 })
  }

  /** Asked about each request for which none is waiting. */
  atRandom(choose: (request: IncomingMessage) => Fault | undefined): void {
    this.#random = choose
  }

  for(request: IncomingMessage): Fault | undefined {
    for (const pending of this.#pending) {
      if (!matches(request, pending.match) || pending.times === 0) continue
      if (pending.skip > 0) {
        pending.skip--
        continue
      }
      pending.times--
      return pending.fault
    }
    return this.#random?.(request)
  }
}

function matches({ method, url = '', headers }: IncomingMessage, match: Match): boolean {
  return (
    (match.method === undefined || match.method === method) &&
    (match.path === undefined || url.startsWith(match.path)) &&
    (match.rangeEnd === undefined || (headers['content-range'] ?? '').endsWith(match.rangeEnd))
  )
}
