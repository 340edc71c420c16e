/** How components read the store: each its own part, so that it is drawn anew for what it shows and nothing else. */
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import type { ShownEvent } from '../../http/feed.js'
import { type Live, LiveStore } from './store.js'

export const LiveContext = createContext(new LiveStore())

/** @param part must give the same object while nothing of it has changed. */
export function useLive<T>(part: (live: Live) => T): T {
  const store = useContext(LiveContext)
  return useSyncExternalStore(store.subscribe, () => part(store.get()))
}

/** Calls `watcher` with events as they happen, oldest first. */
export function useEvents(watcher: (events: readonly ShownEvent[]) => void): void {
  const store = useContext(LiveContext)
  const latest = useRef(watcher)
  useEffect(() => {
    latest.current = watcher
  })
  useEffect(() => store.watch((events) => latest.current(events)), [store])
}
