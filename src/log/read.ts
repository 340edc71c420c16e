/** Reading a video: its history, and where it stands now. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { restoreIfWhole, type Snapshot, type StoredSnapshot } from '../../machines/decide.js'
import type { VideoEvent } from '../../machines/events.js'
import { ChartRefuses, fold } from '../../machines/fold.js'
import { type AnyEvent, decodeEvent, type Undecodable } from '../../machines/upcasters.js'
import { CHART_VERSION } from '../../machines/video.js'
import { videoStream } from './append.js'
import type { Queryable } from './database.js'

/** An event as it stands in the log, with what it decodes to. */
export interface Recorded<E extends AnyEvent = AnyEvent> {
  readonly position: string
  readonly txid: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly schema: number
  readonly state: string
  readonly chart: number
  readonly data: unknown
  readonly actor: string | null
  readonly node: string | null
  readonly cause: string | null
  /** UTC, `2026-01-31T18:00:00.000Z`. */
  readonly recordedAt: string
  readonly event: Either<Undecodable, E>
}

/** An event of the video's history cannot be decoded: the video stands still, the others go on. */
export interface Unreadable {
  readonly _tag: 'Unreadable'
  /** The stream's name where it is no video's. */
  readonly video: string
  readonly version: number
  readonly position: string
  readonly why: string
}

/** Where a video stands, and the database's time as of the reading. `snapshot` is null where there is no such video. */
export interface Current {
  readonly snapshot: Snapshot | null
  readonly version: number
  readonly now: string
  /** When it entered its state; null where there is no such video. */
  readonly since: string | null
}

export type EventRecord = Omit<Recorded, 'event' | 'recordedAt'> & { readonly recorded_at: Date }

export const eventColumns =
  'position, txid::text, stream, version, type, schema, state, chart, data, actor, node, cause, recorded_at'

export function recorded({ recorded_at, ...record }: EventRecord): Recorded {
  const recordedAt = recorded_at.toISOString()
  const { actor, node, cause } = record
  return {
    ...record,
    recordedAt,
    event: decodeEvent(record.stream, record.type, record.schema, record.data, { at: recordedAt, actor, node, cause }),
  }
}

export interface HistoryPage {
  /** Only events after this version. */
  readonly after?: number
  readonly upTo?: number
  readonly limit?: number
}

/** The events of a video in order. */
export const readHistory = (db: Queryable, id: string, page?: HistoryPage): Promise<Recorded<VideoEvent>[]> =>
  readStream(db, videoStream(id), page) as Promise<Recorded<VideoEvent>[]>

/** The events of any stream in order. */
export async function readStream(
  db: Queryable,
  stream: string,
  { after = 0, upTo = 2 ** 31 - 1, limit }: HistoryPage = {},
): Promise<Recorded[]> {
  const { rows } = await db.query<EventRecord>(
    `select ${eventColumns} from reelstate.events where stream = $1 and version > $2 and version <= $3 order by version limit $4`,
    [stream, after, upTo, limit ?? null],
  )
  return rows.map(recorded)
}

/** The last event of `type` up to the version `upTo` (null: of all) of a video; null where there is none. */
export async function lastOfType(
  db: Queryable,
  id: string,
  type: string,
  upTo: number | null,
): Promise<Recorded<VideoEvent> | null> {
  const { rows } = await db.query<EventRecord>(
    `select ${eventColumns} from reelstate.events where stream = $1 and version <= $2 and type = $3
     order by version desc limit 1`,
    [videoStream(id), upTo ?? 2 ** 31 - 1, type],
  )
  const [row] = rows
  return row === undefined ? null : (recorded(row) as Recorded<VideoEvent>)
}

/** The versions of those of a video's events that have one of these types, in order. */
export async function versionsOf(db: Queryable, id: string, types: readonly string[]): Promise<number[]> {
  const { rows } = await db.query<{ version: number }>(
    'select version from reelstate.events where stream = $1 and type = any($2) order by version',
    [videoStream(id), types],
  )
  return rows.map(({ version }) => version)
}

/** Where the video stands. Its row holds the folded state; where another version of the chart folded it, its history is folded anew. */
export async function readCurrent(db: Queryable, id: string): Promise<Either<Unreadable, Current>> {
  const { rows } = await db.query<{
    now: Date
    version: number | null
    chart: number | null
    snapshot: StoredSnapshot | null
    state_since: Date | null
  }>(
    `select clock_timestamp() as now, version, chart, snapshot, state_since
     from (select) one left join reelstate.videos on id = $1`,
    [id],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  const now = row.now.toISOString()
  if (row.version === null || row.snapshot === null) return right({ snapshot: null, version: 0, now, since: null })
  // a row is only what its events say: where it says nothing that the chart knows, they are asked
  const stored = row.chart === CHART_VERSION ? restoreIfWhole(row.snapshot) : null
  const { version } = row
  if (stored !== null) return right({ snapshot: stored, version, now, since: row.state_since?.toISOString() ?? null })
  const folded = foldHistory(id, await readHistory(db, id, { upTo: version }))
  return isLeft(folded) ? folded : right({ ...folded.right, version, now })
}

/** What a whole history leads to. */
export function foldHistory(
  id: string,
  history: readonly Recorded<VideoEvent>[],
): Either<Unreadable, Pick<Current, 'snapshot' | 'since'>> {
  const readable = readableEvents(id, history)
  if (isLeft(readable)) return readable
  let last: Pick<Current, 'snapshot' | 'since'> = { snapshot: null, since: null }
  let folded = 0
  try {
    for (const { snapshot, since } of fold(id, readable.right)) {
      last = { snapshot, since }
      folded++
    }
  } catch (error) {
    return left(refusedBy(error, id, history[folded]))
  }
  return right(last)
}

/** What the chart refuses cannot be read, either: the video stands still, the others go on. @throws any other error */
export function refusedBy(error: unknown, video: string, at: Recorded | undefined): Unreadable {
  if (!(error instanceof ChartRefuses) || at === undefined) throw error
  return { _tag: 'Unreadable', video, version: at.version, position: at.position, why: error.message }
}

/** All of them, or the first that cannot be read. @param of the video, or the stream where it is another. */
export function readableEvents<E extends AnyEvent>(
  of: string,
  history: readonly Recorded<E>[],
): Either<Unreadable, E[]> {
  const readable: E[] = []
  for (const { event, version, position } of history) {
    if (isLeft(event)) return left({ _tag: 'Unreadable', video: of, version, position, why: event.left.why })
    readable.push(event.right)
  }
  return right(readable)
}
