/** What this node spends of the quota of accounts: added up here, and told to the log now and then. */
import type { Used } from '../../machines/account.js'
import { noteQuota } from '../log/quota.js'
import type { Db } from '../log/database.js'
import { pacificDay } from '../upload/youtube/pacific.js'

/** One event an account so often: each is a commit. */
const EVERY_MS = 30_000

export class Metering {
  /** By account, then by day. */
  #spent = new Map<string, Map<string, Record<string, Used>>>()

  constructor(
    private readonly node: string,
    private readonly nowMs: () => number = Date.now,
    private readonly everyMs = EVERY_MS,
  ) {}

  /** A request was made. */
  count(account: string, method: string, units: number): void {
    this.#add(account, pacificDay(this.nowMs()), { [method]: { calls: 1, units } })
  }

  /** One round of the loop. @returns when to look again, in milliseconds. */
  async round(db: Db): Promise<number> {
    await this.flush(db)
    return this.everyMs
  }

  /** Tells what has been spent since the last time. What could not be told is kept. */
  async flush(db: Db): Promise<void> {
    const spent = this.#spent
    this.#spent = new Map()
    try {
      for (const [account, days] of spent)
        for (const [day, used] of days) {
          await noteQuota(db, account, { day, used }, this.node)
          days.delete(day)
        }
    } catch (error) {
      for (const [account, days] of spent) for (const [day, used] of days) this.#add(account, day, used)
      throw error
    }
  }

  #add(account: string, day: string, more: Readonly<Record<string, Used>>): void {
    const days = this.#spent.get(account) ?? new Map<string, Record<string, Used>>()
    const used = days.get(day) ?? {}
    for (const [method, { calls, units }] of Object.entries(more))
      used[method] = { calls: (used[method]?.calls ?? 0) + calls, units: (used[method]?.units ?? 0) + units }
    this.#spent.set(account, days.set(day, used))
  }
}
