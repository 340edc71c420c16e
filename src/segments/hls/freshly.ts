/** One look for all who ask at the same time. */

export interface Fresh<T> {
  /** What a look finds that began after the call: never what was seen before somebody asked. */
  get(): Promise<T>
  /** Nobody is looking. */
  readonly isIdle: boolean
}

/** However many ask, there is one look at a time, and at most one more that waits for its turn. */
export function freshly<T>(look: () => Promise<T>): Fresh<T> {
  let running: Promise<T> | null = null
  let next: Promise<T> | null = null
  const start = (): Promise<T> => {
    const own = look().finally(() => {
      if (running === own) running = null
    })
    running = own
    return own
  }
  return {
    get isIdle() {
      return running === null && next === null
    },
    get() {
      if (running === null && next === null) return start()
      next ??= Promise.resolve(running)
        .catch(() => undefined)
        .then(() => {
          next = null
          return start()
        })
      return next
    },
  }
}
