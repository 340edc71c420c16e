/** Which videos are meant: by name, or by where they are. */
import type { Queryable } from './database.js'

export interface Filter {
  readonly state?: string | undefined
  readonly location?: string | undefined
}

/** In the order of their ids, at most `limit`. */
export async function idsMatching(db: Queryable, { state, location }: Filter, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select id from reelstate.videos where ($1::text is null or state = $1) and ($2::text is null or upload_location = $2)
     order by id limit $3`,
    [state ?? null, location ?? null, limit],
  )
  return rows.map(({ id }) => id)
}
