/** A video's events folded again without any effect, to see why it ended where it did, and whether its row agrees. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Effect, Snapshot } from '../../machines/decide.js'
import type { VideoEvent } from '../../machines/events.js'
import { fold } from '../../machines/fold.js'
import { project, type VideoRow } from '../../machines/row.js'
import type { Queryable } from './database.js'
import { readableEvents, readHistory, type Unreadable } from './read.js'

export interface Change {
  readonly column: string
  readonly from: unknown
  readonly to: unknown
}

export interface Replayed {
  readonly version: number
  readonly event: VideoEvent
  /** null before Created. */
  readonly before: string | null
  readonly after: string
  /** Where the log says that the event led when it was appended. */
  readonly loggedState: string
  readonly changed: readonly Change[]
  readonly effects: readonly Effect[]
}

export interface Replay {
  readonly steps: readonly Replayed[]
  /** null where there is no such video. */
  readonly snapshot: Snapshot | null
  readonly row: VideoRow | null
}

/** Folds the events up to `upTo`, all of them by default. */
export async function replay(db: Queryable, id: string, upTo?: number): Promise<Either<Unreadable, Replay>> {
  const history = await readHistory(db, id, upTo === undefined ? {} : { upTo })
  const events = readableEvents(id, history)
  if (isLeft(events)) return events
  const steps: Replayed[] = []
  let row: VideoRow | null = null
  let snapshot: Snapshot | null = null
  for (const step of fold(id, events.right)) {
    const record = history[steps.length]
    if (!record) break
    const { event, before, after, since, effects } = step
    const next = project(step.snapshot, record.version, since)
    steps.push({
      version: record.version,
      event,
      before,
      after,
      loggedState: record.state,
      changed: changes(row, next),
      effects,
    })
    row = next
    snapshot = step.snapshot
  }
  return right({ steps, snapshot, row })
}

const derived = new Set(['version', 'snapshot', 'chart', 'id', 'state_since'])

function changes(before: VideoRow | null, after: VideoRow): Change[] {
  return Object.entries(after)
    .filter(([column]) => !derived.has(column))
    .map(([column, to]) => ({ column, from: before?.[column] ?? null, to }))
    .filter(({ from, to }) => JSON.stringify(from) !== JSON.stringify(to))
}

/** The columns in which the stored row differs from `row`, both in the database's own form. Empty where they agree. */
export async function disagreements(db: Queryable, row: VideoRow): Promise<Change[]> {
  const { rows } = await db.query<Change>(
    `select coalesce(stored.key, folded.key) as column, stored.value as "from", folded.value as "to"
     from jsonb_each((select to_jsonb(v) from reelstate.videos v where id = $1)) stored
     full join jsonb_each(to_jsonb(jsonb_populate_record(null::reelstate.videos, $2::jsonb))) folded using (key)
     where stored.value is distinct from folded.value order by 1`,
    [row.id, JSON.stringify(row)],
  )
  return rows
}
