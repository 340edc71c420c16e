/** How far each webhook has been told of what is in the log. */
import { videoStream } from './append.js'
import type { Queryable } from './database.js'
import { publishedAt } from './publishedAt.js'
import { type Cursor, endOfLog } from './tail.js'

/** Where a webhook stands. What is said of failures is said of the event behind `cursor` that it is to be told of next. */
export interface Place {
  readonly name: string
  /** It has been told of all up to here. */
  readonly cursor: Cursor
  readonly failures: number
  /** Until the next attempt, on the database's clock; 0 where it is due. */
  readonly waitMs: number
  /** UTC, as is `deliveredAt`. */
  readonly notBefore: string | null
  readonly lastError: string | null
  readonly deliveredAt: string | null
}

/** Each webhook that is new begins at the present end of the log: it is not told of what was before it. */
export async function beginWebhooks(db: Queryable, names: readonly string[]): Promise<void> {
  if (names.length === 0) return
  const { txid, position } = await endOfLog(db)
  await db.query(
    `insert into reelstate.webhooks (name, txid, position)
     select name, $2::text::xid8, $3::bigint from unnest($1::text[]) name on conflict (name) do nothing`,
    [names, txid, position],
  )
}

/** Makes telling this webhook this connection's alone, until it ends. False where another has it. */
export async function lockWebhook(on: Queryable, name: string): Promise<boolean> {
  const { rows } = await on.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('reelstate webhook ' || $1, 0)) as locked`,
    [name],
  )
  return rows[0]?.locked === true
}

/** Every webhook that any node has ever had. */
export const listPlaces = (db: Queryable): Promise<Place[]> => readPlaces(db, null)

/** Where the webhook stands; it begins if it is new. */
export async function placeOf(on: Queryable, name: string): Promise<Place> {
  const [found] = await readPlaces(on, name)
  if (found) return found
  await beginWebhooks(on, [name])
  const [begun] = await readPlaces(on, name)
  if (!begun) throw new Error(`webhook ${name} has no place`)
  return begun
}

async function readPlaces(db: Queryable, name: string | null): Promise<Place[]> {
  const { rows } = await db.query<Omit<Place, 'cursor' | 'notBefore' | 'deliveredAt'> & Cursor & Times>(
    `select name, txid::text, position, failures, not_before, last_error as "lastError", delivered_at,
       greatest(0, coalesce(extract(epoch from not_before - clock_timestamp()), 0))::float8 * 1000 as "waitMs"
     from reelstate.webhooks where $1::text is null or name = $1 order by name`,
    [name],
  )
  return rows.map(({ txid, position, not_before, delivered_at, ...place }) => ({
    ...place,
    cursor: { txid, position },
    notBefore: not_before?.toISOString() ?? null,
    deliveredAt: delivered_at?.toISOString() ?? null,
  }))
}

interface Times {
  readonly not_before: Date | null
  readonly delivered_at: Date | null
}

/** Nothing up to `cursor` is of interest. */
export async function notePassed(on: Queryable, name: string, { txid, position }: Cursor): Promise<void> {
  await on.query('update reelstate.webhooks set txid = $2::text::xid8, position = $3 where name = $1', [
    name,
    txid,
    position,
  ])
}

/** It has been told of the event at `cursor`. */
export async function noteDelivered(on: Queryable, name: string, { txid, position }: Cursor): Promise<void> {
  await on.query(
    `update reelstate.webhooks set txid = $2::text::xid8, position = $3, failures = 0, failing_since = null,
       not_before = null, last_error = null, delivered_at = clock_timestamp() where name = $1`,
    [name, txid, position],
  )
}

/** The next event was tried in vain, and is tried again after `waitMs`. @returns how long that has been so, in milliseconds. */
export async function noteFailed(on: Queryable, name: string, why: string, waitMs: number): Promise<number> {
  const { rows } = await on.query<{ ms: number }>(
    `update reelstate.webhooks set failures = failures + 1, last_error = $2,
       failing_since = coalesce(failing_since, clock_timestamp()),
       not_before = clock_timestamp() + $3 * interval '1 millisecond'
     where name = $1 returning extract(epoch from clock_timestamp() - failing_since)::float8 * 1000 as ms`,
    [name, why, waitMs],
  )
  return rows[0]?.ms ?? 0
}

/** The webhook itself is gone: what is next is tried anew when somebody begins again, and has all its time then. */
export async function noteGone(on: Queryable, name: string, why: string): Promise<void> {
  await on.query(
    `update reelstate.webhooks set failures = failures + 1, failing_since = null, not_before = null, last_error = $2
     where name = $1`,
    [name, why],
  )
}

/** The event at `cursor` is given up: the next one has its own time. */
export async function noteSkipped(on: Queryable, name: string, why: string, { txid, position }: Cursor): Promise<void> {
  await on.query(
    `update reelstate.webhooks set txid = $3::text::xid8, position = $4, failures = 0, failing_since = null,
       not_before = null, last_error = $2 where name = $1`,
    [name, why, txid, position],
  )
}

/** What is told of an event beside itself: the state that it came upon, and the video as it is now. */
export interface Telling {
  /** null where it is the video's first event. */
  readonly before: string | null
  readonly title: string | null
  readonly location: string | null
  readonly videoLink: string | null
  readonly videoId: string | null
  readonly error: string | null
}

/** Of the event at `version`. */
export async function readTelling(db: Queryable, video: string, version: number): Promise<Telling> {
  const { rows } = await db.query<Telling>(
    `select before.state as before, coalesce(nullif(video_title, ''), nullif(description, '')) as title,
       ${publishedAt('v')} as location, video_link as "videoLink", video_id as "videoId", error
     from (select) one
     left join reelstate.events before on before.stream = $1 and before.version = $2
     left join reelstate.videos v on v.id = $3`,
    [videoStream(video), version - 1, video],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  return row
}

/** The state that the event at `version` came upon; null where it is the first of its stream. */
export async function readStateBefore(db: Queryable, stream: string, version: number): Promise<string | null> {
  const { rows } = await db.query<{ state: string }>(
    'select state from reelstate.events where stream = $1 and version = $2',
    [stream, version - 1],
  )
  return rows[0]?.state ?? null
}
