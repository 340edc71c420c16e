/** References to upload sessions. Whoever has one can complete or cancel the upload: they go to backends and nowhere else. */
import { videoStream } from './append.js'
import type { Queryable } from './database.js'

export interface KeptSession {
  readonly attempt: string
  readonly upload_location: string
  readonly reference: Readonly<Record<string, unknown>>
}

export async function sessionOf(db: Queryable, attempt: string): Promise<KeptSession | null> {
  const { rows } = await db.query<KeptSession>(
    'select attempt, upload_location, reference from reelstate.upload_sessions where attempt = $1',
    [attempt],
  )
  return rows[0] ?? null
}

/** Sessions of the video that nobody has closed yet, but for those of `except`. */
export async function openSessions(db: Queryable, id: string, except: string): Promise<KeptSession[]> {
  const { rows } = await db.query<KeptSession>(
    `select attempt, upload_location, reference from reelstate.upload_sessions
     where stream = $1 and closed_at is null and attempt <> $2 order by opened_at`,
    [videoStream(id), except],
  )
  return rows
}

export async function closeSession(db: Queryable, attempt: string): Promise<void> {
  await db.query(
    'update reelstate.upload_sessions set closed_at = clock_timestamp() where attempt = $1 and closed_at is null',
    [attempt],
  )
}
