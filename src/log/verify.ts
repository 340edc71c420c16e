/** Whether the log is whole: every event's hash follows from its content and from the event before it. */
import type { Queryable } from './database.js'

export interface Broken {
  readonly stream: string
  readonly version: number
  readonly position: string
}

/** The first events, at most `limit`, that were changed, or whose predecessor is missing. */
export async function brokenEvents(db: Queryable, limit = 10): Promise<Broken[]> {
  const { rows } = await db.query<Broken>(
    `select stream, version, position from (
       select e.*, lag(hash) over chain as before, row_number() over chain as expected,
         reelstate.event_hash(e, lag(hash) over chain) as computed
       from reelstate.events e window chain as (partition by stream order by version)
     ) chained
     where hash <> computed or version <> expected
     order by position limit $1`,
    [limit],
  )
  return rows
}
