/** When to ask again what could not be told: soon at first, and ever less often. */

interface Waiting {
  readonly tries: number
  readonly untilMs: number
}

export interface Waits {
  readonly firstMs: number
  /** Doubled each time up to this. */
  readonly longestMs: number
}

export const usualWaits: Waits = { firstMs: 5_000, longestMs: 10 * 60_000 }

/** What it was not told of for so long has been settled elsewhere. */
const FORGOTTEN_MS = 86_400_000

export class Later {
  readonly #waiting = new Map<string, Waiting>()

  constructor(
    private readonly waits: Waits = usualWaits,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** What is not to be asked about yet. */
  get waiting(): string[] {
    const now = this.nowMs()
    return [...this.#waiting].flatMap(([what, { untilMs }]) => (untilMs > now ? [what] : []))
  }

  tries(what: string): number {
    return this.#waiting.get(what)?.tries ?? 0
  }

  put(what: string): void {
    const now = this.nowMs()
    const { firstMs, longestMs } = this.waits
    for (const [other, { untilMs }] of this.#waiting) if (untilMs + FORGOTTEN_MS < now) this.#waiting.delete(other)
    const tries = this.tries(what)
    this.#waiting.set(what, { tries: tries + 1, untilMs: now + Math.min(longestMs, firstMs * 2 ** tries) })
  }

  settled(what: string): void {
    this.#waiting.delete(what)
  }

  /** Until the next may be asked about, in milliseconds; Infinity where none waits. */
  get nextMs(): number {
    const now = this.nowMs()
    return Math.min(...[...this.#waiting.values()].map(({ untilMs }) => untilMs - now).filter((ms) => ms > 0), Infinity)
  }
}
