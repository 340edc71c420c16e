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
import { type Reaction, YoutubeError, errorOf } from './errors.js'
import { pauseMs } from './pause.js'
import { processing } from './processing.js'
import type { Sending } from './sending.js'
import { SingleRequest } from './singleRequest.js'
import { Spooled } from './spooled.js'
import { setThumbnail } from './thumbnail.js'
import { unlist, update } from './update.js'
import { findUpload } from './uploads.js'
import { CANCELLED, Resumable, type ResumableOptions, type Standing, standing } from './resumable.js'

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

/** Whoever has the address of a session can go on with it. By `file` its video is found where the session is not known any more. */
const YoutubeReference = t.exact(
  t.intersection([
    t.type({ session: t.string }),
    // uploads that an older version began have none
    t.partial({ file: t.string, begun: t.union([t.string, t.null]) }),
  ]),
)
type YoutubeReference = t.TypeOf<typeof YoutubeReference>
const VideoId = t.type({ id: t.string })

interface Search {
  readonly status: Status
  readonly nothing: boolean
}

/** What may be answered later without anybody changing anything. */
const PASSING = new Set<Reaction['_tag']>(['backOff', 'pause', 'signIn'])

export function youtubeBackend(api: Api, options: YoutubeOptions): Backend {
  async function asked(reference: Reference, ask: (of: YoutubeReference) => Promise<Status>): Promise<Status> {
    const decoded = YoutubeReference.decode(reference)
    if (isLeft(decoded)) return { _tag: 'unknown', why: 'the reference is not one of an upload to YouTube' }
    try {
      return await ask(decoded.right)
    } catch (error) {
      const { message, reaction } = youtubeErrorOf(error)
      return { _tag: 'unknown', why: message, passing: PASSING.has(reaction._tag) }
    }
  }

  async function look(of: YoutubeReference, total: number | null): Promise<Status> {
    const now = await standing(api, of.session, total)
    return now._tag === 'gone' ? (await search(of, total)).status : statusOf(now)
  }

  /** Of an upload that YouTube does not know any more. `nothing` of it was to be seen. */
  async function search({ file, begun = null }: YoutubeReference, total: number | null): Promise<Search> {
    const gone = (more: string, nothing = true): Search => ({
      status: { _tag: 'gone', why: `YouTube does not know the upload any more${more}` },
      nothing,
    })
    // before finalizing there was nothing that could be found
    if (total === null) return gone('')
    if (file === undefined) return gone(', and it was begun without a name to look for')
    const { found, videos } = await findUpload(api, file, begun === null ? null : Date.parse(begun))
    if (found === null) return gone(`; of ${videos} videos since then none is called ${file}, but that may be too soon`)
    const link = linkOf(found.id)
    if (found.bytes !== null && found.bytes !== total)
      return gone(`; ${link} is of it, but has ${found.bytes} bytes instead of ${total}`, false)
    return { status: { _tag: 'complete', published: { video_id: found.id, video_link: link } }, nothing: false }
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
      const file = `${publication.attempt}.${publication.extension}`
      try {
        const answer = await api.call('the beginning of an upload', {
          method: 'POST',
          url: `${api.root}/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status`,
          headers: {
            'Content-Type': 'application/json; charset=UTF-8',
            'X-Upload-Content-Type': 'video/*',
            Slug: file,
          },
          body: JSON.stringify(resourceOf(publication, options)),
          signal,
        })
        const url = answer.header('location')
        if (url === undefined) throw errorOf('the beginning of an upload without a place to go on', answer)
        // on their clock, as are the times that their lists have
        return right(session(sendingTo(url), { session: url, file, begun: answer.header('date') ?? null }))
      } catch (error) {
        return left(uploadErrorOf(youtubeErrorOf(error)))
      }
    },
    status: (reference, total) => asked(reference, (of) => look(of, total)),
    abort: (reference, total) =>
      asked(reference, async (of) => {
        const { status } = await api.answer({ method: 'DELETE', url: of.session })
        // how it answered doesn't tell: what holds afterwards does
        const now = await standing(api, of.session, total)
        if (now._tag !== 'gone') return statusOf(now)
        const searched = await search(of, total)
        // they may have forgotten what they have just confirmed to be cancelled
        return searched.nothing && status === CANCELLED ? { _tag: 'aborted' } : searched.status
      }),
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

function statusOf(now: Exclude<Standing, { _tag: 'gone' }>): Status {
  switch (now._tag) {
    case 'complete':
      return { _tag: 'complete', published: publishedIn(now.body) }
    case 'incomplete':
      return { _tag: 'incomplete' }
    case 'cancelled':
      return { _tag: 'aborted' }
  }
}

function publishedIn(body: unknown): Published {
  const decoded = VideoId.decode(body)
  if (isLeft(decoded)) throw new YoutubeError('YouTube named no video for a complete upload', { _tag: 'operator' })
  return { video_id: decoded.right.id, video_link: linkOf(decoded.right.id) }
}

const linkOf = (id: string): string => `https://youtu.be/${id}`

function uploadErrorOf(error: YoutubeError): UploadError {
  const { message, retryable, reaction, trouble } = error
  const waitMs = reaction._tag === 'pause' ? pauseMs(reaction.until, Date.now()) : undefined
  return uploadError(message, retryable, {
    cause: error,
    ...(waitMs !== undefined && { waitMs }),
    ...(trouble !== undefined && { trouble }),
  })
}
