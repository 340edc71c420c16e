interface Waiting {
  readonly start: () => void
}

/** So many at once, the others in the order in which they came. */
export class Slots {
  readonly #waiting: Waiting[] = []
  #free: number

  constructor(size: number) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`${size} slots: at least one is needed`)
    this.#free = size
  }

  /** Waits for a slot and returns what gives it back (once; calling it again does nothing). Throws the reason of an aborted signal. */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    if (this.#free > 0) this.#free--
    else await this.#queue(signal)
    let held = true
    return () => {
      if (!held) return
      held = false
      const next = this.#waiting.shift()
      if (next === undefined) this.#free++
      else next.start()
    }
  }

  #queue(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        reject(signal.reason as Error)
      }
      const waiting: Waiting = {
        start: () => {
          signal.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
    })
  }
}
