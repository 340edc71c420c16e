/** An event that must reach the log although the database may be away for a moment. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Either, isLeft, map, right } from 'fp-ts/lib/Either.js'
import type { DataOf, EventType } from '../../machines/events.js'
import { act, type Act, type Refusal } from '../log/act.js'
import { type UploadSession, videoStream } from '../log/append.js'
import { DatabaseAway, isConnectionError } from '../log/connectionError.js'
import type { Db } from '../log/database.js'
import { type Current, readCurrent } from '../log/read.js'

/** An event that an effect wants to have noted. */
export type Note = {
  [T in EventType]: { readonly type: T; readonly data: DataOf<T>; readonly session?: UploadSession }
}[EventType]

/** Whoever wants to know that an effect waits for the database. */
export interface Waiting {
  /** Each time that it has failed. */
  readonly begun: (error: Error) => void
  /** It goes on, or waits no longer. */
  readonly over: () => void
}

export interface Patience {
  readonly graceMs: number
  readonly signal: AbortSignal
  readonly waiting?: Waiting | undefined
}

const neverAborted = new AbortController().signal

/** As long as an upload waits before it finalizes. */
export const bounded = (
  { databaseGraceMs, waiting }: { readonly databaseGraceMs: number; readonly waiting?: Waiting },
  signal = neverAborted,
): Patience => ({ graceMs: databaseGraceMs, signal, waiting })

/** For what has to be said, however long that takes. */
export const endless = ({ waiting }: { readonly waiting?: Waiting } = {}, signal = neverAborted): Patience => ({
  graceMs: Infinity,
  signal,
  waiting,
})

/**
 * As `act`, but a failing connection is waited out. An append whose answer was lost may have gone in, or may still go in,
 * so from the second try on the log is asked whether the event is there, and only the version that was asked is appended to.
 * @param expected as `act` has it: only on this version.
 * @param known as `act` has it: for the first try.
 * @throws DatabaseAway when the grace is over, the signal's reason, or what is no connection error.
 */
export function persist(
  db: Db,
  id: string,
  { node, ...note }: Note & { readonly node: string },
  patience: Patience,
  expected?: number,
  known?: Current | null,
): Promise<Either<Refusal, void>> {
  const what = {
    type: note.type,
    data: () => note.data,
    by: { node },
    ...(note.session && { session: note.session }),
  } as Act<EventType>
  const done = map(() => undefined)
  let tries = 0
  return patiently(async () => {
    if (tries++ === 0)
      return done(await act(db, id, { ...what, ...(expected !== undefined && { expected }), ...(known && { known }) }))
    for (;;) {
      const read = await readCurrent(db, id)
      if (isLeft(read)) return read
      if (await isIn(db, id, note, node)) return right(undefined)
      const acted = await act(db, id, { ...what, expected: expected ?? read.right.version })
      if (!isLeft(acted) || acted.left._tag !== 'Conflict') return done(acted)
      // what moved it may have been the very append whose answer was lost
      if (expected !== undefined) return (await isIn(db, id, note, node)) ? right(undefined) : acted
    }
  }, patience)
}

/**
 * Runs `step` until the connection doesn't fail: 100 ms after the first failure, then less often, for at most `graceMs`.
 * @throws DatabaseAway when the grace is over, the signal's reason, or what is no connection error.
 */
export async function patiently<A>(step: () => Promise<A>, { graceMs, signal, waiting }: Patience): Promise<A> {
  const begunMs = performance.now()
  let failed = false
  try {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
      try {
        return await step()
      } catch (error) {
        if (!isConnectionError(error)) throw error
        signal.throwIfAborted()
        const waitedMs = performance.now() - begunMs
        if (waitedMs + waitMs > graceMs) throw new DatabaseAway(waitedMs, error)
        failed = true
        waiting?.begun(error)
        await delay(waitMs, undefined, { signal })
      }
    }
  } finally {
    if (failed) waiting?.over()
  }
}

/** Events of an attempt name it, so the same data by the same node are the same event. */
async function isIn(db: Db, id: string, { type, data }: Note, node: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'select from reelstate.events where stream = $1 and type = $2 and node = $3 and data = $4::jsonb limit 1',
    [videoStream(id), type, node, JSON.stringify(data)],
  )
  return (rowCount ?? 0) > 0
}
