/** Uploads that may have been published, and with which no node is at work. */
import type { Queryable } from './database.js'
import type { Candidate } from './work.js'

/**
 * Videos about whose upload this node has to ask the destination: those whose node is gone, unless another one has said that it
 * would; and those of its attempts `own`. @param except attempts that are not to be asked about now.
 */
export async function unsettled(
  db: Queryable,
  node: string,
  locations: readonly string[],
  { own, except }: { readonly own: readonly string[]; readonly except: readonly string[] },
): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state = 'FINALIZING' and upload_location = any($2) and attempt <> all($4)
       and case substate when 'RECONCILING' then coalesce(snapshot->'context'->'reconcile'->>'node', $1) = $1
                         else attempt = any($3) end
     order by edit_time limit 50`,
    [node, locations, own, except],
  )
  return rows
}
