/**
 * Numbered H.264 whose fields are coded apart, which no encoder at hand makes: each picture is two fields of uncompressed
 * blocks (I_PCM), written bit by bit (ITU-T H.264, 7.3.2.1 to 7.3.5). It has the bars of numberedStream.ts, and no sound.
 */
import { readFile, writeFile } from 'node:fs/promises'
import {
  ContinuityCounters,
  PICTURE_STREAM_ID,
  Tables,
  pesPackets,
  unitPackets,
} from '../../src/cut/fast/packetWriter.js'
import { indexSegment } from '../../src/cut/fast/segmentIndex.js'

/** How the two fields of a frame lie in PES packets. */
export type FieldPacking =
  'a PES packet for both' | 'a PES packet for each' | 'a PES packet for each, the second without a timestamp'

/** Which pictures are two fields, by their numbers in the stream and in the segment; the others are coded as frames. */
export type AreFields = (number: number, inSegment: number, segment: number) => boolean

/** The second field of a frame is shown half a step after the first. */
const HALF_STEP_TICKS = 1500
const CLOCK_LEAD_TICKS = 9000

/** Rewrites the segments of a numbered stream without B-frames: the same pictures at the same times. */
export async function codeFieldsApart(files: readonly string[], packing: FieldPacking, are: AreFields): Promise<void> {
  const counters = new ContinuityCounters()
  let number = 0
  for (const [segment, file] of files.entries()) {
    const { picturePid: pid, pictures } = indexSegment(await readFile(file))
    const tables = new Tables([{ pid, streamType: 0x1b, descriptors: Buffer.alloc(0) }], pid, 0x1000)
    const out = [tables.association(counters), tables.map(counters)]
    const put = (ptsTicks: number, payload: Buffer, clock: boolean) => {
      const times = { ptsTicks, dtsTicks: ptsTicks, ...(clock && { clockTicks: ptsTicks - CLOCK_LEAD_TICKS }) }
      out.push(pesPackets({ pid, streamId: PICTURE_STREAM_ID, ...times, payload }, counters))
    }
    for (const [place, { ptsTicks }] of pictures.entries()) {
      const before = Buffer.concat([DELIMITER, ...(place === 0 ? [SEQUENCE_PARAMETERS, PICTURE_PARAMETERS] : [])])
      const coded = (of: Structure) => slice(number, place, of)
      if (!are(number, place, segment)) put(ptsTicks, Buffer.concat([before, coded('frame')]), true)
      else {
        const first = Buffer.concat([before, coded('top')])
        const second = Buffer.concat([DELIMITER, coded('bottom')])
        put(ptsTicks, packing === 'a PES packet for both' ? Buffer.concat([first, second]) : first, true)
        if (packing === 'a PES packet for each') put(ptsTicks + HALF_STEP_TICKS, second, false)
        if (packing === 'a PES packet for each, the second without a timestamp')
          out.push(unitPackets(pid, Buffer.concat([WITHOUT_TIMESTAMP, second]), counters))
      }
      number++
    }
    await writeFile(file, Buffer.concat(out))
  }
}

const WITHOUT_TIMESTAMP = Buffer.from([0, 0, 1, PICTURE_STREAM_ID, 0, 0, 0x80, 0, 0])

/** In blocks of 16 by 16. */
const WIDTH = 12
const HEIGHT = 2
/** Of the numbers of frames, and of the order in which pictures are shown. */
const COUNT_BITS = 8
const I_SLICE = 7
const I_PCM = 25

type Structure = 'frame' | 'top' | 'bottom'

/** A whole picture in one slice; the first of a segment is a key picture, but for its second field, which never is. */
function slice(number: number, place: number, of: Structure): Buffer {
  const key = place === 0 && of !== 'bottom'
  const shown = 2 * place + (of === 'bottom' ? 1 : 0)
  const pieces: Buffer[] = []
  let bits = [
    ...[unsigned(0), unsigned(I_SLICE), unsigned(0), count(place)],
    ...[{ frame: '0', top: '10', bottom: '11' }[of], key ? unsigned(0) : '', count(shown)],
    // what becomes of earlier pictures: nothing special; no change of the quantizer; no deblocking
    ...[key ? '00' : '0', unsigned(0), unsigned(1)],
  ].join('')
  for (let block = 0; block < WIDTH * (of === 'frame' ? HEIGHT : HEIGHT / 2); block++) {
    const light = (number >> (block % WIDTH)) & 1 ? 220 : 32
    pieces.push(bytesOf(bits + unsigned(I_PCM)), Buffer.alloc(256, light), Buffer.alloc(128, 128))
    bits = ''
  }
  return unit(key ? 0x65 : 0x61, Buffer.concat([...pieces, Buffer.from([0x80])]))
}

/** Main profile, level 3; `more` bits of frame numbers than 4; fields may be coded apart, but not block by block. */
const SEQUENCE_PARAMETERS = unit(
  0x67,
  bytesOf(
    [
      ...['01001101', '00000000', '00011110', unsigned(0), unsigned(COUNT_BITS - 4)],
      ...[unsigned(0), unsigned(COUNT_BITS - 4), unsigned(1), '0'],
      ...[unsigned(WIDTH - 1), unsigned(HEIGHT / 2 - 1), '0', '0', '1', '0', '0', '1'],
    ].join(''),
  ),
)
const PICTURE_PARAMETERS = unit(
  0x68,
  bytesOf(
    [
      ...[unsigned(0), unsigned(0), '0', '0', unsigned(0), unsigned(0), unsigned(0)],
      ...['0', '00', unsigned(0), unsigned(0), unsigned(0), '1', '0', '0', '1'],
    ].join(''),
  ),
)
const DELIMITER = unit(0x09, Buffer.from([0x10]))

/** Bits as text, filled up to whole bytes with zeros. */
function bytesOf(bits: string): Buffer {
  return Buffer.from((bits.match(/.{1,8}/g) ?? []).map((byte) => parseInt(byte.padEnd(8, '0'), 2)))
}

/** Exp-Golomb. */
function unsigned(value: number): string {
  const binary = (value + 1).toString(2)
  return '0'.repeat(binary.length - 1) + binary
}

function count(value: number): string {
  return (value % 2 ** COUNT_BITS).toString(2).padStart(COUNT_BITS, '0')
}

/** With its start code, and a 3 wherever what follows two zeros could be taken for one. */
function unit(header: number, payload: Buffer): Buffer {
  const bytes = [0, 0, 0, 1, header]
  let zeros = 0
  for (const byte of payload) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3)
      zeros = 0
    }
    zeros = byte === 0 ? zeros + 1 : 0
    bytes.push(byte)
  }
  return Buffer.from(bytes)
}
