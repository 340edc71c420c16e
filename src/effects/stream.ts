/** Sends a cut to an open session, the last chunk held back until the log says that finalizing has begun. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Session, UploadError } from '../upload/backend.js'

export interface HeldBack {
  readonly last: Buffer
  /** Bytes of the whole cut, the last chunk included. */
  readonly total: number
}

/**
 * Everything but the last chunk is sent when it returns. Memory holds two chunks, whatever the cut's length.
 * @throws what the cut throws, or the signal's reason; the cut's own resources are closed by then.
 */
export async function sendAllButLast(
  files: AsyncIterable<AsyncIterable<Buffer>>,
  session: Session,
  signal: AbortSignal,
): Promise<Either<UploadError, HeldBack>> {
  let held: Buffer | null = null
  let total = 0
  let isFirst = true
  for await (const chunks of files) {
    if (!isFirst) {
      const begun = await beginNext(held, session, signal)
      if (isLeft(begun)) return begun
      held = null
    }
    isFirst = false
    for await (const chunk of chunks) {
      signal.throwIfAborted()
      if (chunk.length === 0) continue
      if (held) {
        const sent = await session.send(held, signal)
        if (isLeft(sent)) return sent
      }
      held = chunk
      total += chunk.length
    }
  }
  return right({ last: held ?? Buffer.alloc(0), total })
}

/** Another file follows, so what was held back is not the end of all. */
async function beginNext(
  held: Buffer | null,
  session: Session,
  signal: AbortSignal,
): Promise<Either<UploadError, void>> {
  if (!session.nextFile) throw new Error('a cut of several files for a destination that takes one')
  const sent = held ? await session.send(held, signal) : right(undefined)
  return isLeft(sent) ? sent : session.nextFile(signal)
}
