/** A media playlist (RFC 8216, 4.3) as text: made of pieces, of which those of whole hours are made once. */
import { createHash } from 'node:crypto'
import type { HourListing } from '../hourListings.js'
import type { Stretch } from './covering.js'
import { linesOf } from './lines.js'
import type { Numbered } from './numbering.js'

/** Where the segments of a quality are served. */
export interface Place {
  readonly channel: string
  readonly quality: string
}

export interface Playlist {
  /** One after the other, its text. */
  readonly pieces: readonly Buffer[]
  /** Of all of them. */
  readonly bytes: number
  /** Of exactly this text. */
  readonly etag: string
}

interface Piece {
  readonly bytes: Buffer
  readonly digest: Buffer
}

const DISCONTINUITY = '#EXT-X-DISCONTINUITY\n'

/** All segments of an hour, for as long as the hour is as it is. A listing is of one quality, so its address is always the same. */
const wholeHours = new WeakMap<HourListing, Piece>()

export function mediaPlaylist(place: Place, numbers: Numbered): Playlist {
  const folder = `/segments/${encodeURIComponent(place.channel)}/${encodeURIComponent(place.quality)}`
  const pieces = [piece(head(numbers)), ...numbers.stretches.flatMap((one) => stretchPieces(folder, one))]
  if (numbers.hasEnded) pieces.push(piece('#EXT-X-ENDLIST\n'))
  const digest = createHash('sha1')
  for (const one of pieces) digest.update(one.digest)
  return {
    pieces: pieces.map(({ bytes }) => bytes),
    bytes: pieces.reduce((sum, { bytes }) => sum + bytes.length, 0),
    etag: `"${digest.digest('base64url')}"`,
  }
}

const head = ({ targetSeconds, mediaSequence, discontinuitySequence }: Numbered): string => `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:${targetSeconds}
#EXT-X-MEDIA-SEQUENCE:${mediaSequence}
#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}
`

/** The text has no letters but those of an address. */
const piece = (text: string): Piece => digested(Buffer.from(text, 'latin1'))

const digested = (bytes: Buffer): Piece => ({ bytes, digest: createHash('sha1').update(bytes).digest() })

function stretchPieces(folder: string, { hour, from, to, afterHole }: Stretch): Piece[] {
  const isWhole = from === 0 && to === hour.segments.length
  const made =
    (isWhole ? wholeHours.get(hour) : undefined) ?? digested(linesOf(hour, from, to, `${folder}/${hour.hour}`))
  if (isWhole) wholeHours.set(hour, made)
  return afterHole ? [piece(DISCONTINUITY), made] : [made]
}
