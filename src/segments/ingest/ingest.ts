import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { isSafeName, isSegmentTime } from '../path.js'
import { type IngestError, IngestFailure, messageOf, startNeeded } from './failure.js'
import type { Feed } from './feed.js'
import { isUrl } from './fetchBytes.js'
import { type MediaFile, probeMediaFile } from './mediaFile.js'
import { mediaFeed } from './mediaFeed.js'
import { isPlaylist } from './playlist.js'
import { playlistFeed } from './playlistFeed.js'
import { Recording } from './recording.js'

export interface IngestOptions {
  /** A video file, or an HLS playlist: its path, or its http(s) URL. */
  readonly source: string
  /** The folder of all channels. */
  readonly root: string
  readonly channel: string
  readonly quality: string
  /** When the source begins, milliseconds since the epoch: needed where it doesn't say so itself (EXT-X-PROGRAM-DATE-TIME). */
  readonly startMs?: number
  /** Goes on loading a live playlist until it ends. Default: only what it lists now. */
  readonly follow?: boolean
  /** Ends the ingest; what has come is kept. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: IngestProgress) => void
  /** Milliseconds of a clock that never jumps, for the pace of a live playlist. */
  readonly now?: () => number
}

export interface IngestProgress {
  /** Seconds of footage that are on the disk. */
  readonly done: number
  /** Seconds of the whole source, where it says so. */
  readonly total?: number
  readonly bytes: number
}

export interface IngestSummary {
  readonly written: number
  /** Segments that were there already, from an earlier run. */
  readonly alreadyThere: number
  /** Milliseconds since the epoch; undefined where there was no segment. */
  readonly firstStartMs: number | undefined
  readonly lastEndMs: number | undefined
  /** How often the stream's clock began anew. */
  readonly discontinuities: number
  /** Segments that the source named and that could not be had or read: holes. */
  readonly lost: readonly { readonly origin: string; readonly reason: string }[]
  /** What could not be kept as it was, with the codec: `picture (vp9)`. */
  readonly reencoded: readonly string[]
}

/**
 * Brings a stream onto the disk as segments whose start times follow its timestamps. Running it twice adds nothing. Where it fails midway
 * (Left) the segments up to there are kept.
 */
export async function ingest(options: IngestOptions): Promise<Either<IngestError, IngestSummary>> {
  const recording = new Recording(options)
  let reencoded: readonly string[] = []
  try {
    refuseBadNames(options)
    refuseBadStart(options)
    const source = await openSource(options, recording.setTotal)
    reencoded = source.reencoded
    try {
      for await (const item of source.feed) await recording.take(item)
    } catch (error) {
      // what came before is as good as ever
      await recording.take({ type: 'end', goesOn: true })
      throw error
    }
  } catch (error) {
    if (error instanceof IngestFailure) return left(error.error)
    if (!options.signal.aborted) throw error
  }
  return right({ ...recording.summary(), reencoded })
}

function refuseBadNames({ channel, quality }: IngestOptions): void {
  for (const [what, name] of Object.entries({ channel, quality })) {
    if (isSafeName(name)) continue
    throw new IngestFailure('BadName', `${what}: ${JSON.stringify(name)} can't be a folder's name`)
  }
}

function refuseBadStart({ startMs = 0 }: IngestOptions): void {
  if (isSegmentTime(startMs)) return
  throw new IngestFailure('StartNeeded', 'the start time must lie in the years from 1970 to 9999')
}

interface Source {
  readonly feed: Feed
  readonly reencoded: readonly string[]
}

async function openSource(options: IngestOptions, onTotal: (seconds: number) => void): Promise<Source> {
  const { source, signal, startMs, follow = false, now: elapsedMs = () => performance.now() } = options
  if (isUrl(source) || (await beginsAsPlaylist(source))) {
    return { feed: playlistFeed({ location: source, follow, signal, onTotal, elapsedMs }), reencoded: [] }
  }
  if (startMs === undefined) throw startNeeded(source)
  const file = await probeMediaFile(source, signal)
  if (file.seconds !== undefined) onTotal(file.seconds)
  const feed = mediaFeed(file, join(options.root, options.channel, options.quality), signal)
  return { feed, reencoded: reencodedStreams(file) }
}

async function beginsAsPlaylist(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r')
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0)
    return isPlaylist(buffer.toString('utf8', 0, bytesRead))
  } catch (error) {
    throw new IngestFailure('SourceUnreadable', `${path} can't be read: ${messageOf(error)}`, { cause: error })
  }
}

function reencodedStreams({ picture, sound }: MediaFile): string[] {
  const named = [
    picture?.reencode === true ? `picture (${picture.codec})` : '',
    sound?.reencode === true ? `sound (${sound.codec})` : '',
  ]
  return named.filter((name) => name !== '')
}
