/**
 * The lines of segments in a media playlist, as bytes. Half a day has twenty thousand segments: where their names are as usual, each is
 * put in its place at once, without any text between that would have to be made, put together and encoded.
 */
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
  return names.every((name) => USUAL.test(name))
    ? usualLines(names, folder, hour)
    : Buffer.from(
        [...segments]
          .slice(from, to)
          .map((one) => line(one, folder))
          .join(''),
        'latin1',
      )
}

function usualLines(names: readonly string[], folder: string, hour: string): Buffer {
  const beforeTime = Buffer.from(`#EXT-X-PROGRAM-DATE-TIME:${hour}:`, 'latin1')
  const beforeDuration = Buffer.from('000Z\n#EXTINF:', 'latin1')
  const beforeName = Buffer.from(`,live\n${folder}/`, 'latin1')
  const colon = Buffer.from('%3A', 'latin1')
  const around = beforeTime.length + TIME_LENGTH + beforeDuration.length + beforeName.length + colon.length
  let bytes = 0
  // a colon goes, the end of a line comes
  for (const name of names) bytes += around + durationEnd(name) - DURATION_AT + name.length
  const text = Buffer.allocUnsafeSlow(bytes)
  let at = 0
  for (const name of names) {
    at += beforeTime.copy(text, at)
    // more than is wanted: what follows is written over the rest of it
    text.write(name, at, 'latin1')
    at += TIME_LENGTH
    at += beforeDuration.copy(text, at)
    const end = durationEnd(name)
    for (let n = DURATION_AT; n < end; n++) text[at++] = name.charCodeAt(n)
    at += beforeName.copy(text, at)
    // from where its colon is in the place of the last of the three letters that stand for it
    text.write(name, at + 2, 'latin1')
    text[at] = name.charCodeAt(0)
    text[at + 1] = name.charCodeAt(1)
    colon.copy(text, at + 2)
    at += name.length + 2
    text[at++] = 10
  }
  return text
}

const durationEnd = (name: string): number => name.indexOf('-', DURATION_AT)

/** Of the characters of a name, only the colon needs care. */
function line({ name, startMs, durationMs }: ListedSegment, folder: string): string {
  return (
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString().slice(0, -1)}000Z\n` +
    `#EXTINF:${(durationMs / 1000).toFixed(3)},live\n` +
    `${folder}/${name.replace(':', '%3A')}\n`
  )
}
