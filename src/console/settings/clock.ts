/** The time, for what shows how long something has lasted: one timer for all of the page. */
import { useSyncExternalStore } from 'react'

const tickMs = 1_000
const readers = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of [...readers]) each()
  }, tickMs)
  return () => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Milliseconds since 1970, told anew each `everyMs`. */
export const useNow = (everyMs = tickMs): number =>
  useSyncExternalStore(subscribe, () => Math.floor(now / everyMs) * everyMs)
