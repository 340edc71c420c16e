/** Looking for what a node has to do. Each question is answered from the index of states. */
import type { StoredSnapshot } from '../../machines/decide.js'
import type { Queryable } from './database.js'

export interface Candidate {
  readonly id: string
  readonly version: number
  readonly context: StoredSnapshot['context']
}

/** Videos that this node may claim now, the oldest edit first. */
export async function claimable(
  db: Queryable,
  node: string,
  locations: readonly string[],
  limit = 50,
): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state = 'EDITED' and upload_location = any($2)
       and (uploader_whitelist is null or $1 = any(uploader_whitelist))
       and (not_before is null or not_before <= clock_timestamp())
     order by edit_time limit $3`,
    [node, locations, limit],
  )
  return rows
}

/** Milliseconds until the next video may be tried again; null where none waits for its time. */
export async function nextDueMs(db: Queryable, locations: readonly string[]): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select extract(epoch from min(not_before) - clock_timestamp())::float8 * 1000 as ms from reelstate.videos
     where state = 'EDITED' and upload_location = any($1) and not_before > clock_timestamp()`,
    [locations],
  )
  return rows[0]?.ms ?? null
}

/** Videos whose upload nobody has asked the destination about yet. */
export async function toReconcile(db: Queryable, locations: readonly string[]): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state = 'FINALIZING' and substate = 'RECONCILING' and upload_location = any($1)
       and snapshot->'context'->>'reconcile' is null
     order by edit_time limit 50`,
    [locations],
  )
  return rows
}

/** Videos that a node of this name had in hand. */
export async function heldBy(db: Queryable, node: string): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state in ('CLAIMED', 'FINALIZING') and (uploader = $1 or snapshot->'context'->'reconcile'->>'node' = $1)`,
    [node],
  )
  return rows
}
