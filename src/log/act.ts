/** Read, ask the chart, append; and again where somebody else was faster. */
import { type Either, isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { decide, type Effect, type NotAllowed, type Snapshot, stateName } from '../../machines/decide.js'
import { type DataOf, type Envelope, event, type EventType, type VideoEvent } from '../../machines/events.js'
import { enteredAt } from '../../machines/fold.js'
import { project } from '../../machines/row.js'
import { append, type Conflict, type UploadSession } from './append.js'
import type { Queryable } from './database.js'
import { type Current, readCurrent, type Unreadable } from './read.js'

export type Refusal = NotAllowed | Unreadable | Conflict

export interface Acted {
  readonly version: number
  readonly position: string
  readonly event: VideoEvent
  /** What the video was before; null where there was none. */
  readonly before: Snapshot | null
  readonly snapshot: Snapshot
  readonly effects: readonly Effect[]
}

export type By = Partial<Pick<Envelope, 'actor' | 'node' | 'cause'>> & Terms

/** How a command is meant. */
export interface Terms {
  /** Only on this version: a Conflict is then returned. */
  readonly expected?: number
  /** It is only asked what would come of it: nothing is appended, and `position` is empty. */
  readonly dryRun?: boolean
}

export interface Act<T extends EventType> {
  readonly type: T
  /** The event's data, built on what the video is and on the database's time. */
  readonly data: (now: Snapshot | null, at: string) => DataOf<T>
  readonly by: By
  readonly session?: UploadSession
  /** Only on this version: a Conflict is then returned, not tried again. */
  readonly expected?: number
  /** What has been read already: the first decision is made on it, which saves a round trip. */
  readonly known?: Current
}

/** A video under such contention would be a bug: every loser has seen another one's event go in. */
const attempts = 50

/**
 * Appends one event of `type` to the video, if the chart takes it. A Conflict only means that the video has moved, so the
 * decision is made anew on what it is now; that the chart does not take the event any more is `NotAllowed`.
 */
export async function act<T extends EventType>(
  db: Queryable,
  id: string,
  { type, data, by, session, expected = by.expected, known }: Act<T>,
): Promise<Either<Refusal, Acted>> {
  let refusal: Refusal | null = null
  for (let i = 0; i < attempts; i++) {
    const read = i === 0 && known ? right(known) : await readCurrent(db, id)
    if (isLeft(read)) return read
    const { snapshot: now, version, now: at, since } = read.right
    if (expected !== undefined && version !== expected)
      return left({ _tag: 'Conflict', stream: `video/${id}`, expected })
    const envelope: Envelope = { at, actor: by.actor ?? null, node: by.node ?? null, cause: by.cause ?? null }
    const happened = event(type, data(now, at), envelope) as VideoEvent
    const decided = decide(id, now, happened)
    if (isLeft(decided)) return decided
    const { snapshot, effects } = decided.right
    const what = { event: happened, before: now, snapshot, effects }
    if (by.dryRun === true) return right({ ...what, version: version + 1, position: '' })
    const appended = await append(db, {
      id,
      expected: version,
      event: happened,
      state: stateName(snapshot),
      row: project(snapshot, version + 1, enteredAt(now, since, snapshot, at)),
      ...(session && { session }),
    })
    if (isRight(appended)) return right({ ...appended.right, ...what })
    refusal = appended.left
    if (expected !== undefined) break
  }
  return left(refusal ?? { _tag: 'Conflict', stream: `video/${id}`, expected: expected ?? 0 })
}
