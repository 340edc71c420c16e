/** What nodes have said of the footage of videos that wait: who misses how much. Hints, neither events nor notifications. */
import type { Queryable } from './database.js'
import { isLive } from './nodes.js'

/** What a node that runs has of an edit's footage. */
export interface Bid {
  readonly node: string
  readonly missingSeconds: number
  readonly nothing: boolean
}

export interface Bids {
  /** The node's own among them, in order of name. */
  readonly bids: readonly Bid[]
  /** Nodes that run, offer the location, may take the video and have footage of the channel, but have not looked yet. */
  readonly expected: number
  /** Since the first of the bids for this edit, on the database's clock. */
  readonly waitedMs: number
}

export interface Looked {
  readonly video: string
  readonly node: string
  /** Of the edit: another one is looked for anew. */
  readonly editTime: string
  readonly missingSeconds: number
  readonly nothing: boolean
}

/** Notes what the node has of the video's footage, and returns what the others have said. */
export async function noteFootage(db: Queryable, looked: Looked): Promise<Bids> {
  await db.query(
    `insert into reelstate.footage as f (video, node, edit_time, missing_seconds, nothing_since, first_at, noted_at)
     select $1, $2, $3, $4, case when $5 then now end, now, now from (select clock_timestamp() as now) clock
     on conflict (video, node) do update set edit_time = excluded.edit_time, missing_seconds = excluded.missing_seconds,
       nothing_since = case when excluded.nothing_since is null then null
         when f.edit_time = excluded.edit_time then coalesce(f.nothing_since, excluded.nothing_since)
         else excluded.nothing_since end,
       first_at = case when f.edit_time = excluded.edit_time then f.first_at else excluded.first_at end,
       noted_at = excluded.noted_at`,
    [looked.video, looked.node, looked.editTime, looked.missingSeconds, looked.nothing],
  )
  return readBids(db, looked.video)
}

/** What nodes that run have said of the footage of the video's edit. */
async function readBids(db: Queryable, video: string): Promise<Bids> {
  const { rows } = await db.query<Bids>(
    `select
       coalesce(jsonb_agg(jsonb_build_object('node', n.name, 'missingSeconds', f.missing_seconds,
         'nothing', f.nothing_since is not null) order by n.name) filter (where f.node is not null), '[]') as bids,
       count(*) filter (where f.node is null and v.video_channel = any(n.channels))::int as expected,
       coalesce(extract(epoch from clock_timestamp() - min(f.first_at))::float8 * 1000, 0) as "waitedMs"
     from reelstate.videos v join reelstate.nodes n on ${mayTake('n', 'v')}
     left join reelstate.footage f on f.video = v.id and f.node = n.name and f.edit_time = v.edit_time
     where v.id = $1`,
    [video],
  )
  return rows[0] ?? { bids: [], expected: 0, waitedMs: 0 }
}

/** SQL: whether the node `n` runs, offers the location of the video `v`, and may take it. */
const mayTake = (n: string, v: string): string =>
  `(${isLive(n)} and ${n}.locations ? ${v}.upload_location
    and case when ${v}.uploader_whitelist is null then not ${n}.only_named else ${n}.name = any(${v}.uploader_whitelist) end)`

/** What was said of a video that has been claimed is of no more use. */
export async function forgetFootage(db: Queryable, video: string): Promise<void> {
  await db.query('delete from reelstate.footage where video = $1', [video])
}

/** Videos of which others have nothing, and of which this node has not said lately what it has. */
export async function unlooked(
  db: Queryable,
  node: string,
  seconds: number,
  limit = 20,
): Promise<{ id: string; editTime: string }[]> {
  const { rows } = await db.query<{ id: string; editTime: string }>(
    `select v.id, v.edit_time::text as "editTime" from reelstate.videos v join reelstate.nodes n on n.name = $1 and ${mayTake('n', 'v')}
     where v.state = 'EDITED' and v.id in (select video from reelstate.footage where nothing_since is not null)
       and not exists (select from reelstate.footage f where f.video = v.id and f.node = $1 and f.edit_time = v.edit_time
         and f.noted_at > clock_timestamp() - make_interval(secs => $2))
     order by v.edit_time limit $3`,
    [node, seconds, limit],
  )
  return rows
}

/** A video of which nobody that may take it has said to have any footage, and somebody that he has none. */
export interface WithoutFootage {
  readonly id: string
  readonly version: number
  readonly editTime: string
  readonly nodes: readonly string[]
  /** For so many seconds, by the database's clock, with all that may take it having looked lately. */
  readonly longEnough: boolean
}

/** All videos of which no node that may take them has any footage. */
export async function withoutFootage(db: Queryable, seconds: number): Promise<WithoutFootage[]> {
  const { rows } = await db.query<WithoutFootage>(
    `select v.id, v.version, v.edit_time::text as "editTime", said.nodes, said.long
       and exists (select from reelstate.nodes n where ${mayTake('n', 'v')})
       and not exists (select from reelstate.nodes n where ${mayTake('n', 'v')} and not exists (
         select from reelstate.footage f where f.video = v.id and f.node = n.name and f.edit_time = v.edit_time
           and f.nothing_since is not null and f.noted_at > clock_timestamp() - interval '2 minutes')) as "longEnough"
     from (select video, edit_time, array_agg(node order by node) as nodes,
         min(nothing_since) < clock_timestamp() - make_interval(secs => $1)
           and bool_and(nothing_since is not null or noted_at < clock_timestamp() - make_interval(secs => $1)) as long
       from reelstate.footage group by video, edit_time having bool_or(nothing_since is not null)) said
     join reelstate.videos v on v.id = said.video and v.edit_time = said.edit_time and v.state = 'EDITED'
     where not exists (select from reelstate.footage f join reelstate.nodes n on n.name = f.node and ${mayTake('n', 'v')}
       where f.video = v.id and f.edit_time = v.edit_time and f.nothing_since is null)`,
    [seconds],
  )
  return rows
}

/** What was said of videos that nobody looks for any more. */
export async function forgetOldFootage(db: Queryable): Promise<void> {
  await db.query(`delete from reelstate.footage where noted_at < clock_timestamp() - interval '1 hour'`)
}
