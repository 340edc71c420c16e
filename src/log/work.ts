/** Looking for what a node has to do. Each question is answered from the index of states. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Thumbnail } from '../../machines/context.js'
import { restoreIfWhole, type Snapshot, type StoredSnapshot } from '../../machines/decide.js'
import { CHART_VERSION } from '../../machines/video.js'
import type { Queryable } from './database.js'
import { gateOf } from './locations.js'
import { isLive } from './nodes.js'
import { publishedAt } from './publishedAt.js'
import { type Current, readCurrent } from './read.js'

export interface Candidate {
  readonly id: string
  readonly version: number
  readonly context: StoredSnapshot['context']
}

export interface Claimable extends Candidate {
  /** Its location tries one video, and this one failed last: to be claimed only where there is no other. */
  readonly putOff: boolean
  /** Whether its location takes any video, or is tried with one. */
  readonly gate: 'open' | 'probe'
  /** As the row was read, to be decided on; null where another version of the chart has folded it. */
  readonly current: Current | null
}

/** Who looks for work. */
export interface Claimant {
  readonly node: string
  readonly locations: readonly string[]
  /** It takes only videos whose edit names it. */
  readonly onlyNamed: boolean
}

type ClaimableRecord = Omit<Claimable, 'context' | 'current'> & {
  readonly chart: number
  readonly snapshot: StoredSnapshot
  readonly since: Date | null
  readonly now: Date
  readonly turn: string
}

/**
 * Videos that this node may claim now, the oldest edit first and what is tried again at its time, read `limit` at a time: any number
 * of them may have holes. Locations that are paused are left out before their videos are looked at; each other one's are read from
 * the index of what waits for it.
 */
export async function* claimable(
  db: Queryable,
  { node, locations, onlyNamed }: Claimant,
  limit = 50,
): AsyncGenerator<Claimable, void> {
  let after: readonly [turn: string, id: string] = ['-infinity', '']
  for (;;) {
    const { rows } = await db.query<ClaimableRecord>(
      `with open as materialized (
         select offered.name, gate.says, l.suspect
         from unnest($2::text[]) offered(name) left join reelstate.locations l on l.name = offered.name
         cross join lateral (select ${gateOf('l')}) gate(says)
         where gate.says <> 'closed'
       )
       select v.*, coalesce(open.says = 'probe' and v.id = open.suspect, false) as "putOff", open.says as gate,
         clock_timestamp() as now
       from open cross join lateral (
         select id, version, chart, snapshot, state_since as since, coalesce(not_before, edit_time)::text as turn
         from reelstate.videos
         where state = 'EDITED' and upload_location = open.name
           and ($6 is false and uploader_whitelist is null or $1 = any(uploader_whitelist))
           and (not_before is null or not_before <= clock_timestamp())
           and (coalesce(not_before, edit_time), id) > ($4, $5)
         order by coalesce(not_before, edit_time), id limit $3
       ) v
       order by v.turn::timestamptz, v.id limit $3`,
      [node, locations, limit, ...after, onlyNamed],
    )
    for (const { id, version, chart, snapshot, since, now, putOff, gate } of rows) {
      const stored = chart === CHART_VERSION ? restoreIfWhole(snapshot) : null
      const at = { now: now.toISOString(), since: since?.toISOString() ?? null }
      const current = stored && { snapshot: stored, version, ...at }
      const context = (stored ?? (await foldedAnew(db, id, version)))?.context
      // one that can't be read stands still, and holds up no other
      if (context) yield { id, version, context, putOff, gate, current }
    }
    const last = rows.at(-1)
    if (!last || rows.length < limit) return
    after = [last.turn, last.id]
  }
}

async function foldedAnew(db: Queryable, id: string, version: number): Promise<Snapshot | null> {
  const read = await readCurrent(db, id)
  return isLeft(read) || read.right.version !== version ? null : read.right.snapshot
}

/** Waiting videos of these locations that don't have a warning of this kind. */
export async function unwarned(db: Queryable, locations: readonly string[], kind: string): Promise<Candidate[]> {
  const { rows } = await db.query<Candidate>(
    `select id, version, snapshot->'context' as context from reelstate.videos
     where state = 'EDITED' and upload_location = any($1) and warning_kind is distinct from $2 order by edit_time`,
    [locations, kind],
  )
  return rows
}

/** A video that no running node may take. */
export interface Untaken {
  readonly id: string
  readonly version: number
  readonly location: string
  /** The nodes that its edit names, where it is left to those. */
  readonly named: readonly string[] | null
}

