/**
 * Reading the log's end without losing an event. Positions are taken before their transactions commit, so an event can
 * appear behind one that was already read: a reader takes only transactions that are older than every one still open, in
 * the order of (transaction, position), and keeps that pair as its cursor.
 */
import type { Queryable } from './database.js'
import { type EventRecord, type Recorded, recorded } from './read.js'
import { statement } from './statement.js'

export interface Cursor {
  readonly txid: string
  readonly position: string
}

/** Before the first event. */
export const beginning: Cursor = { txid: '0', position: '0' }

const tailStatement = statement('tail')
const streamStatement = statement('tail-of-stream')

/**
 * Up to `limit` events after `cursor`, the cursor after them, and whether there may be more at once. Nothing comes while an older transaction is open.
 * @param stream only of this one.
 */
export async function readTail(
  db: Queryable,
  cursor: Cursor,
  limit = 500,
  stream: string | null = null,
): Promise<{ events: Recorded[]; cursor: Cursor; isFull: boolean }> {
  const after = [cursor.txid, cursor.position, limit]
  const { rows } = await db.query<EventRecord>(
    stream === null ? { ...tailStatement, values: after } : { ...streamStatement, values: [...after, stream] },
  )
  const last = rows.at(-1)
  return {
    events: rows.map(recorded),
    cursor: last ? { txid: last.txid, position: last.position } : cursor,
    isFull: rows.length === limit,
  }
}

/**
 * The cursor `back` events before the end, for somebody who wants the newest first and then what follows.
 * @param stream events of this one are counted.
 */
export async function endOfLog(db: Queryable, back = 0, stream: string | null = null): Promise<Cursor> {
  const { rows } = await db.query<Cursor>(
    `select txid::text, position from reelstate.events where txid < pg_snapshot_xmin(pg_current_snapshot())
     ${stream === null ? 'order by events.txid desc, position desc' : 'and stream = $2 order by version desc'}
     offset $1 limit 1`,
    stream === null ? [back] : [back, stream],
  )
  return rows[0] ?? beginning
}
