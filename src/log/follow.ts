/** Following the log: every event once, in the order of the tail, as soon as it is readable. */
import type { Db } from './database.js'
import type { Recorded } from './read.js'
import { type Cursor, readTail } from './tail.js'

/** Tells that there may be something new. Returns what stops it. */
export type Wakeups = (wake: () => void) => () => void

/**
 * Events after `from`, for ever or until `signal`. It reads whenever it is woken, and every `sweepMs` in case a wake-up was
 * lost. Where an event is there but not yet readable, because an older transaction is open, it looks again soon.
 */
export async function* follow(
  db: Db,
  from: Cursor,
  wakeups: Wakeups,
  signal: AbortSignal,
  sweepMs = 30_000,
): AsyncGenerator<Recorded, void> {
  let woken = true
  let wake: () => void = () => undefined
  const stop = wakeups(() => {
    woken = true
    wake()
  })
  const onAbort = (): void => wake()
  signal.addEventListener('abort', onAbort)
  try {
    let cursor = from
    let lookAgainMs = sweepMs
    while (!signal.aborted) {
      const wasWoken = woken
      woken = false
      const page = await readTail(db, cursor)
      cursor = page.cursor
      for (const event of page.events) {
        yield event
        if (signal.aborted) return
      }
      // the notification came with the commit, yet an older transaction may still hide the event, whatever else has been read
      lookAgainMs = wasWoken || page.events.length > 0 ? 50 : Math.min(sweepMs, lookAgainMs * 2)
      if (woken || page.isFull) continue
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookAgainMs)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
        if (signal.aborted) wake()
      })
    }
  } finally {
    stop()
    signal.removeEventListener('abort', onAbort)
  }
}
