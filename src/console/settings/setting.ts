/** What a person chooses for their own eyes: kept by the browser, the same in all of its windows, and gone with its storage. */
import { useSyncExternalStore } from 'react'

export interface Setting<T extends string> {
  readonly choices: readonly T[]
  readonly get: () => T
  readonly set: (choice: T) => void
  readonly subscribe: (reader: () => void) => () => void
}

/** The first of `choices` is what holds until somebody chooses. */
export function setting<T extends string>(name: string, choices: readonly [T, ...T[]]): Setting<T> {
  const key = `reelstate.${name}`
  const readers = new Set<() => void>()
  const known = (text: string | null): T => choices.find((choice) => choice === text) ?? choices[0]
  let now = known(stored(key))
  const change = (choice: T): void => {
    now = choice
    for (const reader of [...readers]) reader()
  }
  addEventListener('storage', (event) => {
    if (event.key === key) change(known(event.newValue))
  })
  return {
    choices,
    get: () => now,
    set(choice) {
      keep(key, choice)
      change(choice)
    },
    subscribe(reader) {
      readers.add(reader)
      return () => void readers.delete(reader)
    },
  }
}

export const useSetting = <T extends string>(chosen: Setting<T>): T =>
  useSyncExternalStore(chosen.subscribe, chosen.get)

// a browser that keeps nothing still shows the page
function stored(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // it holds until the page is left
  }
}
