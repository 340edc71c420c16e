/** Holes with which videos were published, and of which nodes have had footage since. */
import type { Queryable } from './database.js'

/** So long after it was published a video is looked after. */
const DAYS = 14
/** Of those published last so many. */
const MOST = 500

/** A published video that was cut although something was missing, as far as its edit says that it might. */
export interface MaybeHoled {
  readonly video: string
  readonly editTime: string
  readonly channel: string
  readonly quality: string
  readonly ranges: readonly (readonly [start: string, end: string])[]
  /** The receipt's hash, of the cut that was published. */
  readonly receipt: string
}

/** Videos whose last event that says of what footage they are is that of a cut: what was linked by hand, or adopted, is left out. */
export async function maybeHoled(db: Queryable): Promise<MaybeHoled[]> {
  const { rows } = await db.query<MaybeHoled>(
    `select v.id as video, v.snapshot->'context'->>'edit_time' as "editTime", v.video_channel as channel, v.video_quality as quality,
       v.snapshot->'context'->'edit'->'video_ranges' as ranges, cut.receipt
     from reelstate.videos v
     cross join lateral (
       select type, data->>'receipt' as receipt from reelstate.events
       where stream = 'video/' || v.id and type in ('FinalizeStarted', 'Edited', 'ManualLinked', 'OrphanAdopted')
       order by version desc limit 1
     ) cut
     where v.allow_holes and v.state in ('DONE', 'MODIFIED') and v.upload_time > clock_timestamp() - make_interval(days => $1)
       and cut.type = 'FinalizeStarted' and cut.receipt is not null and v.video_channel is not null and v.video_quality is not null
     order by v.upload_time desc limit $2`,
    [DAYS, MOST],
  )
  return rows
}

export interface Hole {
  /** UTC. */
  readonly start: string
  readonly end: string
  /** What of it is missing still. */
  readonly missingSeconds: number
}

/** Notes which holes of the video the node has footage of now; what it said of others is gone. */
export async function noteFilled(
  db: Queryable,
  node: string,
  { video, editTime }: Pick<MaybeHoled, 'video' | 'editTime'>,
  holes: readonly Hole[],
): Promise<void> {
  await db.query(
    `with now_filled as (
       select * from jsonb_to_recordset($4::jsonb) as hole(start timestamptz, "end" timestamptz, "missingSeconds" double precision)
     ), gone as (
       delete from reelstate.filled_holes f where video = $1 and node = $2
         and not exists (select from now_filled n where n.start = f.hole_start and n."end" = f.hole_end)
     )
     insert into reelstate.filled_holes as f (video, node, hole_start, hole_end, edit_time, missing_seconds, since)
     select $1, $2, start, "end", $3::timestamptz, "missingSeconds", clock_timestamp() from now_filled
     on conflict (video, node, hole_start, hole_end) do update set edit_time = excluded.edit_time,
       missing_seconds = excluded.missing_seconds,
       since = case when f.edit_time = excluded.edit_time and f.missing_seconds = excluded.missing_seconds then f.since
         else excluded.since end`,
    [video, node, editTime, JSON.stringify(holes)],
  )
}

/** Forgets what the node said of other videos than these. */
export async function keepOnlyFilledOf(db: Queryable, node: string, videos: readonly string[]): Promise<void> {
  await db.query('delete from reelstate.filled_holes where node = $1 and video <> all($2)', [node, videos])
}

export interface FilledHole extends Hole {
  readonly video: string
  readonly title: string | null
  readonly state: string
  readonly channel: string
  readonly quality: string
  readonly location: string | null
  /** Which has the footage. */
  readonly node: string
  /** When the node first saw it, UTC. */
  readonly since: string
}

/** Those that were filled last come first. @param video only of this one. */
export async function filledHoles(db: Queryable, limit: number, video: string | null = null): Promise<FilledHole[]> {
  const { rows } = await db.query<FilledHole & Record<'since' | 'start' | 'end', Date>>(
    `select f.video, v.video_title as title, v.state, v.video_channel as channel, v.video_quality as quality,
       v.upload_location as location, f.node, f.hole_start as start, f.hole_end as "end", f.missing_seconds as "missingSeconds", f.since
     from reelstate.filled_holes f
     join reelstate.videos v on v.id = f.video and v.edit_time = f.edit_time and v.state in ('DONE', 'MODIFIED')
     where $2::text is null or f.video = $2
     order by f.since desc, f.video, f.hole_start, f.node limit $1`,
    [limit, video],
  )
  const utc = (at: Date): string => at.toISOString()
  return rows.map((row) => ({ ...row, start: utc(row.start), end: utc(row.end), since: utc(row.since) }))
}
