/** How much of an account's daily quota is used, and how long the rest will last. */
import type { Used } from '../../machines/account.js'
import type { Queryable } from '../log/database.js'
import { type Allowance, quotaUsed, type QuotaStanding } from '../log/quota.js'
import { pacificDay, pacificDayEnd, pacificDayStart } from '../upload/youtube/pacific.js'
import { uploadMethod, usualQuota } from '../upload/youtube/quota.js'
import { offeredLocations } from '../log/nodes.js'
import type { AccountConfiguration, Configuration } from './configuration.js'

/** The day that counts at `nowMs`. */
export const quotaDay = (nowMs: number): string => pacificDay(nowMs)

/** @param configured null where another node's configuration has it. @param methods what was used of the day that it is at `nowMs`. */
export function quotaStanding(
  account: string,
  configured: Pick<AccountConfiguration, 'quota_units' | 'quota_uploads'> | null,
  methods: Readonly<Record<string, Used>>,
  nowMs: number,
): QuotaStanding {
  const { quota_units, quota_uploads } = configured ?? {}
  const endMs = pacificDayEnd(nowMs)
  const sinceMs = nowMs - pacificDayStart(nowMs)
  const allowance = (used: number, limit: number): Allowance => {
    const leftMs = used === 0 ? Infinity : ((limit - used) * sinceMs) / used
    const usedUpMs = nowMs + Math.max(0, leftMs)
    return { used, limit, usedUpAt: usedUpMs < endMs ? new Date(usedUpMs).toISOString() : null }
  }
  const units = Object.values(methods).reduce((sum, used) => sum + used.units, 0)
  return {
    account,
    isElsewhere: configured === null,
    day: pacificDay(nowMs),
    dayEndsAt: new Date(endMs).toISOString(),
    uploads: allowance(methods[uploadMethod]?.calls ?? 0, quota_uploads ?? usualQuota.uploads),
    units: allowance(units, quota_units ?? usualQuota.units),
    methods,
  }
}

/** The same of each account as of now: of those configured here, and of those in whose name other nodes offer locations. */
export async function quotaStandings(
  db: Queryable,
  accounts: Configuration['accounts'],
  nowMs: number,
): Promise<QuotaStanding[]> {
  const day = quotaDay(nowMs)
  const standings: QuotaStanding[] = []
  const named = Object.values(await offeredLocations(db)).flatMap(({ account }) => account ?? [])
  for (const name of new Set([...Object.keys(accounts), ...named.sort()])) {
    const configured = Object.hasOwn(accounts, name) ? (accounts[name] ?? null) : null
    standings.push(quotaStanding(name, configured, await quotaUsed(db, name, day), nowMs))
  }
  return standings
}
