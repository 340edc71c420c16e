/** What the database's clock shows, as far as this machine can tell: times in the log are the database's. */
import { isConnectionError } from '../log/connectionError.js'
import type { Queryable } from '../log/database.js'

const OLD_MS = 60_000

export class DatabaseClock {
  /** What has to be added to `performance.now()` for the database's milliseconds since 1970. */
  #offsetMs = performance.timeOrigin
  #askedMs = -Infinity

  constructor(private readonly db: Queryable) {}

  isOld(): boolean {
    return performance.now() - this.#askedMs > OLD_MS
  }

  /** Off by half a round trip at the most. What was known before holds on where the database does not answer. */
  async ask(): Promise<void> {
    const beforeMs = performance.now()
    this.#askedMs = beforeMs
    try {
      const { rows } = await this.db.query<{ now: Date }>('select clock_timestamp() as now')
      const now = rows[0]?.now.getTime()
      if (now !== undefined) this.#offsetMs = now - (beforeMs + performance.now()) / 2
    } catch (error) {
      if (!isConnectionError(error)) throw error
    }
  }

  /** @param atMs of `performance.now()`. Never below 0. */
  secondsSince(instant: string, atMs: number): number {
    return Math.max(0, (atMs + this.#offsetMs - Date.parse(instant)) / 1000)
  }
}
