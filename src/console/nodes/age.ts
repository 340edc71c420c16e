/**
 * How long a node has said nothing, by the server's clock: it tells the silence as of when it was asked, and what has passed since is
 * counted here, so that no clock of the reader's has to be right, and an answer that gets old never shows a node as running.
 */
import type { ShownNode } from '../answers.js'

/** A moment of this machine: one clock may be set, the other may stand still while the machine sleeps. */
export interface Mark {
  readonly wallMs: number
  readonly steadyMs: number
}

export const mark = (): Mark => ({ wallMs: Date.now(), steadyMs: performance.now() })

/** What has passed since; rather too much than too little. */
export const sinceSeconds = (then: Mark, now: Mark = mark()): number =>
  Math.max(0, now.wallMs - then.wallMs, now.steadyMs - then.steadyMs) / 1000

export interface Standing {
  readonly state: ShownNode['state']
  /** Since its last beat. */
  readonly silentSeconds: number
}

/** @param passedSeconds since the node's state was asked for. */
export function standingOf(
  { state, silentSeconds }: Pick<ShownNode, 'state' | 'silentSeconds'>,
  passedSeconds: number,
  silentAfterSeconds: number,
): Standing {
  const silent = Math.max(0, silentSeconds) + passedSeconds
  return { state: state === 'running' && silent > silentAfterSeconds ? 'silent' : state, silentSeconds: silent }
}
