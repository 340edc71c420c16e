import { dirname, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { IngestFailure, messageOf } from './failure.js'
import type { Feed } from './feed.js'
import { FetchFailure, fetchBytes, isUrl } from './fetchBytes.js'
import { type ListedSegment, type MediaPlaylist, parsePlaylist } from './playlist.js'
import { Seen } from './seen.js'

const MAX_PLAYLIST_BYTES = 16 << 20
const MAX_SEGMENT_BYTES = 512 << 20
const FIRST_RETRY_MS = 250
const SEGMENT_ATTEMPTS = 5
/** A live playlist that can't be had for so long has ended without saying so. */
const GIVE_UP_MS = 10 * 60_000
const LONGEST_RETRY_MS = 10_000

export interface PlaylistOptions {
  readonly location: string
  /** Whether to load a playlist without ENDLIST again and again. */
  readonly follow: boolean
  readonly signal: AbortSignal
  /** Called with the seconds that the playlist lists, once it is known. */
  readonly onTotal: (seconds: number) => void
  /** Milliseconds of a clock that never jumps. */
  readonly elapsedMs: () => number
}

interface Loaded {
  readonly playlist: MediaPlaylist
  readonly location: string
}

/**
 * The segments of an HLS playlist, byte for byte as they are. One that can't be had is Lost; a playlist that can't be
 * had throws IngestFailure. Aborting ends the feed as a stream that goes on.
 */
export async function* playlistFeed(options: PlaylistOptions): Feed {
  const { follow, signal, elapsedMs } = options
  const seen = new Seen()
  try {
    let loaded = await loadMedia(options.location, signal)
    if (loaded.playlist.ended || !follow) options.onTotal(totalSeconds(loaded.playlist))
    let loadedAtMs = elapsedMs()
    for (;;) {
      const fresh = seen.fresh(loaded.playlist.segments)
      if (fresh.missed > 0) {
        const reason = `${fresh.missed} segments left the playlist unseen`
        const listedSeconds = fresh.missed * loaded.playlist.targetSeconds
        yield { type: 'lost', origin: loaded.location, reason, listedSeconds }
      }
      for (const segment of fresh.segments) yield await fetchSegment(segment, loaded.location, signal)
      if (loaded.playlist.ended || !follow) break
      // RFC 8216, 6.3.4: the target duration after the last load began, half of it where nothing was new
      const pauseMs = loaded.playlist.targetSeconds * (fresh.segments.length > 0 ? 1000 : 500)
      await wait(Math.max(0, loadedAtMs + pauseMs - elapsedMs()), undefined, { signal })
      loadedAtMs = elapsedMs()
      loaded = await reload(loaded.location, signal, elapsedMs)
    }
    yield { type: 'end', goesOn: !loaded.playlist.ended }
  } catch (error) {
    if (!signal.aborted) throw error
    yield { type: 'end', goesOn: true }
  }
}

async function loadMedia(location: string, signal: AbortSignal): Promise<Loaded> {
  const first = await load(location, signal)
  if (first.playlist.type === 'media') return { playlist: first.playlist, location: first.location }
  const variant = await load(locate(first.playlist.uri, first.location), signal)
  if (variant.playlist.type === 'media') return { playlist: variant.playlist, location: variant.location }
  throw new IngestFailure('SourceUnreadable', `${location}: its best variant is a list of variants, too`)
}

async function load(location: string, signal: AbortSignal) {
  try {
    const fetched = await retrying(3, signal, () => fetchBytes(location, MAX_PLAYLIST_BYTES, signal))
    return { playlist: parsePlaylist(fetched.bytes.toString('utf8'), location), location: fetched.location }
  } catch (error) {
    if (error instanceof FetchFailure) throw new IngestFailure('SourceUnreadable', error.message, { cause: error })
    throw error
  }
}

/** Loads a live playlist again, patiently: a stream of days outlives the outages of its server. */
async function reload(location: string, signal: AbortSignal, elapsedMs: () => number): Promise<Loaded> {
  const deadlineMs = elapsedMs() + GIVE_UP_MS
  for (let pauseMs = FIRST_RETRY_MS; ; pauseMs = Math.min(LONGEST_RETRY_MS, pauseMs * 2)) {
    try {
      return await loadMedia(location, signal)
    } catch (error) {
      const passing = error instanceof IngestFailure && error.error._tag === 'SourceUnreadable'
      if (!passing || elapsedMs() > deadlineMs) throw error
    }
    await wait(pauseMs, undefined, { signal })
  }
}

async function fetchSegment(segment: ListedSegment, playlist: string, signal: AbortSignal) {
  const origin = locate(segment.uri, playlist)
  try {
    const { bytes } = await retrying(SEGMENT_ATTEMPTS, signal, () => fetchBytes(origin, MAX_SEGMENT_BYTES, signal))
    const { dateTimeMs, discontinuity, seconds } = segment
    return { type: 'piece' as const, bytes, origin, dateTimeMs, discontinuity, listedSeconds: seconds }
  } catch (error) {
    if (!(error instanceof FetchFailure)) throw error
    return { type: 'lost' as const, origin, reason: messageOf(error), listedSeconds: segment.seconds }
  }
}

/** Tries again, with growing pauses, what may pass. A file on the disk doesn't come by waiting. */
async function retrying<T>(attempts: number, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await attempt()
    } catch (error) {
      const passing = error instanceof FetchFailure && error.passing && isUrl(error.location)
      if (!passing || count >= attempts) throw error
    }
    await wait(FIRST_RETRY_MS * 2 ** (count - 1), undefined, { signal })
  }
}

/** Where a URI in a playlist leads. A playlist from the network can't name files of this machine. */
function locate(uri: string, playlist: string): string {
  if (isUrl(playlist)) {
    const url = new URL(uri, playlist).href
    if (!isUrl(url)) throw new IngestFailure('Unsupported', `${playlist}: names ${uri}, which is not http(s)`)
    return url
  }
  if (isUrl(uri)) return uri
  return resolve(dirname(playlist), decodeURIComponentLeniently(uri))
}

/** URIs are percent-encoded, but lists written by hand have plain file names. */
function decodeURIComponentLeniently(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
  }
}

function totalSeconds(playlist: MediaPlaylist): number {
  return playlist.segments.reduce((sum, { seconds = 0 }) => sum + seconds, 0)
}
