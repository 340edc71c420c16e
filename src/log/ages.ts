/** How long videos have been where they are. */
import type { Queryable } from './database.js'

/**
 * Of each state, for how many seconds the video has been there that has been there longest; a state without any is missing.
 * One look into an index a state, however many videos there are.
 */
export async function secondsInState(db: Queryable, states: readonly string[]): Promise<Record<string, number>> {
  const { rows } = await db.query<{ state: string; seconds: number }>(
    `select named.state, extract(epoch from clock_timestamp() - oldest.since)::float8 as seconds
     from unnest($1::text[]) named(state)
     cross join lateral (
       select state_since as since from reelstate.videos v
       where v.state = named.state order by state_since limit 1
     ) oldest`,
    [states],
  )
  return Object.fromEntries(rows.map(({ state, seconds }) => [state, Math.max(0, seconds)]))
}
