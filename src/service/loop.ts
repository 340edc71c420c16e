/** A loop of the service: one round after another, woken by news, and patient with a database that is away. */
import { isConnectionError } from '../log/connectionError.js'
import type { TroubleReport } from './health.js'
import type { Wake } from './wake.js'

/** Notifications are hints: at least so often a loop looks for itself. */
export const sweepMs = 30_000

export interface Loop {
  /** For the person who reads what it died of. */
  readonly name: string
  readonly wake: Wake
  /** One round. @returns after how many milliseconds to look again at the latest. */
  readonly round: () => Promise<number>
  /** No further round once it is aborted; the one under way is finished. */
  readonly signal: AbortSignal
  readonly trouble: TroubleReport
}

/** Thrown when a loop dies of a bug, which `cause` is. */
export class LoopDied extends Error {
  override readonly name = 'LoopDied'
  constructor(loop: string, cause: unknown) {
    super(`the ${loop} loop died of a bug: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
  }
}

/** @throws LoopDied of whatever a round throws that is not the database being away: it ends the node. */
export async function runLoop({ name, wake, round, signal, trouble }: Loop): Promise<void> {
  let troubleMs = 0
  while (!signal.aborted) {
    let waitMs: number
    try {
      waitMs = await round()
      troubleMs = 0
      trouble.over()
    } catch (error) {
      if (!isConnectionError(error)) throw new LoopDied(name, error)
      trouble.begun(error)
      troubleMs = Math.min(5_000, Math.max(100, troubleMs * 2))
      waitMs = troubleMs
    }
    await wake.wait(Math.min(waitMs, sweepMs), signal)
  }
}
