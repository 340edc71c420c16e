/**
 * Who is silent, as one observer sees it. It counts on its own clock from when it first saw a node's last beat: so neither a clock
 * that jumps, nor a server that starts anew, nor a connection of its own that was away makes anybody dead.
 */
import type { Held } from '../log/held.js'

/**
 * After so much silence a node whose connection stood and is gone is dead: it beats every 3 s, so it has not come back. With the rounds
 * between, less than 10 s. An observer that was itself without the database judges so only nodes that it has seen connected since;
 * all others get the longer time below.
 */
const GONE_MS = 6_500
/** Any other, such as one whose connection stands: frozen, or cut off without the server having noticed. With the rounds between, less than 30 s. */
const SILENT_MS = 26_000

export interface Lost {
  readonly video: string
  readonly node: string
  readonly attempt: string
  /** For the log. */
  readonly cause: string
}

export class Silence {
  readonly #seen = new Map<string, { readonly beat: string | null; readonly sinceMs: number }>()

  /** Whose connection has stood since the observer was away; null as long as he has not been. */
  #back: Set<string> | null = null

  /** Those of `held` whose node is gone. @param nowMs of a clock that never jumps, as of before `held` was asked for. */
  lost(held: readonly Held[], nowMs: number): Lost[] {
    const nodes = new Set(held.map(({ node }) => node))
    for (const node of this.#seen.keys()) if (!nodes.has(node)) this.#seen.delete(node)
    const lost: Lost[] = []
    for (const { video, node, attempt, beat, stopped, locked } of held) {
      let seen = this.#seen.get(node)
      if (seen?.beat !== beat || seen === undefined) this.#seen.set(node, (seen = { beat, sinceMs: nowMs }))
      const silentMs = nowMs - seen.sinceMs
      if (locked) this.#back?.add(node)
      const isGone = !locked && this.#back?.has(node) !== false
      if (stopped) lost.push({ video, node, attempt, cause: `${node} stopped` })
      else if (silentMs >= (isGone ? GONE_MS : SILENT_MS)) {
        const what = locked ? 'has not been heard of' : 'is gone'
        lost.push({ video, node, attempt, cause: `${node} ${what}: silent for ${Math.round(silentMs / 1000)} s` })
      }
    }
    return lost
  }

  /** The observer has been away. */
  forget(): void {
    this.#seen.clear()
    this.#back = new Set()
  }
}
