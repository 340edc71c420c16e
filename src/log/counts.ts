/**
 * How many videos are in each state. Each change of state adds a row of what it changes, in the same transaction (a trigger does), so
 * that no append waits for another; the sum of the rows is the total, and now and then they are put together.
 */
import type { Queryable } from './database.js'

/** How many videos are in each state; a state without any is missing. */
export async function countsByState(db: Queryable): Promise<Record<string, number>> {
  const { rows } = await db.query<{ state: string; count: number }>(
    `select state, sum(change)::float8 as count from reelstate.state_counts group by state having sum(change) > 0 order by state`,
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** Below so many rows there is nothing to be gained. */
const FEW = 100

/**
 * Puts the changes together, a row a state. What somebody else has in hand, such as a rebuild, is left to him; nobody waits.
 * @returns whether there were so many that it was done.
 */
export async function condenseCounts(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query(
    `with many as (select count(*) > $1::integer as are_there from (select from reelstate.state_counts limit $1::integer + 1) found),
     taken as (select ctid from reelstate.state_counts where (select are_there from many) for update skip locked),
     gone as (delete from reelstate.state_counts where ctid = any(array(select ctid from taken)) returning state, change)
     insert into reelstate.state_counts select state, sum(change) from gone group by state having sum(change) <> 0`,
    [FEW],
  )
  return (rowCount ?? 0) > 0
}
