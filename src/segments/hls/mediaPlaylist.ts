/** A media playlist (RFC 8216, 4.3) as text. */
import type { HourListing } from '../hourListings.js'
import type { ListedSegment } from '../listedName.js'
import type { Entry } from './covering.js'
import { extinf, type Numbered } from './numbering.js'

/** Where the segments of a quality are served. */
export interface Place {
  readonly channel: string
  readonly quality: string
}

const DISCONTINUITY = '#EXT-X-DISCONTINUITY\n'

/** The lines of each segment of an hour, made once for as long as the hour is the same. Of the same quality each time. */
const madeLines = new WeakMap<readonly ListedSegment[], Map<ListedSegment, string>>()

export function mediaPlaylist(numbers: Numbered, linesOf: (entry: Entry) => string): string {
  const { entries, hasEnded, targetSeconds, mediaSequence, discontinuitySequence } = numbers
  const head = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    `#EXT-X-MEDIA-SEQUENCE:${mediaSequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`,
    '',
  ].join('\n')
  let text = head
  for (const entry of entries) text += entry.afterHole ? DISCONTINUITY + linesOf(entry) : linesOf(entry)
  return hasEnded ? `${text}#EXT-X-ENDLIST\n` : text
}

/** The lines of the entries of these hours. */
export function linesOf(place: Place, hours: readonly HourListing[]): (entry: Entry) => string {
  const folder = ['/segments', place.channel, place.quality].map(encoded).join('/')
  const perHour = new Map(hours.map(({ hour, segments }) => [hour, lines(segments)]))
  return ({ segment, hour }) => {
    const made = perHour.get(hour)
    const known = made?.get(segment)
    if (known !== undefined) return known
    const text = segmentLines(segment, `${folder}/${hour}`)
    made?.set(segment, text)
    return text
  }
}

function lines(segments: readonly ListedSegment[]): Map<ListedSegment, string> {
  const made = madeLines.get(segments) ?? new Map<ListedSegment, string>()
  madeLines.set(segments, made)
  return made
}

/** The parts of a path may have letters that an address may not; a slash stays one. */
const encoded = (part: string): string => (part.startsWith('/') ? part : encodeURIComponent(part))

/** `00:02.000-2.000-full-HASH.ts`: of the characters of a name, only the colon needs care. */
function segmentLines({ name, startMs, durationSeconds }: ListedSegment, folder: string): string {
  const time = new Date(startMs).toISOString().slice(0, -1)
  return (
    `#EXT-X-PROGRAM-DATE-TIME:${time}000Z\n` +
    `#EXTINF:${extinf(durationSeconds)},live\n` +
    `${folder}/${name.replace(':', '%3A')}\n`
  )
}
