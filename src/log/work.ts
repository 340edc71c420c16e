/** Looking for what a node has to do. Each question is answered from the index of states. */
import type { StoredSnapshot } from '../../machines/decide.js'
import type { Queryable } from './database.js'
import { gateOf } from './locations.js'

export interface Candidate {
  readonly id: string
  readonly version: number
  readonly context: StoredSnapshot['context']
}

export interface Claimable extends Candidate {
  /** Its location tries one video, and this one failed last: to be claimed only where there is no other. */
  readonly putOff: boolean
}

/**
 * Videos that this node may claim now, the oldest edit first, read `limit` at a time: any number of them may have holes. Locations
 * that are paused are left out before their videos are looked at; each other one's are read from the index of what waits for it.
 */
export async function* claimable(
  db: Queryable,
  node: string,
  locations: readonly string[],
  limit = 50,
): AsyncGenerator<Claimable, void> {
  let after: readonly [editTime: string | null, id: string] = ['-infinity', '']
  for (;;) {
    const { rows } = await db.query<Claimable>(
      `with open as materialized (
         select offered.name, gate.says = 'probe' as tries, l.suspect
         from unnest($2::text[]) offered(name) left join reelstate.locations l on l.name = offered.name
         cross join lateral (select ${gateOf('l')}) gate(says)
         where gate.says <> 'closed'
       )
       select v.id, v.version, v.context, coalesce(open.tries and v.id = open.suspect, false) as "putOff"
       from open cross join lateral (
         select id, version, edit_time, snapshot->'context' as context from reelstate.videos
         where state = 'EDITED' and upload_location = open.name
           and (uploader_whitelist is null or $1 = any(uploader_whitelist))
           and (not_before is null or not_before <= clock_timestamp())
           and (edit_time, id) > ($4, $5)
         order by edit_time, id limit $3
       ) v
       order by v.edit_time, v.id limit $3`,
      [node, locations, limit, ...after],
    )
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = [last.context.edit_time, last.id]
  }
}

/** Milliseconds until the next video may be tried again, or a pause of a location ends; null where nothing waits for its time. */
export async function nextDueMs(db: Queryable, locations: readonly string[]): Promise<number | null> {
  const { rows } = await db.query<{ ms: number | null }>(
    `select extract(epoch from least(
       (select min(not_before) from reelstate.videos
        where state = 'EDITED' and upload_location = any($1) and not_before > clock_timestamp()),
       (select min(until) from reelstate.locations
        where name = any($1) and state = 'PAUSED' and until > clock_timestamp())
     ) - clock_timestamp())::float8 * 1000 as ms`,
    [locations],
  )
  return rows[0]?.ms ?? null
}

/** Videos about whose upload this node has to ask the destination: nobody else has said that it would. */
export async function toReconcile(db: Queryable, node: string, locations: readonly string[]): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state = 'FINALIZING' and substate = 'RECONCILING' and upload_location = any($2)
       and coalesce(snapshot->'context'->'reconcile'->>'node', $1) = $1
     order by edit_time limit 50`,
    [node, locations],
  )
  return rows
}

/** Videos that a destination is processing, of every location of an account that any node offers. The latest first. */
export async function transcoding(
  db: Queryable,
  account: string,
): Promise<{ id: string; videoId: string; location: string; seconds: number }[]> {
  const { rows } = await db.query<{ id: string; videoId: string; location: string; seconds: number }>(
    `select id, video_id as "videoId", upload_location as location,
       extract(epoch from clock_timestamp() - last_modified)::float8 as seconds
     from reelstate.videos
     where state = 'TRANSCODING' and video_id is not null and upload_location in (
       select offered.name from reelstate.nodes, jsonb_each(locations) as offered(name, location)
       where location->>'account' = $1)
     order by last_modified desc`,
    [account],
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
