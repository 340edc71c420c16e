/**
 * Videos that a destination does not list. Lists lag, by seconds to minutes, and now and then one answer lacks what the next one has; but
 * REJECTED is for good. So a video is gone only where it was missing twice, some minutes apart, and never seen between. They are counted
 * on a clock that never jumps, and whoever takes over counts anew.
 */
import { type Either, isLeft, left, map } from 'fp-ts/lib/Either.js'
import { type Backend, type Processing, type UploadError, uploadError } from '../upload/backend.js'

const USUAL_GONE_MS = 300_000
/** Until it is looked for again where each look has its price. */
const AGAIN_MS = 60_000
/** What nobody has asked about for so long is forgotten. */
const FORGOTTEN_MS = 3_600_000

const processing: Processing = { _tag: 'processing' }

export class Missing {
  readonly #since = new Map<string, { readonly firstMs: number; readonly lastMs: number }>()

  constructor(private readonly goneMs = USUAL_GONE_MS) {}

  /**
   * The backend, which is not believed at once where its lists may lag: what it misses is being processed, or may be tried again, until it
   * is gone.
   */
  doubting(backend: Backend): Backend {
    if (!backend.processes) return backend
    const doubted = <A extends string>(id: string, answer: Either<UploadError, A>): Either<UploadError, A> =>
      !isLeft(answer) && this.#mayCome(id, answer.right === 'missing') ? left(unlisted(id)) : answer
    const far = (said: ReadonlyMap<string, Processing>): ReadonlyMap<string, Processing> =>
      new Map([...said].map(([id, now]) => [id, this.#mayCome(id, now._tag === 'missing') ? processing : now]))
    const { processing: ask, update, thumbnail } = bound(backend)
    return {
      ...backend,
      ...(ask && { processing: async (ids) => map(far)(await ask(ids)) }),
      ...(update && { update: async (id, ...shown) => doubted(id, await update(id, ...shown)) }),
      ...(thumbnail && { thumbnail: async (id, image) => doubted(id, await thumbnail(id, image)) }),
    }
  }

  /** Whether it is missing, but may come yet. */
  #mayCome(id: string, isMissing: boolean): boolean {
    const nowMs = performance.now()
    for (const [other, { lastMs }] of this.#since) if (lastMs + FORGOTTEN_MS < nowMs) this.#since.delete(other)
    if (!isMissing) {
      this.#since.delete(id)
      return false
    }
    const firstMs = this.#since.get(id)?.firstMs ?? nowMs
    this.#since.set(id, { firstMs, lastMs: nowMs })
    return nowMs - firstMs < this.goneMs
  }
}

/** Those of its questions whose answers may say that a video is missing. */
const bound = (backend: Backend): Pick<Backend, 'processing' | 'update' | 'thumbnail'> => ({
  ...(backend.processing && { processing: backend.processing.bind(backend) }),
  ...(backend.update && { update: backend.update.bind(backend) }),
  ...(backend.thumbnail && { thumbnail: backend.thumbnail.bind(backend) }),
})

const unlisted = (id: string): UploadError =>
  uploadError(`the destination does not list ${id}: it was deleted there, or is not listed for the moment`, true, {
    waitMs: AGAIN_MS,
  })
