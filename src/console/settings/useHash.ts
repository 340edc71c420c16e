/** What stands behind the `#` of the address, such as `v=7`: where in a view one is. Steps through it leave no trail in the history. */
import { useCallback, useSyncExternalStore } from 'react'

const changed = 'reelstate:hash'

function subscribe(reader: () => void): () => void {
  // the router tells of its own steps by events of these names
  const kinds = ['hashchange', 'popstate', 'pushState', changed]
  for (const kind of kinds) addEventListener(kind, reader)
  return () => {
    for (const kind of kinds) removeEventListener(kind, reader)
  }
}

/** @returns the value of `name`, null where there is none, and how to set it. */
export function useHash(name: string): [string | null, (value: string | null) => void] {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  const set = useCallback(
    (value: string | null) => {
      const fields = new URLSearchParams(location.hash.slice(1))
      if (value === null) fields.delete(name)
      else fields.set(name, value)
      const text = fields.toString()
      history.replaceState(history.state, '', `${location.pathname}${location.search}${text === '' ? '' : `#${text}`}`)
      dispatchEvent(new Event(changed))
    },
    [name],
  )
  return [new URLSearchParams(hash.slice(1)).get(name), set]
}
