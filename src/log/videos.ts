/** The projection as readers outside see it: a row, and how far the running cuts are. */
import type { Draft } from '../../machines/edit.js'
import type { Queryable } from './database.js'
import { publishedLocation } from './publishedAt.js'

const title = `coalesce(nullif(video_title, ''), nullif(description, ''))`

/**
 * The row under the names of its columns, without the chart's own snapshot; null where there is no such video. Its ranges are
 * pairs of times, as an edit has them. `published_location`: where it is published, which may be elsewhere than its edit names.
 */
export async function readRow(db: Queryable, id: string): Promise<Record<string, unknown> | null> {
  const { rows } = await db.query<{ row: Record<string, unknown> & { video_ranges: VideoRange[] | null } }>(
    `select (to_jsonb(v) - 'snapshot') || jsonb_build_object('published_location', ${publishedLocation('v')}) as row
     from reelstate.videos v where id = $1`,
    [id],
  )
  const row = rows[0]?.row
  return row ? { ...row, video_ranges: row.video_ranges?.map(({ start, end }) => [start, end]) ?? null } : null
}

/** Where the video is published, and the edit that it has; null where it is not published. */
export async function readPublished(db: Queryable, id: string): Promise<{ location: string; edit: Draft } | null> {
  const { rows } = await db.query<{ location: string | null; edit: Draft }>(
    `select ${publishedLocation('v')} as location, snapshot->'context'->'edit' as edit from reelstate.videos v where id = $1`,
    [id],
  )
  const [{ location, edit } = { location: null, edit: {} }] = rows
  return location === null ? null : { location, edit }
}

interface VideoRange {
  readonly start: string
  readonly end: string
}

/** The titles of those of the videos that have one. */
export async function titlesOf(db: Queryable, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await db.query<{ id: string; title: string }>(
    `select id, ${title} as title from reelstate.videos where id = any($1) and ${title} is not null`,
    [ids],
  )
  return new Map(rows.map((row) => [row.id, row.title]))
}

export interface RunningCut {
  readonly video: string
  readonly title: string | null
  readonly node: string | null
  readonly doneSeconds: number
  readonly totalSeconds: number
  readonly bytes: number
  /** Since the node last said how far it is. */
  readonly silentSeconds: number
}

/** How far each cut of a claimed video is. What an earlier attempt left behind is left out. */
export async function runningCuts(db: Queryable): Promise<RunningCut[]> {
  const { rows } = await db.query<RunningCut>(
    `select v.id as video, ${title} as title, v.uploader as node, p.done_seconds as "doneSeconds",
       p.total_seconds as "totalSeconds", p.bytes::float8 as bytes,
       extract(epoch from clock_timestamp() - p.noted_at)::float8 as "silentSeconds"
     from reelstate.videos v join reelstate.progress p on p.stream = 'video/' || v.id and p.attempt = v.attempt
     where v.state = 'CLAIMED' order by v.id`,
  )
  return rows
}

/** What the schedule says of every video, as far as it is tags. */
export async function tagsOfVideos(db: Queryable): Promise<{ id: string; tags: string[] }[]> {
  const { rows } = await db.query<{ id: string; tags: string[] }>('select id, tags from reelstate.videos order by id')
  return rows
}
