/** The lines of segments in a media playlist, as bytes. Half a day has twenty thousand: usual names are taken apart where they are. */
import type { HourListing } from '../hourListings.js'
import type { ListedSegment } from '../listedName.js'

/** `MM:SS.fff-D.ddd-full-HASH.ts` */
const USUAL = /^\d\d:\d\d\.\d{3}-\d+\.\d{3}-\w+-[\w-]+\.ts$/
/** Of `MM:SS.fff`. */
const TIME_LENGTH = 9
const DURATION_AT = TIME_LENGTH + 1

/**
 * @param from of the hour's segments, the first
 * @param to the first one past the last
 * @param folder the address of the hour's folder, in letters that an address may have
 */
export function linesOf({ hour, segments }: HourListing, from: number, to: number, folder: string): Buffer {
  const names = segments.names.slice(from, to)
  const text = names.every((name) => USUAL.test(name))
    ? usualLines(names, folder, hour)
    : [...segments]
        .slice(from, to)
        .map((one) => line(one, folder))
        .join('')
  return Buffer.from(text, 'latin1')
}

function usualLines(names: readonly string[], folder: string, hour: string): string {
  const beforeTime = `#EXT-X-PROGRAM-DATE-TIME:${hour}:`
  const beforeName = `,live\n${folder}/`
  let text = ''
  for (const name of names) {
    const duration = name.slice(DURATION_AT, name.indexOf('-', DURATION_AT))
    text += `${beforeTime}${name.slice(0, TIME_LENGTH)}000Z\n#EXTINF:${duration}${beforeName}${escaped(name)}\n`
  }
  return text
}

/** Of the characters of a name, only the colon needs care. */
const escaped = (name: string): string => name.replace(':', '%3A')

function line({ name, startMs, durationMs }: ListedSegment, folder: string): string {
  return (
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString().slice(0, -1)}000Z\n` +
    `#EXTINF:${(durationMs / 1000).toFixed(3)},live\n` +
    `${folder}/${escaped(name)}\n`
  )
}
