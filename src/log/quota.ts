/** What nodes have spent of the daily quota of accounts. */
import { isLeft, right, type Either } from 'fp-ts/lib/Either.js'
import { type AccountEvent, accountEvents, addUsed, type Ledger, type Used } from '../../machines/account.js'
import type { Queryable } from './database.js'
import { readableEvents, readStream, type Recorded, type Unreadable } from './read.js'
import { statement } from './statement.js'

const appendStatement = statement('append-quota')

export const accountStream = (name: string): string => `account/${name}`

/** One of the limits that an account has. */
export interface Allowance {
  readonly used: number
  readonly limit: number
  /** At the pace of the day so far (UTC); null where it lasts until the day ends. */
  readonly usedUpAt: string | null
}

export interface QuotaStanding {
  readonly account: string
  /** It stands in another node's configuration, and its limits are taken for the usual ones. */
  readonly isElsewhere: boolean
  /** In California. */
  readonly day: string
  /** UTC. */
  readonly dayEndsAt: string
  /** Uploads begun: they count apart from everything else. */
  readonly uploads: Allowance
  readonly units: Allowance
  readonly methods: Readonly<Record<string, Used>>
}

/** Adds to what is known to be spent. Where the answer is lost and it is said again, it counts twice: rather too much than too little. */
export async function noteQuota(
  db: Queryable,
  account: string,
  spent: AccountEvent['data'],
  node: string,
): Promise<void> {
  await db.query({
    ...appendStatement,
    values: [account, JSON.stringify(spent), accountEvents.QuotaUsed.schema, node],
  })
}

/** What was spent of the day's quota, by method. */
export async function quotaUsed(db: Queryable, account: string, day: string): Promise<Readonly<Record<string, Used>>> {
  const { rows } = await db.query<{ method: string } & Used>(
    `select method, calls::float8 as calls, units::float8 as units from reelstate.quota_used
     where account = $1 and day = $2 order by method`,
    [account, day],
  )
  return Object.fromEntries(rows.map(({ method, calls, units }) => [method, { calls, units }]))
}

/** The account's days as its events alone give them. */
export async function replayQuota(
  db: Queryable,
  account: string,
): Promise<Either<Unreadable, { readonly ledger: Ledger; readonly version: number }>> {
  const stream = accountStream(account)
  const history = await readStream(db, stream)
  const events = readableEvents(stream, history as Recorded<AccountEvent>[])
  if (isLeft(events)) return events
  const ledger = events.right.reduce(addUsed, new Map() as Ledger)
  return right({ ledger, version: history.at(-1)?.version ?? 0 })
}
