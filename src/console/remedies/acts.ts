/** What has been done from this page, the newest first: it is shown until somebody has seen it, with the way back where there is one. */
import { useSyncExternalStore } from 'react'

export interface WayBack {
  readonly event: string
  readonly forced: boolean
  readonly body: unknown
  /** The state that it leads to, as a dry run has said. */
  readonly state: string
}

export interface Act {
  readonly key: number
  readonly video: string
  readonly title: string | null
  readonly event: string
  readonly forced: boolean
  readonly from: string
  readonly state: string
  readonly version: number
  /** null while it is looked for, and where there is none. */
  readonly back: WayBack | null
}

const kept = 8
let acts: readonly Act[] = []
let count = 0
const readers = new Set<() => void>()

function change(next: readonly Act[]): void {
  acts = next.slice(0, kept)
  for (const reader of [...readers]) reader()
}

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  return () => void readers.delete(reader)
}

/** @returns the act as it is kept. */
export function noteAct(act: Omit<Act, 'key' | 'back'>): Act {
  const noted = { ...act, key: ++count, back: null }
  // what was done to the same video before can't be taken back any more
  change([noted, ...acts.map((one) => (one.video === act.video ? { ...one, back: null } : one))])
  return noted
}

export const offerWayBack = (key: number, back: WayBack | null): void =>
  change(acts.map((act) => (act.key === key ? { ...act, back } : act)))

export const forget = (key: number): void => change(acts.filter((act) => act.key !== key))

export const useActs = (): readonly Act[] => useSyncExternalStore(subscribe, () => acts)