/** Videos that have waited for so many seconds without any running node that may take them, and of which nobody has warned yet. */
export async function untaken(db: Queryable, seconds: number): Promise<Untaken[]> {
  const { rows } = await db.query<Untaken>(
    `with recursive live as materialized (
       select name, locations, only_named from reelstate.nodes n where ${isLive('n')}
     ), waiting(location) as (
       -- each location once, without reading all that waits for it
       (select upload_location from reelstate.videos where state = 'EDITED' order by upload_location limit 1)
       union all
       select (select upload_location from reelstate.videos v where state = 'EDITED' and upload_location > waiting.location
         order by upload_location limit 1) from waiting where waiting.location is not null
     )
     select v.id, v.version, waiting.location, null as named from waiting cross join lateral (
       select id, version from reelstate.videos where state = 'EDITED' and upload_location = waiting.location
         and uploader_whitelist is null and warning_kind is distinct from 'no_node'
         and edit_time < clock_timestamp() - make_interval(secs => $1)
       order by coalesce(not_before, edit_time) limit 100) v
     where not exists (select from live where live.locations ? waiting.location and not live.only_named)
     union all
     (select id, version, upload_location, uploader_whitelist from reelstate.videos v
      where state = 'EDITED' and uploader_whitelist is not null and warning_kind is distinct from 'no_node'
        and edit_time < clock_timestamp() - make_interval(secs => $1)
        and not exists (select from live where live.name = any(v.uploader_whitelist) and live.locations ? v.upload_location)
      limit 100)`,
    [seconds],
  )
  return rows
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

/** A video that a destination is processing. */
export interface Transcoding {
  readonly id: string
  readonly videoId: string
  /** Since it was claimed. */
  readonly seconds: number
  /** The picture that the destination has not got yet. */
  readonly thumbnail: Thumbnail | null
}

/** Published at any of these locations, the latest first. */
export async function transcoding(db: Queryable, locations: readonly string[]): Promise<Transcoding[]> {
  const { rows } = await db.query<Transcoding>(
    `select id, video_id as "videoId", extract(epoch from clock_timestamp() - claimed)::float8 as seconds,
       case when context->'published'->'thumbnail' = 'null' and context->'thumbnail_error' = 'null'
         then nullif(context->'attempt'->'thumbnail', 'null') end as thumbnail
     from reelstate.videos v, lateral (select snapshot->'context') as stored(context),
       lateral (select (context->'attempt'->>'claimed_at')::timestamptz) as attempts(claimed)
     where state = 'TRANSCODING' and video_id is not null and ${publishedAt('v')} = any($1)
     order by claimed desc nulls last`,
    [locations],
  )
  return rows
}

/** A published video that shall show something else. */
export interface ToUpdate extends Candidate {
  /** Since the editor wanted it, or a person has had it tried again after it was given up. */
  readonly seconds: number
  /** Until it may be tried; 0 or less is now. */
  readonly dueMs: number
}

/** Modified videos published at these locations, the oldest wish first. */
export async function toUpdate(db: Queryable, locations: readonly string[]): Promise<ToUpdate[]> {
  const { rows } = await db.query<ToUpdate>(
    `select id, version, snapshot->'context' as context,
       coalesce(extract(epoch from clock_timestamp() - greatest(state_since, last_modified)), 0)::float8 as seconds,
       coalesce(extract(epoch from not_before - clock_timestamp()), 0)::float8 * 1000 as "dueMs"
     from reelstate.videos v where state = 'MODIFIED' and ${publishedAt('v')} = any($1)
     order by last_modified`,
    [locations],
  )
  return rows
}

/** A video that was updated a short while ago. */
export interface Updated extends Candidate {
  readonly updatedAt: string
  /** Since then. */
  readonly seconds: number
}

/** Videos published at these locations that were updated at most so many seconds ago, the earliest first. */
export async function updatedLately(db: Queryable, locations: readonly string[], seconds: number): Promise<Updated[]> {
  const { rows } = await db.query<Updated>(
    `select id, version, snapshot->'context' as context, updated_at::text as "updatedAt",
       extract(epoch from clock_timestamp() - updated_at)::float8 as seconds
     from reelstate.videos v
     where updated_at > clock_timestamp() - make_interval(secs => $2) and state = 'DONE' and ${publishedAt('v')} = any($1)
     order by updated_at`,
    [locations, seconds],
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
