import { setTimeout as delay } from 'node:timers/promises'

/** So many bytes a second, whoever takes them; what was not used is not made up for. */
export class Pace {
  /** When all that was taken so far has passed, on the clock that never jumps. */
  #passedMs = 0

  constructor(private readonly bytesPerSecond: number) {}

  /** Waits until the bytes may be taken as well. Throws the reason of an aborted signal. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const nowMs = performance.now()
    this.#passedMs = Math.max(this.#passedMs, nowMs) + (bytes / this.bytesPerSecond) * 1000
    const waitMs = this.#passedMs - nowMs
    // a timer is no more precise than that, and many small waits would be longer than they are meant to be
    if (waitMs < 20) return
    await delay(waitMs, undefined, { signal }).catch(() => signal.throwIfAborted())
  }
}
