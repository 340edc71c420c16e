/** What exists or may exist at a destination without a video that stands for it. */
import type { Orphan } from '../../machines/context.js'
import { videoStream } from './append.js'
import type { Queryable } from './database.js'

export interface ListedOrphan {
  readonly video: string
  readonly title: string | null
  readonly orphan: string
  readonly location: string
  /** null for an upload that was not seen to end. */
  readonly link: string | null
  /** UTC. */
  readonly since: string
}

interface OrphanRecord {
  readonly id: string
  readonly title: string | null
  readonly orphans: readonly Orphan[]
}

const columns = `id, coalesce(nullif(video_title, ''), nullif(description, '')) as title, orphans`

const listed = ({ id: video, title, orphans }: OrphanRecord): ListedOrphan[] =>
  orphans.map(({ id, upload_location, video_link, since }) => ({
    ...{ video, title, orphan: id, location: upload_location, link: video_link, since },
  }))

/** Of all videos, the oldest first. */
export async function listOrphans(db: Queryable): Promise<ListedOrphan[]> {
  const { rows } = await db.query<OrphanRecord>(`select ${columns} from reelstate.videos where orphans <> '[]'`)
  return rows.flatMap(listed).sort((one, other) => (one.since < other.since ? -1 : 1))
}

/** The same, those of some videos at a time, by the videos' ids. */
export async function orphansAfter(
  db: Queryable,
  after: string,
  videos: number,
): Promise<{ readonly orphans: readonly ListedOrphan[]; readonly next: string | null }> {
  const { rows } = await db.query<OrphanRecord>(
    `select ${columns} from reelstate.videos where orphans <> '[]' and id > $1 order by id limit $2`,
    [after, videos + 1],
  )
  const page = rows.slice(0, videos)
  return { orphans: page.flatMap(listed), next: rows.length > videos ? (page.at(-1)?.id ?? null) : null }
}

/** Whether the video has this orphan, and the names of those that it has. */
export async function findOrphan(
  db: Queryable,
  video: string,
  orphan: string,
): Promise<{ there: Orphan | null; known: string[] }> {
  const { rows } = await db.query<{ orphans: Orphan[] }>('select orphans from reelstate.videos where id = $1', [video])
  const orphans = rows[0]?.orphans ?? []
  return { there: orphans.find(({ id }) => id === orphan) ?? null, known: orphans.map(({ id }) => id) }
}

export interface FoundOrphan {
  readonly videoId: string
  readonly link: string
}

/**
 * What an attempt at the video's present edit has published that was thought to have come to nothing; null where there is none, or where
 * a person has decided since it was found: about it, or to go on all the same.
 */
export async function publishedAlready(db: Queryable, video: string): Promise<FoundOrphan | null> {
  const { rows } = await db.query<FoundOrphan>(
    `select found.data->>'video_id' as "videoId", found.data->>'video_link' as link
     from reelstate.events found
     join reelstate.events claimed on claimed.stream = found.stream and claimed.type = 'Claimed'
       and claimed.data->>'attempt' = found.data->>'attempt'
     where found.stream = $1 and found.type = 'OrphanFound'
       and not exists (select from reelstate.events edited
         where edited.stream = $1 and edited.type = 'Edited' and edited.version > claimed.version)
       and not exists (select from reelstate.events decided
         where decided.stream = $1 and decided.version > found.version
           and (decided.type = 'Retried' or (decided.type in ('OrphanUnlisted', 'OrphanDismissed', 'OrphanAdopted')
             and decided.data->>'orphan' = found.data->>'video_id')))
     order by found.version desc limit 1`,
    [videoStream(video)],
  )
  return rows[0] ?? null
}
