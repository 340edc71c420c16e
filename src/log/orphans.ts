/** What exists or may exist at a destination without a video that stands for it. */
import type { Orphan } from '../../machines/context.js'
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
