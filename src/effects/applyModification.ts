/** The effect of a modification: the published video is made to show it, and the log is told what came of that. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { act } from '../log/act.js'
import { keepBlob } from '../log/blobs.js'
import { isConnectionError } from '../log/connectionError.js'
import type { OfferedLocation } from '../log/nodes.js'
import type { ToUpdate } from '../log/work.js'
import { type UploadError, uploadError } from '../upload/backend.js'
import { giveThumbnail, type PublishedVideo, type ToDestination } from './setThumbnail.js'
import { makeThumbnail, wantedInputs } from './thumbnail.js'
import { shownOf } from './shown.js'

export const DELETED = 'the video is not there any more: it was deleted at its destination'
/** After so long nobody believes any more that it will work of itself. */
const GIVE_UP_SECONDS = 12 * 3600
/** Each attempt costs more than half a hundred units of a day's ten thousand. */
const LONGEST_WAIT_MS = 1_800_000

export interface Updating extends ToDestination {
  readonly segmentsRoot: string
  /** A picture that is being made is broken off: whoever is next makes it anew. */
  readonly signal: AbortSignal
  readonly random: () => number
}

/** @returns when to try again, in milliseconds; null where it is over. Refused where somebody has decided anew meanwhile. */
export async function applyModification(
  { db, node, backend, segmentsRoot, random, signal }: Updating,
  { id, context, seconds }: ToUpdate,
  location: OfferedLocation,
): Promise<number | null> {
  const { modification, published, edit } = context
  const videoId = published?.video_id
  if (modification === null || typeof videoId !== 'string' || backend.update === undefined) return null
  const by = { node }
  const illustrated = await illustrate({ db, node, backend, segmentsRoot, signal }, { id, videoId }, context)
  if (illustrated === null) return null
  const answer = isLeft(illustrated)
    ? illustrated
    : await backend.update(videoId, shownOf(edit, location), context.attempt?.destination ?? null)
  if (!isLeft(answer)) {
    if (answer.right === 'missing')
      await act(db, id, { type: 'Rejected', data: () => ({ video_id: videoId, cause: DELETED }), by })
    else await act(db, id, { type: 'Updated', data: () => ({ video_id: videoId, modification }), by })
    return null
  }
  const { message: cause, retryable, waitMs } = answer.left
  const again = retryable && (waitMs !== undefined || seconds < GIVE_UP_SECONDS)
  const againMs = again ? (waitMs ?? retryMs(seconds, random)) : null
  await act(db, id, {
    type: 'UpdateFailed',
    data: (_, at) => ({
      video_id: videoId,
      modification,
      cause,
      not_before: againMs === null ? null : new Date(Date.parse(at) + againMs).toISOString(),
    }),
    by,
  })
  return againMs
}

/** Gives the video another picture, where the modification wants one that it doesn't have. null where that was broken off. */
async function illustrate(
  to: ToDestination & Pick<Updating, 'segmentsRoot' | 'signal'>,
  video: PublishedVideo,
  { edit, published }: ToUpdate['context'],
): Promise<Either<UploadError, unknown> | null> {
  if (to.backend.thumbnail === undefined) return right(null)
  const wanted = await wantedInputs(to.db, edit)
  if (isLeft(wanted)) return left(uploadError(wanted.left.message, false))
  if (wanted.right === null || wanted.right === published?.thumbnail?.inputs) return right(null)
  const made = await makeThumbnail(to.db, to.segmentsRoot, edit, { signal: to.signal }).catch((error: unknown) => {
    if (to.signal.aborted) return 'broken off' as const
    if (isConnectionError(error) || error instanceof pg.DatabaseError) throw error
    // its disk, or what the picture is made with, fails here now: it is one video's picture, and no reason for the node to end
    const message = `the thumbnail could not be made: ${error instanceof Error ? error.message : String(error)}`
    return left({ message, mayPass: true })
  })
  if (made === 'broken off') return null
  if (made === null) return right(null)
  if (isLeft(made)) return left(uploadError(made.left.message, made.left.mayPass))
  const { bytes, contentType, inputs } = made.right
  const image = await keepBlob(to.db, contentType, bytes)
  return giveThumbnail(to, video, { image, inputs })
}

/** As long again as it has been tried: from 30 s to half an hour, give or take a fifth. */
const retryMs = (seconds: number, random: () => number): number =>
  Math.round(Math.min(LONGEST_WAIT_MS, Math.max(30_000, seconds * 1000)) * (0.8 + 0.4 * random()))
