import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { Parser } from 'm3u8-parser'
import { isSegmentTime } from '../path.js'
import { IngestFailure } from './failure.js'

/** A segment as an HLS playlist (RFC 8216) lists it. */
export interface ListedSegment {
  readonly uri: string
  readonly sequence: number
  readonly seconds: number | undefined
  /** Only where the tag stands before this very segment; milliseconds since the epoch. */
  readonly dateTimeMs: number | undefined
  readonly discontinuity: boolean
}

export interface MediaPlaylist {
  readonly type: 'media'
  readonly segments: readonly ListedSegment[]
  readonly targetSeconds: number
  readonly ended: boolean
}

/** A list of playlists, of which the one with the largest BANDWIDTH is taken. */
export interface MasterPlaylist {
  readonly type: 'master'
  readonly uri: string
}

const Manifest = t.partial({
  segments: t.array(
    t.intersection([
      t.type({ uri: t.string }),
      t.partial({
        duration: t.number,
        discontinuity: t.boolean,
        dateTimeString: t.string,
        byterange: t.unknown,
        key: t.unknown,
        map: t.unknown,
      }),
    ]),
  ),
  playlists: t.array(
    t.intersection([
      t.type({ uri: t.string }),
      t.partial({ attributes: t.partial({ BANDWIDTH: t.number, AUDIO: t.string }) }),
    ]),
  ),
  mediaGroups: t.partial({ AUDIO: t.record(t.string, t.record(t.string, t.partial({ uri: t.string }))) }),
  mediaSequence: t.number,
  targetDuration: t.number,
  endList: t.boolean,
})
type Manifest = t.TypeOf<typeof Manifest>

/** Whether the text is a playlist at all. */
export function isPlaylist(text: string): boolean {
  return /^\ufeff?#EXTM3U(\s|$)/.test(text)
}

/** Reads a playlist. Throws IngestFailure: SourceUnreadable, or Unsupported for what a segment can't be kept with. */
export function parsePlaylist(text: string, location: string): MediaPlaylist | MasterPlaylist {
  if (!isPlaylist(text)) throw new IngestFailure('SourceUnreadable', `${location}: not an HLS playlist (no #EXTM3U)`)
  const parser = new Parser()
  parser.push(text.replace(/^\ufeff/, ''))
  parser.end()
  const decoded = Manifest.decode(parser.manifest)
  if (isLeft(decoded)) throw new IngestFailure('SourceUnreadable', `${location}: an HLS playlist that can't be read`)
  const manifest = decoded.right
  const { playlists = [] } = manifest
  return playlists.length > 0 ? bestVariant(manifest, location) : mediaPlaylist(manifest, location)
}

function bestVariant({ playlists = [], mediaGroups }: Manifest, location: string): MasterPlaylist {
  const bandwidth = (index: number) => playlists[index]?.attributes?.BANDWIDTH ?? 0
  const best = playlists.reduce((chosen, _, index) => (bandwidth(index) > bandwidth(chosen) ? index : chosen), 0)
  const variant = playlists[best]
  if (variant === undefined) throw new IngestFailure('SourceUnreadable', `${location}: a playlist of no playlists`)
  const sound = Object.values(mediaGroups?.AUDIO?.[variant.attributes?.AUDIO ?? ''] ?? {})
  if (sound.length > 0 && sound.every(({ uri }) => uri !== undefined)) {
    throw unsupported(location, 'sound in a playlist of its own (EXT-X-MEDIA with URI): take a variant that has both')
  }
  return { type: 'master', uri: variant.uri }
}

function mediaPlaylist(manifest: Manifest, location: string): MediaPlaylist {
  const { segments = [], mediaSequence = 0 } = manifest
  for (const { byterange, key, map } of segments) {
    if (key !== undefined && key !== null) throw unsupported(location, 'encrypted segments (EXT-X-KEY)')
    if (map !== undefined) throw unsupported(location, 'fragmented MP4 (EXT-X-MAP): segments must be MPEG-TS')
    if (byterange !== undefined) throw unsupported(location, 'parts of files as segments (EXT-X-BYTERANGE)')
  }
  const longestSeconds = Math.max(1, ...segments.map(({ duration = 0 }) => duration))
  return {
    type: 'media',
    segments: segments.map(({ uri, duration, discontinuity, dateTimeString }, index) => ({
      uri,
      sequence: mediaSequence + index,
      seconds: duration,
      dateTimeMs: dateTimeString === undefined ? undefined : parseDateTime(dateTimeString),
      discontinuity: discontinuity ?? false,
    })),
    targetSeconds: manifest.targetDuration ?? longestSeconds,
    ended: manifest.endList ?? false,
  }
}

/** A date without a zone is UTC here, not the zone of this machine. Undefined for what is no date since 1970. */
function parseDateTime(text: string): number | undefined {
  const hasZone = /(Z|[+-]\d{2}:?\d{2})$/i.test(text)
  const ms = Date.parse(hasZone ? text : `${text}Z`)
  return isSegmentTime(ms) ? ms : undefined
}

function unsupported(location: string, what: string): IngestFailure {
  return new IngestFailure('Unsupported', `${location}: ${what} can't be ingested`)
}
