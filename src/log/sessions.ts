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

/** A session that nobody has closed. */
export interface OpenSession extends KeptSession {
  readonly video: string
  readonly opened_at: Date
  /** Bytes of the publication, where its attempt had begun to finalize. */
  readonly total: number | null
}

const openSession = `s.attempt, s.upload_location, s.reference, s.opened_at, substr(s.stream, length('video/') + 1) as video,
  (select (e.data->>'bytes')::float8 from reelstate.events e
   where e.stream = s.stream and e.type = 'FinalizeStarted' and e.data->>'attempt' = s.attempt
   order by e.version desc limit 1) as total`

/** Sessions of the video that nobody has closed yet, but for those of `except`. */
export async function openSessions(db: Queryable, id: string, except: string): Promise<OpenSession[]> {
  const { rows } = await db.query<OpenSession>(
    `select ${openSession} from reelstate.upload_sessions s
     where s.stream = $1 and s.closed_at is null and s.attempt <> $2 order by s.opened_at`,
    [videoStream(id), except],
  )
  return rows
}

/**
 * Open sessions at these locations whose attempt is over: nobody works with them, and no person is asked about them. Left behind by
 * nodes that died after a person had taken the video away, or while the destination could not be reached.
 * @param except attempts that are not to be looked at now.
 */
export async function straySessions(
  db: Queryable,
  locations: readonly string[],
  except: readonly string[],
): Promise<OpenSession[]> {
  const { rows } = await db.query<OpenSession>(
    `select ${openSession}
     from (select * from reelstate.upload_sessions where closed_at is null and upload_location = any($1)) s
     join reelstate.videos v on v.id = substr(s.stream, length('video/') + 1)
     where s.attempt <> all($2)
       and (v.attempt is distinct from s.attempt or v.state not in ('CLAIMED', 'FINALIZING', 'UNCERTAIN'))
     order by s.opened_at limit 50`,
    [locations, except],
  )
  return rows
}

export async function closeSession(db: Queryable, attempt: string): Promise<void> {
  await db.query(
    'update reelstate.upload_sessions set closed_at = clock_timestamp() where attempt = $1 and closed_at is null',
    [attempt],
  )
}
