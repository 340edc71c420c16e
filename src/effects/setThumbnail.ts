/** The effect of a publication that has a thumbnail: the destination is given the picture that was made for it. */
import { type Either, isLeft, left } from 'fp-ts/lib/Either.js'
import type { Thumbnail } from '../../machines/context.js'
import { act } from '../log/act.js'
import { readBlob } from '../log/blobs.js'
import type { Db } from '../log/database.js'
import { type Backend, type UploadError, uploadError } from '../upload/backend.js'

/** A video waits so long for its picture; then it goes without, and a person is told. */
const GIVE_UP_MS = 600_000

export interface ToDestination {
  readonly db: Db
  readonly node: string
  readonly backend: Backend
}

/** Until whoever asks how far videos are has learnt that one is gone. */
const ASKED_MS = 30_000

/** A video as the log and as its destination name it. */
export interface PublishedVideo {
  readonly id: string
  readonly videoId: string
}

/**
 * @param triedMs since when it has been tried.
 * @returns when to try again, in milliseconds; null where it is over, well or not. The log is told how.
 */
export async function setThumbnail(
  to: ToDestination,
  video: PublishedVideo,
  thumbnail: Thumbnail,
  triedMs: number,
): Promise<number | null> {
  const set = await giveThumbnail(to, video, thumbnail)
  if (!isLeft(set)) return set.right === 'set' ? null : ASKED_MS
  const { message, retryable, waitMs } = set.left
  const againMs = waitMs ?? Math.max(5_000, triedMs)
  if (retryable && (waitMs !== undefined || triedMs + againMs < GIVE_UP_MS)) return againMs
  const data = { video_id: video.videoId, cause: `the thumbnail could not be set: ${message}` }
  await act(to.db, video.id, { type: 'ThumbnailFailed', data: () => data, by: { node: to.node } })
  return null
}

/** Hands over the picture, and notes that it was taken. */
export async function giveThumbnail(
  { db, node, backend }: ToDestination,
  { id, videoId }: PublishedVideo,
  { image, inputs }: Thumbnail,
): Promise<Either<UploadError, 'set' | 'missing'>> {
  const blob = await readBlob(db, image)
  if (blob === null) return left(uploadError(`image ${image} is not in the database`, false))
  const given = await backend.thumbnail?.(videoId, { contentType: blob.mediaType, content: blob.content })
  if (given === undefined) return left(uploadError('the destination takes no thumbnails', false))
  if (!isLeft(given) && given.right === 'set')
    await act(db, id, { type: 'ThumbnailSet', data: () => ({ video_id: videoId, image, inputs }), by: { node } })
  return given
}
