/** Uploads that may have been published, and with which no node is at work. */
import type { Queryable } from './database.js'
import type { Candidate } from './work.js'

/**
 * Videos about whose upload this node has to ask the destination: those whose node is gone, unless another one has said that it
 * would; and its own, but for the attempts of `except`.
 */
export async function unsettled(
  db: Queryable,
  node: string,
  locations: readonly string[],
  except: readonly string[],
): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state = 'FINALIZING' and upload_location = any($2) and attempt <> all($3)
       and case substate when 'RECONCILING' then coalesce(snapshot->'context'->'reconcile'->>'node', $1) = $1
                         else uploader = $1 end
     order by edit_time limit 50`,
    [node, locations, except],
  )
  return rows
}
