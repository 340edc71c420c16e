/** YouTube as a destination. */
import { tmpdir } from 'node:os'
import * as t from 'io-ts'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import {
  type Backend,
  type Published,
  type Reference,
  type Session,
  type Shown,
  type Status,
  type UploadError,
  uploadError,
} from '../backend.js'
import { type Api, youtubeErrorOf } from './api.js'
import { checkChannel } from './channel.js'
import { YoutubeError, errorOf } from './errors.js'
import { pauseMs } from './pause.js'
import { processing } from './processing.js'
import type { Sending } from './sending.js'
import { SingleRequest } from './singleRequest.js'
import { Spooled } from './spooled.js'
import { setThumbnail } from './thumbnail.js'
import { unlist, update } from './update.js'
import { Resumable, type ResumableOptions, type Standing, standing } from './resumable.js'

export interface YoutubeOptions {
  /** https://developers.google.com/youtube/v3/docs/videoCategories; 23 is comedy. */
  readonly categoryId: string
  /** Of title and description, such as `en`. */
  readonly language: string
  readonly resumable: ResumableOptions
  /** In chunks while the video is cut; or all of it once it is cut; or as one request, which can't be continued. */
  readonly upload?: 'chunks' | 'spool' | 'single_request'
  /** Of `spool`. */
  readonly temporaryFolder?: string
}

/** Whoever has the address of a session can go on with it. */
const YoutubeReference = t.strict({ session: t.string })
const VideoId = t.type({ id: t.string })

export function youtubeBackend(api: Api, options: YoutubeOptions): Backend {
  async function ask(reference: Reference, total: number | null): Promise<Status> {
    const decoded = YoutubeReference.decode(reference)
    if (isLeft(decoded)) return { _tag: 'unknown', why: 'the reference is not one of an upload to YouTube' }
    try {
      return statusOf(await standing(api, decoded.right.session, total))
    } catch (error) {
      return { _tag: 'unknown', why: youtubeErrorOf(error).message }
    }
  }

  function sendingTo(url: string): Sending {
    const { upload = 'chunks', temporaryFolder = tmpdir(), resumable } = options
    if (upload === 'single_request') return new SingleRequest(api, url)
    if (upload === 'chunks') return new Resumable(api, url, resumable)
    return new Spooled(temporaryFolder, (total) => new Resumable(api, url, resumable, total))
  }

  return {
    processes: true,
    async check() {
      try {
        await checkChannel(api)
        return right(undefined)
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    async open(publication, signal) {
      try {
        const answer = await api.call('the beginning of an upload', {
          method: 'POST',
          url: `${api.root}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status`,
          headers: { 'Content-Type': 'application/json; charset=UTF-8', 'X-Upload-Content-Type': 'video/*' },
          body: JSON.stringify(resourceOf(publication, options)),
          signal,
        })
        const url = answer.header('location')
        if (url === undefined) throw errorOf('the beginning of an upload without a place to go on', answer)
        return right(session(sendingTo(url), { session: url }))
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    status: ask,
    async abort(reference, total) {
      const decoded = YoutubeReference.decode(reference)
      if (isLeft(decoded)) return { _tag: 'unknown', why: 'the reference is not one of an upload to YouTube' }
      try {
        await api.answer({ method: 'DELETE', url: decoded.right.session })
      } catch (error) {
        return { _tag: 'unknown', why: youtubeErrorOf(error).message }
      }
      // how it answered doesn't tell: what holds afterwards does
      return ask(reference, total)
    },
    async processing(ids) {
      try {
        return right(await processing(api, ids))
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    async update(videoId, shown) {
      try {
        return right((await update(api, videoId, shown)) ? 'shown' : 'missing')
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    async thumbnail(videoId, image) {
      try {
        return right((await setThumbnail(api, videoId, image)) ? 'set' : 'missing')
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    async unlist(videoId) {
      try {
        return right((await unlist(api, videoId)) ? 'unlisted' : 'missing')
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    // it keeps nothing that could be taken away
    forget: () => Promise.resolve(),
  }
}

function session(upload: Sending, reference: Reference): Session {
  const step = async <A>(work: () => Promise<A>): Promise<Either<UploadError, A>> => {
    try {
      return right(await work())
    } catch (error) {
      return left(uploadErrorOf(youtubeErrorOf(error)))
    }
  }
  return {
    reference,
    destination: null,
    send: (chunk, signal) => step(() => upload.send(chunk, signal)),
    finalize: (last, total, signal) => {
      const bytes = upload.taken + last.length
      if (bytes !== total)
        return Promise.resolve(left(uploadError(`${bytes} bytes were to be sent instead of ${total}`, false)))
      return step(async () => publishedIn(await upload.finish(last, signal)))
    },
    close: () => upload.close(),
  }
}

function resourceOf({ title, description, tags, public: isPublic }: Shown, options: YoutubeOptions): object {
  return {
    snippet: {
      title,
      description,
      tags,
      categoryId: options.categoryId,
      defaultLanguage: options.language,
    },
    // left out, it would be public
    status: { privacyStatus: isPublic ? 'public' : 'unlisted' },
  }
}

function statusOf(now: Standing): Status {
  switch (now._tag) {
    case 'complete':
      return { _tag: 'complete', published: publishedIn(now.body) }
    case 'incomplete':
      return { _tag: 'incomplete' }
    case 'cancelled':
      return { _tag: 'aborted' }
    case 'gone':
      return { _tag: 'gone', why: 'YouTube does not know the upload any more' }
  }
}

function publishedIn(body: unknown): Published {
  const decoded = VideoId.decode(body)
  if (isLeft(decoded)) throw new YoutubeError('YouTube named no video for a complete upload', { _tag: 'operator' })
  return { video_id: decoded.right.id, video_link: `https://youtu.be/${decoded.right.id}` }
}

function uploadErrorOf(error: YoutubeError): UploadError {
  const { message, retryable, reaction, trouble } = error
  const waitMs = reaction._tag === 'pause' ? pauseMs(reaction.until, Date.now()) : undefined
  return uploadError(message, retryable, {
    cause: error,
    ...(waitMs !== undefined && { waitMs }),
    ...(trouble !== undefined && { trouble }),
  })
}
