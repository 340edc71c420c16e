/** A bell that a loop waits on: whoever has news rings it, and a ring between two waits is not lost. */
export class Wake {
  #rung = false
  #resume: (() => void) | null = null

  ring(): void {
    this.#rung = true
    this.#resume?.()
  }

  /** Until it rings, `ms` have passed or `signal` is aborted, whichever is first. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => this.#resume?.(), ms)
        const onAbort = (): void => this.#resume?.()
        signal.addEventListener('abort', onAbort, { once: true })
        this.#resume = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', onAbort)
          resolve()
        }
      })
      this.#resume = null
    }
    this.#rung = false
  }
}
