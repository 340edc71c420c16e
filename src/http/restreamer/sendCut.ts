/**
 * A cut as an answer, made while it is taken. Whoever gets the end of it gets all of it: where it fails in the middle, the connection
 * is reset, which no client and no proxy takes for an end. A client that goes takes the cut with it.
 */
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** A client that takes less than a piece in so long is gone, or as good as gone: what is made for it is needed by others. */
const STUCK_MS = 60_000
const PIECE_BYTES = 256 * 1024

/** What becomes of a cut that is over, whether or not it came to its end. */
export interface CutEnd {
  /** Stops what is left of it, as nobody takes it any more. */
  readonly stop: () => void
  /** Called once, when nothing of it is left: no ffmpeg, no open file. */
  readonly settled: () => void
}

/** Waits for the first chunk, so that a cut which fails before is thrown and nothing has been sent; then the answer has begun. */
export async function sendCut(
  reply: FastifyReply,
  type: string,
  chunks: AsyncGenerator<Buffer, unknown, undefined>,
  end: CutEnd,
): Promise<FastifyReply> {
  let first: IteratorResult<Buffer, unknown>
  try {
    first = await chunks.next()
  } catch (error) {
    end.settled()
    throw error
  }
  const body = new CutBody(chunks, first, end)
  const { raw } = reply
  // the client may have gone while the first chunk was made
  if (raw.destroyed) body.destroy()
  body.once('error', () => void raw.socket?.resetAndDestroy())
  return reply.type(type).header('cache-control', 'no-store').send(body)
}

class CutBody extends Readable {
  #pieces: Buffer[] = []
  #step: Promise<unknown> = Promise.resolve()
  #stuck: NodeJS.Timeout | undefined

  constructor(
    private readonly chunks: AsyncGenerator<Buffer, unknown, undefined>,
    private first: IteratorResult<Buffer, unknown> | null,
    private readonly end: CutEnd,
  ) {
    super({ highWaterMark: PIECE_BYTES })
  }

  override _read(): void {
    clearTimeout(this.#stuck)
    this.#step = this.#next().catch((error: unknown) => {
      this.destroy(error instanceof Error ? error : new Error(String(error)))
    })
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#stuck)
    this.end.stop()
    void this.#step
      .then(() => this.chunks.return(undefined))
      .catch(() => undefined)
      .finally(() => {
        this.end.settled()
        done(error)
      })
  }

  async #next(): Promise<void> {
    while (this.#pieces.length === 0) {
      const step = this.first ?? (await this.chunks.next())
      this.first = null
      if (this.destroyed) return
      if (step.done === true) {
        this.push(null)
        return
      }
      this.#pieces = piecesOf(step.value)
    }
    this.#stuck = setTimeout(() => this.destroy(new Error('the client takes nothing')), STUCK_MS)
    this.push(this.#pieces.shift())
  }
}

function piecesOf(chunk: Buffer): Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < chunk.length; at += PIECE_BYTES) pieces.push(chunk.subarray(at, at + PIECE_BYTES))
  return pieces
}
