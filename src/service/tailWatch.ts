/** Looks for transactions that are left open, which hold up whoever follows the log: pages, announcements, `log --follow`. */
import type { Db } from '../log/database.js'
import { describeOpen, openTransactions, remedyOf } from '../log/heldUp.js'

const everyMs = 10_000
/** So long may anybody's transaction take. */
const patienceMs = 30_000

export interface TailWatchOptions {
  readonly db: Db
  /** Gets a line for each transaction that is open for too long now. */
  readonly warn: (lines: readonly string[]) => void
  readonly now: () => number
  readonly pace?: { readonly everyMs: number; readonly patienceMs: number }
}

export class TailWatch {
  /** When a transaction was seen first (milliseconds since 1970) whose age this user may not see, by its number. */
  #firstSeen: ReadonlyMap<string, number> = new Map()

  constructor(private readonly options: TailWatchOptions) {}

  /** One round of the loop. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    const { db, warn, now, pace = { everyMs, patienceMs } } = this.options
    const open = await openTransactions(db, pace.patienceMs)
    const nowMs = now()
    this.#firstSeen = new Map(
      open.flatMap(({ xid, since }) => (since === null ? [[xid, this.#firstSeen.get(xid) ?? nowMs]] : [])),
    )
    warn(
      open.flatMap((one) => {
        const firstMs = this.#firstSeen.get(one.xid)
        if (firstMs !== undefined && nowMs - firstMs < pace.patienceMs) return []
        const since = firstMs === undefined ? undefined : new Date(firstMs).toISOString()
        return [`${describeOpen(one, since)}: ${remedyOf(one)}`]
      }),
    )
    return pace.everyMs
  }
}
