/** How far a cut is. It changes many times a second, so it is kept beside the log, unlogged and unannounced. */
import { videoStream } from './append.js'
import type { Queryable } from './database.js'

export interface Progress {
  readonly attempt: string
  readonly doneSeconds: number
  readonly totalSeconds: number
  readonly bytes: number
}

export async function noteProgress(
  db: Queryable,
  id: string,
  { attempt, doneSeconds, totalSeconds, bytes }: Progress,
): Promise<void> {
  await db.query(
    `insert into reelstate.progress (stream, attempt, done_seconds, total_seconds, bytes) values ($1, $2, $3, $4, $5)
     on conflict (stream) do update set attempt = excluded.attempt, done_seconds = excluded.done_seconds,
       total_seconds = excluded.total_seconds, bytes = excluded.bytes, noted_at = now()`,
    [videoStream(id), attempt, doneSeconds, totalSeconds, bytes],
  )
}

export async function clearProgress(db: Queryable, id: string): Promise<void> {
  await db.query('delete from reelstate.progress where stream = $1', [videoStream(id)])
}
