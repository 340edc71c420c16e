/** The log a page at a time, from its end or from its beginning: in the order of the tail, so that a place in it stays what it is. */
import type { Queryable } from './database.js'
import { eventColumns, type EventRecord, type Recorded, recorded } from './read.js'
import type { Cursor } from './tail.js'

export interface LogQuestion {
  readonly order: 'newest' | 'oldest'
  /** Only what comes behind it in that order; null: from the end, or from the beginning. */
  readonly after: Cursor | null
  /** Only events of this one: `video/ID`, `location/NAME`, `account/NAME`. */
  readonly stream: string | null
  readonly limit: number
}

/** What is not read yet by whoever follows the log (an older transaction is open) comes here neither. */
export async function readLogPage(
  db: Queryable,
  { order, after, stream, limit }: LogQuestion,
): Promise<{ readonly events: readonly Recorded[]; readonly next: Cursor | null }> {
  const { beyond, sort } = order === 'newest' ? { beyond: '<', sort: 'desc' } : { beyond: '>', sort: 'asc' }
  const values: unknown[] = [limit + 1]
  const bound = (value: unknown): string => `$${values.push(value)}`
  const conditions = ['e.txid < pg_snapshot_xmin(pg_current_snapshot())']
  if (after)
    conditions.push(
      `(e.txid, e.position) ${beyond} (${bound(after.txid)}::text::xid8, ${bound(after.position)}::bigint)`,
    )
  // a stream is short, and has an index; its events are taken out first, or the whole log would be gone through for them
  const from =
    stream === null
      ? 'reelstate.events e'
      : `(select * from reelstate.events of_stream where of_stream.stream = ${bound(stream)} offset 0) e`
  const { rows } = await db.query<EventRecord>(
    `select ${eventColumns} from (
       select e.* from ${from} where ${conditions.join(' and ')} order by e.txid ${sort}, e.position ${sort} limit $1
     ) page order by page.txid ${sort}, page.position ${sort}`,
    values,
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const next = rows.length > limit && last ? { txid: last.txid, position: last.position } : null
  return { events: page.map(recorded), next }
}
