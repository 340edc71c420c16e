/** Asking a store again that can't answer now. */
import { setTimeout as pause } from 'node:timers/promises'
import { S3Error } from './errors.js'

export interface Patience {
  /** Failures one after another, until it is given up. */
  readonly tries: number
  /** The first wait; doubled each time, at most a minute. In milliseconds. */
  readonly waitMs: number
  readonly random: () => number
}

const LONGEST_WAIT_MS = 60_000

/** Where it has to be done again, after a wait. Throws what `work` threw last, or the reason of an aborted signal. */
export async function patiently<A>(
  work: () => Promise<A>,
  { tries, waitMs, random }: Patience,
  signal?: AbortSignal,
): Promise<A> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof S3Error) || error.reaction !== 'backOff' || failures >= tries) throw error
      const ms = Math.min(LONGEST_WAIT_MS, waitMs * 2 ** (failures - 1)) * (0.5 + random())
      await pause(ms, undefined, signal && { signal }).catch(() => signal?.throwIfAborted())
    }
  }
}
