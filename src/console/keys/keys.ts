/** The keys of the console: whoever is on the page says which it takes, and `?` lists them all. */
import { useEffect, useRef, useSyncExternalStore } from 'react'

export interface Key {
  /**
   * One key as `event.key` has it, or two that follow one another: `g b`. The space bar is `Space`; a key without a letter may be held
   * together with another: `Shift+ArrowLeft`.
   */
  readonly keys: string
  readonly does: string
  /** Left out where the browser, or what has the focus, does it by itself: it is only listed. */
  readonly run?: () => void
}

export interface KeyGroup {
  readonly name: string
  readonly keys: readonly Key[]
}

/** After so long the second key of two stands alone. */
const patienceMs = 1_500

let groups: readonly KeyGroup[] = []
const readers = new Set<() => void>()
let before = { key: '', at: 0 }

function change(next: readonly KeyGroup[]): void {
  groups = next
  for (const reader of [...readers]) reader()
}

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  return () => void readers.delete(reader)
}

/** Every group that is on the page now. */
export const useKeyGroups = (): readonly KeyGroup[] => useSyncExternalStore(subscribe, () => groups)

/** Takes `keys` for as long as the component is there. */
export function useKeys(name: string, keys: readonly Key[]): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  const named = JSON.stringify(keys.map(({ keys, does }) => [keys, does]))
  useEffect(() => {
    const group: KeyGroup = {
      name,
      keys: (JSON.parse(named) as [string, string][]).map(([keys, does], i) => ({
        keys,
        does,
        ...(latest.current[i]?.run !== undefined && { run: () => latest.current[i]?.run?.() }),
      })),
    }
    change([...groups, group])
    return () => change(groups.filter((one) => one !== group))
  }, [name, named])
}

/** Listens for the keys, until the answer is called. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isWriting(event)) return
    const pressed = event.key === ' ' ? 'Space' : event.key
    if (pressed === 'Space' && isPressable(event.target)) return
    const pair =
      event.shiftKey && pressed.length > 1
        ? `Shift+${pressed}`
        : event.timeStamp - before.at < patienceMs
          ? `${before.key} ${pressed}`
          : pressed
    before = { key: pressed, at: event.timeStamp }
    // what came last to the page is nearest to what somebody is doing
    const all = groups.flatMap(({ keys }) => keys.filter(({ run }) => run !== undefined)).toReversed()
    const found = all.find(({ keys }) => keys === pair) ?? all.find(({ keys }) => keys === pressed)
    if (found === undefined) return
    event.preventDefault()
    before = { key: '', at: 0 }
    found.run?.()
  }
  addEventListener('keydown', onKey)
  return () => removeEventListener('keydown', onKey)
}

/** The space bar presses it. */
const isPressable = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('button, a, summary, input') !== null

/** Where a key is a letter of what somebody writes, or moves what has the focus. */
function isWriting({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (document.querySelector('dialog[open]') !== null) return true
  if (isWritten(target)) return true
  // what is moved, switched, played or scrolled takes the space bar and those with a name, such as ArrowLeft
  return isMoved(target) && (key === ' ' || key.length > 1)
}

/** Inputs that take no text. */
const movedInputs = ['radio', 'checkbox', 'range']

const isWritten = (target: HTMLElement): boolean =>
  target instanceof HTMLInputElement
    ? !movedInputs.includes(target.type)
    : target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)

/** Whether the browser has keys of its own for it, though nothing is written into it. */
function isMoved(target: HTMLElement): boolean {
  if (target instanceof HTMLInputElement) return true
  if (target instanceof HTMLMediaElement) return target.controls
  const { overflowX, overflowY } = getComputedStyle(target)
  return (
    (/auto|scroll/.test(overflowX) && target.scrollWidth > target.clientWidth) ||
    (/auto|scroll/.test(overflowY) && target.scrollHeight > target.clientHeight)
  )
}
