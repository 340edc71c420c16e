/** A media playlist (RFC 8216, 4.3) as text: made of pieces, of which those of whole hours are made once. */
import { createHash } from 'node:crypto'
import type { HourListing } from '../hourListings.js'
import type { ListedSegment } from '../listedName.js'
import type { Entry } from './covering.js'
import type { Numbered } from './numbering.js'

/** Where the segments of a quality are served. */
export interface Place {
  readonly channel: string
  readonly quality: string
}

export interface Playlist {
  readonly body: Buffer
  /** Of exactly this body. */
  readonly etag: string
}

interface Piece {
  readonly bytes: Buffer
  readonly digest: Buffer
}

const DISCONTINUITY = '#EXT-X-DISCONTINUITY\n'

/** All segments of an hour, for as long as the hour is as it is. A listing is of one quality, so its address is always the same. */
const wholeHours = new WeakMap<HourListing, Piece>()

/** @param hours those that the entries are in */
export function mediaPlaylist(place: Place, numbers: Numbered, hours: readonly HourListing[]): Playlist {
  const folder = `/segments/${encodeURIComponent(place.channel)}/${encodeURIComponent(place.quality)}`
  const pieces = [piece(head(numbers))]
  let at = 0
  for (const hour of hours) {
    const from = at
    while (numbers.entries[at]?.hour === hour.hour) at++
    pieces.push(...hourPieces(folder, hour, numbers.entries.slice(from, at)))
  }
  if (numbers.hasEnded) pieces.push(piece('#EXT-X-ENDLIST\n'))
  const digest = createHash('sha1')
  for (const one of pieces) digest.update(one.digest)
  return { body: Buffer.concat(pieces.map(({ bytes }) => bytes)), etag: `"${digest.digest('base64url')}"` }
}

const head = ({ targetSeconds, mediaSequence, discontinuitySequence }: Numbered): string => `#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:${targetSeconds}
#EXT-X-MEDIA-SEQUENCE:${mediaSequence}
#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}
`

/** The text has no letters but those of an address. */
function piece(text: string): Piece {
  const bytes = Buffer.from(text, 'latin1')
  return { bytes, digest: createHash('sha1').update(bytes).digest() }
}

function hourPieces(folder: string, hour: HourListing, entries: readonly Entry[]): Piece[] {
  const [first, ...others] = entries
  if (first === undefined) return []
  const isWhole = entries.length === hour.segments.length && others.every(({ afterHole }) => !afterHole)
  if (!isWhole)
    return [
      piece(
        entries
          .map(({ segment, afterHole }) => (afterHole ? DISCONTINUITY : '') + lines(segment, folder, hour.hour))
          .join(''),
      ),
    ]
  const made = wholeHours.get(hour) ?? piece(hour.segments.map((one) => lines(one, folder, hour.hour)).join(''))
  wholeHours.set(hour, made)
  return first.afterHole ? [piece(DISCONTINUITY), made] : [made]
}

/** Of the characters of a name, only the colon needs care. */
function lines({ name, startMs, durationMs }: ListedSegment, folder: string, hour: string): string {
  return (
    `#EXT-X-PROGRAM-DATE-TIME:${time(name, startMs, hour)}000Z\n` +
    `#EXTINF:${(durationMs / 1000).toFixed(3)},live\n` +
    `${folder}/${hour}/${name.replace(':', '%3A')}\n`
  )
}

/** `2026-01-31T18:00:02.000`, which most names have in them. */
const time = (name: string, startMs: number, hour: string): string =>
  name[5] === '.' && name[9] === '-' ? `${hour}:${name.slice(0, 9)}` : new Date(startMs).toISOString().slice(0, -1)
