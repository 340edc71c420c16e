/**
 * A bucket of any S3 store as a destination. A multipart upload shows nothing before it is completed, and its object then appears
 * as a whole. The key follows from video and edit, so publishing again replaces; the object's metadata say which attempt it
 * is of, so that an attempt whose answer was lost knows its own.
 */
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import {
  type Backend,
  type Published,
  type Reference,
  type Session,
  type Status,
  type UploadError,
  uploadError,
} from '../backend.js'
import { finalName } from '../finalName.js'
import { addressOf, contentTypeOf } from './address.js'
import { S3Error } from './errors.js'
import { Parts } from './parts.js'
import { type Patience, patiently } from './patience.js'
import { type Part, Store, type StoreOptions, type Upload } from './store.js'

export interface S3Options extends StoreOptions {
  /** Stands before every key. */
  readonly prefix: string
  /** Stands before the key in links, instead of the store's own address. */
  readonly urlPrefix?: string
  /** Of the first parts, in bytes: so much is held in memory, twice. */
  readonly partBytes: number
  /** With a part, and with the end of an upload. */
  readonly patience: Patience
  /** With a short question. */
  readonly shortPatience: Patience
}

export const MEBIBYTE = 2 ** 20

export const usualPatience = {
  patience: { tries: 12, waitMs: 1000, random: Math.random },
  shortPatience: { tries: 4, waitMs: 500, random: Math.random },
} as const

/** `store` and `bucket` are where it went to; `attempt` is what its object's metadata say. */
const S3Reference = t.strict({ store: t.string, bucket: t.string, key: t.string, upload: t.string, attempt: t.string })
type S3Reference = t.TypeOf<typeof S3Reference>

/** An upload is aborted again where parts came in meanwhile, so many times. */
const ABORTS = 3

export function s3Backend(options: S3Options): Backend {
  const store = new Store(options)
  const { prefix, patience, shortPatience } = options
  const published = (key: string): Published => ({
    video_id: key,
    video_link: addressOf(key, { ...options, store: store.address }),
  })

  function reach(reference: Reference): Either<string, S3Reference> {
    const decoded = S3Reference.decode(reference)
    if (isLeft(decoded)) return left('the reference is not one of an upload to an S3 store')
    const here = `${store.address}/${store.bucket}`
    const there = `${decoded.right.store}/${decoded.right.bucket}`
    return here === there ? decoded : left(`this node's bucket is ${here}, the upload went to ${there}`)
  }

  async function asked(reference: Reference, ask: (reached: S3Reference) => Promise<Status>): Promise<Status> {
    const reached = reach(reference)
    if (isLeft(reached)) return { _tag: 'unknown', why: reached.left }
    try {
      return await patiently(() => ask(reached.right), shortPatience)
    } catch (error) {
      const { message, reaction } = s3ErrorOf(error)
      return { _tag: 'unknown', why: message, passing: reaction === 'backOff' }
    }
  }

  async function publishedBy({ key, attempt }: S3Reference, total: number | null): Promise<Status | null> {
    const found = await store.find(key)
    if (found?.attempt !== attempt) return null
    const { bytes } = found
    if (total !== null && bytes !== total)
      return { _tag: 'gone', why: `${key} is there, but has ${bytes} bytes instead of ${total}` }
    if (bytes > 0 && !(await store.isWhole(key)))
      return { _tag: 'gone', why: `${key} is there, but torn: its upload was completed and aborted at the same time` }
    return { _tag: 'complete', published: published(key) }
  }

  /**
   * The object first: Swift knows an upload also after it was completed. And the object last: it may have been completed
   * between the questions. An upload that the store does not know can't be completed any more by anybody.
   */
  async function look(reference: S3Reference, total: number | null): Promise<Status> {
    const before = await publishedBy(reference, total)
    if (before !== null) return before
    if (await store.knows(reference)) return { _tag: 'incomplete' }
    return (await publishedBy(reference, total)) ?? { _tag: 'aborted' }
  }

  return {
    processes: false,
    async check() {
      const key = `${prefix}.reelstate-check`
      return stepped(async () => {
        // all that an upload and its end may need, and nothing of it is ever to be seen
        const upload = { key, upload: await store.begin(key, 'check', 'application/octet-stream') }
        await store.knows(upload)
        await store.abort(upload)
        await store.find(key)
      })
    },
    async open(publication, signal) {
      const { attempt, extension } = publication
      const key = `${prefix}${finalName(publication)}`
      return stepped(async () => {
        const begin = () => store.begin(key, attempt, contentTypeOf(extension), signal)
        const upload = await patiently(begin, shortPatience, signal)
        return session({ store: store.address, bucket: store.bucket, key, upload, attempt })
      })
    },
    status: (reference, total) => asked(reference, (reached) => look(reached, total)),
    abort: (reference, total) =>
      asked(reference, async (reached) => {
        for (let aborts = 0; aborts < ABORTS; aborts++) {
          const before = await look(reached, total)
          if (before._tag !== 'incomplete') return before
          await store.abort(reached)
        }
        return look(reached, total)
      }),
    // it keeps nothing that could be taken away
    forget: () => Promise.resolve(),
  }

  function session(reference: S3Reference): Session {
    const parts = new Parts(store, reference, options.partBytes, patience)
    return {
      reference,
      destination: `${reference.store}/${reference.bucket}`,
      send: (chunk, signal) => stepped(() => parts.send(chunk, signal)),
      async finalize(last, total, signal) {
        const bytes = parts.taken + last.length
        if (bytes !== total) return left(uploadError(`${bytes} bytes were to be sent instead of ${total}`, false))
        return stepped(async () => {
          await complete(reference, await parts.finish(last, signal), signal)
          return published(reference.key)
        })
      },
      close: () => parts.close(),
    }
  }

  /** An answer that was lost, or one that there is no such upload, says nothing: the object does. */
  async function complete(upload: Upload & S3Reference, stored: readonly Part[], signal: AbortSignal): Promise<void> {
    await patiently(
      async () => {
        try {
          await store.complete(upload, stored, signal)
        } catch (error) {
          const { reaction } = s3ErrorOf(error)
          if (reaction === 'operator' || reaction === 'refused') throw error
          if ((await store.find(upload.key))?.attempt !== upload.attempt) throw error
        }
      },
      patience,
      signal,
    )
  }
}

async function stepped<A>(work: () => Promise<A>): Promise<Either<UploadError, A>> {
  try {
    return right(await work())
  } catch (error) {
    const { message, retryable, trouble } = s3ErrorOf(error)
    return left(uploadError(message, retryable, { ...(trouble && { trouble }), cause: error }))
  }
}

/** Whatever was thrown, as an error of the store; another bug is not caught. */
function s3ErrorOf(error: unknown): S3Error {
  if (error instanceof S3Error) return error
  throw error
}
