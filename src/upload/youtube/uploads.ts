/**
 * The channel's own uploads, searched for the one of an attempt by the name of its file, which only the channel sees.
 *
 * That `videos.list` tells it, as `fileDetails.fileName`, is documented (https://developers.google.com/youtube/v3/docs/videos#fileDetails).
 * That a `Slug` header (RFC 5023, 9.7) with the beginning of an upload sets it is believed, not documented: other uploaders do so and
 * have seen the name afterwards (https://github.com/tokland/youtube-upload/pull/214, https://github.com/porjo/youtubeuploader/pull/139).
 * Where it should not hold nothing is found, and a person is asked as before.
 */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import type { Api } from './api.js'
import { YoutubeError } from './errors.js'

const Channels = t.partial({
  items: t.array(t.type({ contentDetails: t.type({ relatedPlaylists: t.partial({ uploads: t.string }) }) })),
})
const Page = t.intersection([
  t.type({
    items: t.array(t.type({ snippet: t.type({ publishedAt: t.string, resourceId: t.type({ videoId: t.string }) }) })),
  }),
  t.partial({ nextPageToken: t.string }),
])
const Files = t.type({
  items: t.array(
    t.intersection([
      t.type({ id: t.string }),
      t.partial({ fileDetails: t.partial({ fileName: t.string, fileSize: t.string }) }),
    ]),
  ),
})

/** The most that a page has, and of which `videos.list` tells at once. */
const PAGE = 50
const MOST_PAGES = 10
/** What the lists of YouTube say of the time may be a little off. */
const MARGIN_MS = 10 * 60_000

export interface FoundUpload {
  readonly id: string
  /** null where YouTube doesn't tell. */
  readonly bytes: number | null
}

export interface Searched {
  readonly found: FoundUpload | null
  /** How many videos were looked at. */
  readonly videos: number
}

/**
 * Looks for a file of this name among the uploads since `sinceMs` (of the epoch; null: not known), the newest 500 at the most. One
 * unit of quota for the channel, and two for each fifty. Throws a YoutubeError.
 */
export async function findUpload(api: Api, fileName: string, sinceMs: number | null): Promise<Searched> {
  const playlist = await uploadsOf(api)
  if (playlist === undefined) return { found: null, videos: 0 }
  let videos = 0
  let token: string | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { items, nextPageToken } = await pageOf(api, playlist, token)
    // a video is in the list from its upload on at the earliest
    const ids = items.flatMap(({ snippet }) =>
      Date.parse(snippet.publishedAt) < (sinceMs ?? -Infinity) - MARGIN_MS ? [] : [snippet.resourceId.videoId],
    )
    const found = await fileAmong(api, ids, fileName)
    videos += ids.length
    if (found !== null) return { found, videos }
    token = nextPageToken
    // the newest come first
    if (token === undefined || ids.length === 0) break
  }
  return { found: null, videos }
}

async function uploadsOf(api: Api): Promise<string | undefined> {
  const query = 'part=contentDetails&mine=true'
  const { items = [] } = await asked(api, "the question for the channel's uploads", `channels?${query}`, Channels)
  return items[0]?.contentDetails.relatedPlaylists.uploads
}

function pageOf(api: Api, playlist: string, token: string | undefined): Promise<t.TypeOf<typeof Page>> {
  const query = new URLSearchParams({ part: 'snippet', playlistId: playlist, maxResults: String(PAGE) })
  if (token !== undefined) query.set('pageToken', token)
  return asked(api, "a page of the channel's uploads", `playlistItems?${query.toString()}`, Page)
}

async function fileAmong(api: Api, ids: readonly string[], fileName: string): Promise<FoundUpload | null> {
  if (ids.length === 0) return null
  const query = `part=fileDetails&id=${ids.map(encodeURIComponent).join(',')}`
  const { items } = await asked(api, 'the question for the files of videos', `videos?${query}`, Files)
  const found = items.find(({ fileDetails }) => fileDetails?.fileName === fileName)
  if (found === undefined) return null
  const bytes = Number(found.fileDetails?.fileSize)
  return { id: found.id, bytes: Number.isSafeInteger(bytes) ? bytes : null }
}

async function asked<A>(api: Api, doing: string, path: string, answer: t.Decoder<unknown, A>): Promise<A> {
  const { body } = await api.call(doing, { method: 'GET', url: `${api.root}/youtube/v3/${path}` })
  const decoded = answer.decode(body)
  if (isLeft(decoded)) throw new YoutubeError(`YouTube answered ${doing} with something else`, { _tag: 'backOff' })
  return decoded.right
}
