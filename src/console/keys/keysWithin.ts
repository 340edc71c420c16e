/** Keys by which the browser scrolls the page: what is moved by them, too, takes them only where the focus is in it. */
import type { KeyboardEvent } from 'react'
import { type Key, useKeys } from './keys.js'

/** Lists `keys` under `name`. @returns what takes them, for the `onKeyDown` of the element that they are for */
export function useKeysWithin(name: string, keys: readonly Required<Key>[]): (event: KeyboardEvent) => void {
  useKeys(
    name,
    keys.map(({ keys, does }) => ({ keys, does })),
  )
  return (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) return
    const found = keys.find(({ keys }) => keys === event.key)
    if (found === undefined) return
    event.preventDefault()
    found.run()
  }
}
