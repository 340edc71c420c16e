/** A loop of the service: one round after another, woken by news, and patient with a database that is away. */
import { isConnectionError } from '../log/connectionError.js'
import type { Wake } from './wake.js'

/** Notifications are hints: at least so often a loop looks for itself. */
export const sweepMs = 30_000

export interface Loop {
  readonly wake: Wake
  /** One round. @returns after how many milliseconds to look again at the latest. */
  readonly round: () => Promise<number>
  /** No further round once it is aborted; the one under way is finished. */
  readonly signal: AbortSignal
  readonly onTrouble: (error: Error) => void
}

/** @throws whatever a round throws that is not the database being away: that is a bug, and ends the node. */
export async function runLoop({ wake, round, signal, onTrouble }: Loop): Promise<void> {
  let troubleMs = 0
  while (!signal.aborted) {
    let waitMs: number
    try {
      waitMs = await round()
      troubleMs = 0
    } catch (error) {
      if (!isConnectionError(error)) throw error
      onTrouble(error)
      troubleMs = Math.min(5_000, Math.max(100, troubleMs * 2))
      waitMs = troubleMs
    }
    await wake.wait(Math.min(waitMs, sweepMs), signal)
  }
}
