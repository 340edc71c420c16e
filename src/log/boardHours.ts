/**
 * What moved in each hour, kept beside the log, so that the board of any moment of the past need not fold the log. It is derived from
 * the log alone, in the order of its tail: what commits late is counted when it comes, into the hour in which it happened.
 */
import type { Queryable } from './database.js'
import { statement } from './statement.js'

/** Counted in so many milliseconds as a page may wait for. */
const EVENTS_A_STEP = 4_000

/** So many may be left to be looked at one by one; a few more come while they are. */
export const FEW_UNCOUNTED = EVENTS_A_STEP * 4
export const MOST_UNCOUNTED = EVENTS_A_STEP * 5

const step = statement('board-step')

/** Counts some more events. @returns whether there may be more. False also where another connection is at it. */
export async function countHours(db: Queryable, most = EVENTS_A_STEP): Promise<boolean> {
  const { rows } = await db.query<{ events: number }>({ ...step, values: [most] })
  return rows[0]?.events === most
}

/** How much of the log has not been counted yet: roughly, in events. */
export async function uncounted(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ behind: number }>(
    // ordered, so that it is read by the index however many are expected
    `select count(*)::integer as behind from reelstate.board_place p cross join lateral (
       select from reelstate.events e where (e.txid, e.position) > (p.txid, p.position)
       order by e.txid, e.position limit $1) e`,
    [MOST_UNCOUNTED],
  )
  return rows[0]?.behind ?? 0
}

/** Within a transaction: they are counted anew from the beginning of the log. */
export async function forgetHours(on: Queryable): Promise<void> {
  // whoever counts just now is waited for: what he adds has to be seen
  await on.query('select from reelstate.board_place for update')
  await on.query('delete from reelstate.board_moves')
  await on.query('delete from reelstate.board_stays')
  await on.query(`update reelstate.board_place set txid = '0', position = 0`)
}
