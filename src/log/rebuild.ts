/** The projection made anew from the log alone. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { projectLocation } from '../../machines/decideLocation.js'
import { forgetHours } from './boardHours.js'
import { condenseCounts } from './counts.js'
import { accountStream, replayQuota } from './quota.js'
import { type Db, type Queryable, transaction } from './database.js'
import { locationStream, replayLocation } from './locations.js'
import { replay } from './replay.js'

export interface Rebuilt {
  readonly videos: number
  readonly locations: number
  readonly accounts: number
  /** Videos, and streams of others, whose history cannot be read: they have no row until it can. */
  readonly unreadable: readonly string[]
}

/** Empties and refills the projection in one transaction: nobody sees it half done, and appends wait. */
export const rebuild = (db: Db): Promise<Rebuilt> =>
  transaction(db, async (on) => {
    const tables = 'reelstate.videos, reelstate.locations, reelstate.accounts, reelstate.quota_used'
    await on.query(`lock table ${tables} in access exclusive mode`)
    for (const table of tables.split(', ')) await on.query(`delete from ${table}`)
    await forgetHours(on)
    return fillFromLog(on)
  })

/** Folds every stream and inserts what follows from it; all of the projection is empty. */
export async function fillFromLog(on: Queryable): Promise<Rebuilt> {
  const unreadable: string[] = []
  const made = { videos: 0, locations: 0, accounts: 0 }
  for await (const id of streams(on, 'video')) {
    const replayed = await replay(on, id)
    if (isLeft(replayed) || !replayed.right.row) {
      unreadable.push(id)
      continue
    }
    await insert(on, 'videos', replayed.right.row)
    made.videos++
  }
  for await (const name of streams(on, 'location')) {
    const replayed = await replayLocation(on, name)
    if (isLeft(replayed)) {
      unreadable.push(locationStream(name))
      continue
    }
    await insert(on, 'locations', projectLocation(replayed.right.snapshot, replayed.right.version))
    made.locations++
  }
  for await (const name of streams(on, 'account')) {
    const replayed = await replayQuota(on, name)
    if (isLeft(replayed)) {
      unreadable.push(accountStream(name))
      continue
    }
    const { ledger, version } = replayed.right
    await insert(on, 'accounts', { name, version })
    for (const [day, methods] of ledger)
      for (const [method, used] of methods) await insert(on, 'quota_used', { account: name, day, method, ...used })
    made.accounts++
  }
  await condenseCounts(on)
  return { ...made, unreadable }
}

type Table = 'videos' | 'locations' | 'accounts' | 'quota_used'

async function insert(on: Queryable, table: Table, row: object): Promise<void> {
  await on.query(
    `insert into reelstate.${table} select r.* from jsonb_populate_record(null::reelstate.${table}, $1::jsonb) r`,
    [JSON.stringify(row)],
  )
}

/** What stands behind `KIND/` in the names of the streams of that kind. */
async function* streams(on: Queryable, kind: 'video' | 'location' | 'account'): AsyncGenerator<string> {
  const prefix = `${kind}/`
  for (let last = prefix; ;) {
    const { rows } = await on.query<{ stream: string }>(
      `select stream from reelstate.events where version = 1 and stream > $1 and stream like $2 order by stream limit 500`,
      [last, `${prefix}%`],
    )
    for (const { stream } of rows) yield stream.slice(prefix.length)
    if (rows.length === 0) return
    last = rows.at(-1)?.stream ?? last
  }
}
