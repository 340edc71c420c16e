/** A video's events folded again without any effect, to see why it ended where it did, and whether its row agrees. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Effect, Snapshot } from '../../machines/decide.js'
import type { VideoEvent } from '../../machines/events.js'
import { beforeAll, fold, type Standing } from '../../machines/fold.js'
import { project, type VideoRow } from '../../machines/row.js'
import { type Checkpoints, hashesOf, STRIDE } from './checkpoints.js'
import type { Queryable } from './database.js'
import { readableEvents, readHistory, refusedBy, type Unreadable } from './read.js'

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
  /** From the first that was asked for. */
  readonly steps: readonly Replayed[]
  /** null where there is no such video. */
  readonly snapshot: Snapshot | null
  readonly row: VideoRow | null
}

export interface Span {
  /** What is before it is folded, and not told. */
  readonly from?: number
  readonly upTo?: number
}

/**
 * Folds the events of a span; of all of them by default. Long histories are read in parts, and others have their turn in between.
 * @param kept where it may begin later than at the first event.
 */
export async function replay(
  db: Queryable,
  id: string,
  { from = 1, upTo = 2 ** 31 - 1 }: Span = {},
  kept?: Checkpoints,
): Promise<Either<Unreadable, Replay>> {
  const hashes = kept ? await hashesOf(db, id, upTo) : new Map<number, string>()
  const steps: Replayed[] = []
  let { version, ...standing } = nearest(hashes, from - 1, kept)
  let row: VideoRow | null = null
  for (let isWhole = false; !isWhole;) {
    const limit = STRIDE - (version % STRIDE)
    const history = await readHistory(db, id, { after: version, upTo, limit })
    const events = readableEvents(id, history)
    if (isLeft(events)) return events
    isWhole = history.length < limit
    let at = version
    try {
      for (const { event, before, after, since, snapshot, effects } of fold(id, events.right, standing)) {
        const record = history[at - version]
        if (!record) break
        at = record.version
        if (at >= from) {
          row ??= standing.snapshot && project(standing.snapshot, at - 1, standing.since)
          const next = project(snapshot, at, since)
          steps.push({
            version: at,
            event,
            before,
            after,
            loggedState: record.state,
            changed: changes(row, next),
            effects,
          })
          row = next
        }
        standing = { snapshot, since }
      }
    } catch (error) {
      return left(refusedBy(error, id, history[at - version]))
    }
    version = at
    const hash = hashes.get(version)
    if (hash !== undefined) kept?.keep(hash, standing)
  }
  const { snapshot, since } = standing
  return right({ steps, snapshot, row: row ?? (snapshot && project(snapshot, version, since)) })
}

/** The last place at or before `version` of which it is known where it led. */
function nearest(
  hashes: ReadonlyMap<number, string>,
  version: number,
  kept?: Checkpoints,
): Standing & { readonly version: number } {
  for (const [at, hash] of hashes) {
    const known = at <= version ? kept?.get(hash) : undefined
    if (known) return { ...known, version: at }
  }
  return { ...beforeAll, version: 0 }
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
