/**
 * What a destination must be able to do. Data reach it as chunks of bytes, nothing else, of one file or of several one after
 * another; the last chunk is sent by `finalize` alone, so that nothing can be published before the log says that finalizing
 * has begun.
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Trouble } from '../../machines/locationEvents.js'

/** The only failure that leaves a backend knowingly. */
export interface UploadError {
  readonly _tag: 'UploadError'
  readonly message: string
  /** The same upload may succeed later without anybody changing anything. */
  readonly retryable: boolean
  /** It is of no use before so much time has passed, whatever is tried; no fault of this upload, so it does not count. */
  readonly waitMs?: number
  /** It is no matter of this upload alone: what keeps everything else from the destination, too. */
  readonly trouble?: Trouble
  readonly cause?: unknown
}

export const uploadError = (
  message: string,
  retryable: boolean,
  more: { waitMs?: number; trouble?: Trouble; cause?: unknown } = {},
): UploadError => ({
  _tag: 'UploadError',
  message,
  retryable,
  ...more,
})

/** What to publish, and which attempt does it. */
export interface Publication {
  readonly video: string
  readonly attempt: string
  /** Changes with every accepted edit: with `video` it names the publication, so that publishing again replaces. */
  readonly edit: string
  /** How a file of it is named at the end: `ts`. */
  readonly extension: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly public: boolean
  /** What was cut, UTC; for those who keep it beside the video. */
  readonly ranges: readonly (readonly [start: string, end: string])[]
}

/** What viewers see of a publication beside the video itself. */
export type Shown = Pick<Publication, 'title' | 'description' | 'tags' | 'public'>

export interface Image {
  /** `image/png` or `image/jpeg`. */
  readonly contentType: string
  readonly content: Buffer
}

export interface Published {
  readonly video_id: string
  readonly video_link: string
}

/** An upload under way. Plain JSON that any node of the location can go on from. */
export type Reference = Readonly<Record<string, unknown>>

export interface Session {
  /** Kept in the database before the first byte is sent; whoever has it can complete or cancel the upload. */
  readonly reference: Reference
  /** Which destination this is, where the same name may mean another one in another node's configuration. For the log. */
  readonly destination: string | null
  /** Hands over bytes, none of them the last ones. */
  send(chunk: Buffer, signal: AbortSignal): Promise<Either<UploadError, void>>
  /** What is sent from here on is the next file: only where a publication may have several. */
  nextFile?(signal: AbortSignal): Promise<Either<UploadError, void>>
  /** Sends the last bytes and publishes. `total` is what all chunks come to: another size is never published. */
  finalize(last: Buffer, total: number, signal: AbortSignal): Promise<Either<UploadError, Published>>
  /** Lets go of what the session holds on this machine, published or not. */
  close(): Promise<void>
}

/** What the destination says of an upload. */
export type Status =
  | { readonly _tag: 'complete'; readonly published: Published }
  | { readonly _tag: 'incomplete' }
  /** Confirmed: not even a node that wakes up later can publish it, and it was seen afterwards that it is not there. */
  | { readonly _tag: 'aborted' }
  /** The destination answers, but knows neither of the upload nor, as far as it can be searched, of what came of it. */
  | { readonly _tag: 'gone'; readonly why: string }
  /** It can't tell, and why; `passing` where the same question may be answered later without anybody changing anything. */
  | { readonly _tag: 'unknown'; readonly why: string; readonly passing?: boolean }

/** What the destination makes of a video that it has. */
export type Processing =
  | { readonly _tag: 'processing' }
  | { readonly _tag: 'processed' }
  | { readonly _tag: 'rejected'; readonly cause: string }
  /** It does not list it: the video was deleted, or the list lags. */
  | { readonly _tag: 'missing' }

export interface Backend {
  /** The destination goes on working on a video after it has it all. */
  readonly processes: boolean
  /** Looks whether it would take an upload now: `doctor` and the start of a node ask. */
  check(): Promise<Either<UploadError, void>>
  open(publication: Publication, signal: AbortSignal): Promise<Either<UploadError, Session>>
  /** @param total the publication's bytes, where finalizing has begun: before that there is nothing that could be there. */
  status(reference: Reference, total: number | null): Promise<Status>
  /** Ends the upload for good. What it answers is what holds *afterwards*. */
  abort(reference: Reference, total: number | null): Promise<Status>
  /** Where it processes: how far each of these videos is. */
  processing?(ids: readonly string[]): Promise<Either<UploadError, ReadonlyMap<string, Processing>>>
  /**
   * Where it can change what it has published: makes the video show this, and has looked that it does. What it shows already is not
   * written. `missing`: there is no such video any more.
   * @param destination which one it was published to, as its session said; null where that is not known.
   */
  update?(videoId: string, shown: Shown, destination: string | null): Promise<Either<UploadError, 'shown' | 'missing'>>
  /** Where it shows pictures of videos. `missing`: there is no such video any more. */
  thumbnail?(videoId: string, image: Image): Promise<Either<UploadError, 'set' | 'missing'>>
  /** Where it can hide what it has published: only those find it who have the link. `missing`: it is gone already. */
  unlist?(videoId: string): Promise<Either<UploadError, 'unlisted' | 'missing'>>
  /** The log has noted how the upload ended: its traces may go. */
  forget(reference: Reference): Promise<void>
}
