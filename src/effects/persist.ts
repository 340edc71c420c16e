/** An event that must reach the log although the database may be away for a moment. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Either, map, right } from 'fp-ts/lib/Either.js'
import type { DataOf, EventType } from '../../machines/events.js'
import { act, type Act, type Refusal } from '../log/act.js'
import { type UploadSession, videoStream } from '../log/append.js'
import type { Db } from '../log/database.js'

/** An event that an effect wants to have noted. */
export type Note = {
  [T in EventType]: { readonly type: T; readonly data: DataOf<T>; readonly session?: UploadSession }
}[EventType]

export interface Patience {
  readonly graceMs: number
  readonly signal: AbortSignal
}

/**
 * As `act`, but a failing connection is waited out. An append whose answer was lost may have gone in, so from the second
 * try on the log is asked first whether the event is there.
 * @throws the last connection error when the grace is over, or the signal's reason.
 */
export function persist(
  db: Db,
  id: string,
  { node, ...note }: Note & { readonly node: string },
  patience: Patience,
): Promise<Either<Refusal, void>> {
  let tries = 0
  return patiently(async () => {
    if (tries++ > 0 && (await isIn(db, id, note, node))) return right(undefined)
    const what = {
      type: note.type,
      data: () => note.data,
      by: { node },
      ...(note.session && { session: note.session }),
    } as Act<EventType>
    return map(() => undefined)(await act(db, id, what))
  }, patience)
}

/** Runs `step` until it doesn't throw: 100 ms after the first failure, then less often, for at most `graceMs`. */
export async function patiently<A>(step: () => Promise<A>, { graceMs, signal }: Patience): Promise<A> {
  const until = performance.now() + graceMs
  for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      return await step()
    } catch (error) {
      signal.throwIfAborted()
      if (performance.now() + waitMs > until) throw error
      await delay(waitMs, undefined, { signal })
    }
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
