/** The one way into the log. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { events, type VideoEvent } from '../../machines/events.js'
import type { VideoRow } from '../../machines/row.js'
import { CHART_VERSION } from '../../machines/video.js'
import type { Queryable } from './database.js'
import { statement } from './statement.js'

/** Somebody else appended first: read the stream again and decide anew. */
export interface Conflict {
  readonly _tag: 'Conflict'
  readonly stream: string
  readonly expected: number
}

export interface Appended {
  readonly position: string
  readonly version: number
}

/** What lets its holder complete or cancel an upload; kept apart from the log and given out nowhere. */
export interface UploadSession {
  readonly attempt: string
  readonly upload_location: string
  readonly reference: unknown
}

export interface Append {
  readonly id: string
  /** The version that the decision was made on; 0 for a new video. */
  readonly expected: number
  readonly event: VideoEvent
  /** Where the event leads, with the substate. */
  readonly state: string
  readonly row: VideoRow
  readonly session?: UploadSession
}

const appendStatement = statement('append')

export const videoStream = (id: string): string => `video/${id}`

/**
 * Appends one event with the row that follows from it, and notifies the listeners: one round trip, one transaction.
 * The data are encoded as they were built, never as they were decoded from the log.
 */
export async function append(
  db: Queryable,
  { id, expected, event, state, row, session }: Append,
): Promise<Either<Conflict, Appended>> {
  const stream = videoStream(id)
  const { type, data, at, actor, node, cause } = event
  const stored = {
    version: expected + 1,
    type,
    schema: events[type].schema,
    state,
    chart: CHART_VERSION,
    data,
    actor,
    node,
    cause,
    recorded_at: at,
  }
  const { rows } = await db.query<Appended>({
    ...appendStatement,
    values: [
      stream,
      expected,
      JSON.stringify([stored]),
      JSON.stringify(row),
      session ? JSON.stringify({ ...session, opened_at: at }) : null,
    ],
  })
  const [appended] = rows
  return appended
    ? right({ position: appended.position, version: appended.version })
    : left({ _tag: 'Conflict', stream, expected })
}
