import type { Peer, PeerFailure } from './peer.js'

/** So many files in a row that could not be had. */
const FAILURES = 3
const FIRST_REST_MS = 30_000
const LONGEST_REST_MS = 5 * 60_000

interface Record {
  failures: number
  rests: number
  untilMs: number
}

/** How peers have done: one that fails is left alone for a while, longer each time. Times are of the clock that never jumps. */
export class Standing {
  readonly #of = new Map<string, Record>()

  isResting({ url }: Peer, nowMs = performance.now()): boolean {
    return (this.#of.get(url)?.untilMs ?? -Infinity) > nowMs
  }

  succeeded({ url }: Peer): void {
    this.#of.delete(url)
  }

  /** A list that can't be had ends it at once; of segments it takes a few. */
  failed({ peer }: PeerFailure, what: 'list' | 'segment', nowMs = performance.now()): void {
    const record = this.#of.get(peer.url) ?? { failures: 0, rests: 0, untilMs: -Infinity }
    this.#of.set(peer.url, record)
    // several at once may fail of one cause
    if (record.untilMs > nowMs) return
    record.failures++
    if (what === 'segment' && record.failures < FAILURES) return
    record.failures = 0
    record.untilMs = nowMs + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** record.rests)
    record.rests++
  }
}
