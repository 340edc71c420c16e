/**
 * What an effect does to the world, one operation after the other: what changes a database, a destination or a folder. Between two of
 * them the effect can be stopped for good, so that its process is killed at that very place.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** Kept, with all that waits for them, so that nothing of it is tidied up before the process is killed. */
const endless: Promise<never>[] = []
function never(): Promise<never> {
  const promise = new Promise<never>(() => undefined)
  endless.push(promise)
  return promise
}

/** null within an operation: what it is made of is no other one. */
const acting = new AsyncLocalStorage<Effect | null>()

export class Effect {
  /** Of everything that it has begun to do. */
  readonly operations: string[] = []
  #last: Promise<unknown> = Promise.resolve()
  #isStopped = false
  readonly #stopped: Promise<void>
  #onStopped: () => void = () => undefined

  /** @param before which operation it stops, counted from 0; null for never. */
  constructor(
    private readonly before: number | null,
    readonly rename: (name: string) => string,
  ) {
    this.#stopped = new Promise((resolve) => (this.#onStopped = resolve))
  }

  /** Resolves once it is over, or has stopped. */
  async play(work: () => Promise<unknown>): Promise<void> {
    await Promise.race([acting.run(this, work), this.#stopped])
  }

  /** Nothing of an effect that has stopped begins any more, and nothing of it is under way. */
  next<A>(
    name: string,
    work: (stopsInTheMiddle: (() => Promise<never>) | null) => Promise<A>,
    middle?: string,
  ): Promise<A> {
    const turn = this.#last.then(() => {
      if (this.#isStopped) return never()
      if (this.#isNow(name)) return this.#stop()
      const stops = middle !== undefined && this.#isNow(middle) ? () => this.#stop() : null
      return acting.run(null, () => work(stops))
    })
    this.#last = turn.catch(() => undefined)
    return turn
  }

  #isNow(name: string): boolean {
    const short = this.rename(name)
    const same = this.operations.filter((one) => one === short || one.startsWith(`${short} (`)).length
    return this.operations.push(same === 0 ? short : `${short} (${same + 1})`) - 1 === this.before
  }

  #stop(): Promise<never> {
    this.#isStopped = true
    this.#onStopped()
    return never()
  }
}

/** `work` changes something: the effect that it is part of may stop before it. */
export function operation<A>(name: string, work: () => Promise<A>): Promise<A> {
  const effect = acting.getStore() ?? null
  return effect === null ? work() : effect.next(name, work)
}

/** As `operation`; it may stop in the middle, too. */
export function divisible<A>(
  name: string,
  middle: string,
  work: (stopsInTheMiddle: (() => Promise<never>) | null) => Promise<A>,
): Promise<A> {
  const effect = acting.getStore() ?? null
  return effect === null ? work(null) : effect.next(name, work, middle)
}
