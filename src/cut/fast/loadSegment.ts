/** Brings segments from the disk: whole, checked against the hash in their names, with an index of what is where in them. */
import { availableParallelism } from 'node:os'
import type { Segment } from '../../segments/segment.js'
import { Slots } from '../../segments/slots.js'
import { PACKET_BYTES } from '../../segments/transportStream.js'
import { segmentError } from '../cut.js'
import { ffmpegOutput } from '../ffmpeg.js'
import { ffmpegArguments } from '../ffmpegArguments.js'
import type { Survey } from '../survey.js'
import { picturesBegunIn } from './nalUnits.js'
import { pesPayload } from './pesPayload.js'
import { onePictureAPacket } from './onePictureAPacket.js'
import { type ReadSegment, Unreadable, readSegment } from './readSegment.js'
import { Irregular, NotCopyable, type SegmentIndex, indexSegment, programOf } from './segmentIndex.js'

/** A segment that has been read, or one of the parts of it between which its timestamps jump. */
export interface Loaded {
  readonly survey: Survey
  readonly index: SegmentIndex
  /** To be changed and given away. */
  readonly bytes: Buffer
  /** The same bytes, as they were, read anew. */
  reread(signal: AbortSignal): Promise<Buffer>
}

/** How the pictures of a cut's segments lie in PES packets: one in each, or to be brought into that form first. */
export type Form = 'regular' | 'irregular'

/** No encoder leaves so long without a picture; more is a jump of its clock. */
const LONGEST_STEP_TICKS = 10 * 90_000
const LONGEST_STEP_BACK_TICKS = 90_000

/**
 * Reads a segment. `form` as `formOf` found it; `known` is the segment before. Throws a CutError that names the segment
 * where it is missing or damaged, NotCopyable where it can't be copied from.
 */
export async function loadSegment(
  segment: Segment,
  form: Form,
  known: SegmentIndex | undefined,
  signal: AbortSignal,
): Promise<Loaded[]> {
  const read = () => segmentInForm(segment, form, signal)
  const bytes = await read()
  return parts(bytes, known, segment).map(({ from, to, index, startMs }) => ({
    survey: surveyOf({ ...segment, startMs }, index),
    index,
    bytes: bytes.subarray(from, to),
    reread: async () => (await read()).subarray(from, to),
  }))
}

/** All of a segment's bytes, with one picture in each PES packet. Throws as loadSegment. */
export async function segmentInForm(segment: Segment, form: Form, signal: AbortSignal): Promise<Buffer> {
  const bytes = await checkedBytes(segment, signal)
  return form === 'regular' ? bytes : await regular(segment, bytes, signal)
}

/** Looks into each picture of a segment, to see whether it is one with its PES packet. Throws as loadSegment. */
export async function formOf(segment: Segment, signal: AbortSignal): Promise<Form> {
  const bytes = await checkedBytes(segment, signal)
  try {
    const index = indexSegment(bytes)
    const single = index.pictures.every(
      ({ at }) => picturesBegunIn(index.codec, pesPayload(bytes, index.picturePid, at)) === 1,
    )
    return single && !crossesPackets(index) ? 'regular' : 'irregular'
  } catch (error) {
    if (error instanceof Irregular) return 'irregular'
    if (error instanceof NotCopyable) throw new NotCopyable(`segment ${segment.path}: ${error.message}`)
    throw error instanceof RangeError ? segmentError(segment, error.message, error) : error
  }
}

async function checkedBytes(segment: Segment, signal: AbortSignal): Promise<Buffer> {
  signal.throwIfAborted()
  const { bytes, hash } = await fileBytes(segment)
  signal.throwIfAborted()
  if (bytes.length === 0) throw segmentError(segment, 'the file is empty')
  const rest = bytes.length % PACKET_BYTES
  if (bytes[0] !== 0x47) throw segmentError(segment, 'not an MPEG transport stream at byte 0')
  // the download of a partial segment broke off, so its last packet may have, too
  if (rest !== 0 && segment.type !== 'partial')
    throw segmentError(segment, `cut short: ${bytes.length} bytes are no whole number of packets`)
  if (segment.type !== 'temp' && hash !== segment.hash)
    throw segmentError(
      segment,
      'damaged: its content is not what the hash in its name says. Delete it, so that a copy or a hole takes its place',
    )
  return rest === 0 ? bytes : bytes.subarray(0, bytes.length - rest)
}

async function fileBytes(segment: Segment): Promise<ReadSegment> {
  try {
    return await readSegment(segment.path, segment.type !== 'temp')
  } catch (cause) {
    throw unreadable(segment, cause)
  }
}

/** What to say of a segment that could not be read; a CutError stays what it is. */
export function unreadable(segment: Segment, cause: unknown): Error {
  if (cause instanceof Error && cause.name === 'CutError') return cause
  const gone = cause instanceof Unreadable && cause.code === 'ENOENT'
  const reason = cause instanceof Error ? cause.message : String(cause)
  return segmentError(segment, gone ? 'the file has vanished' : `it can't be read: ${reason}`, cause)
}

/** The same stream with one picture in each PES packet, and whole frames of sound. */
async function regular(segment: Segment, bytes: Buffer, signal: AbortSignal): Promise<Buffer> {
  try {
    const { picturePid, codec } = programOf(bytes)
    const split = onePictureAPacket(bytes, picturePid, codec)
    return crossesPackets(indexSegment(split)) ? await remultiplexed(split, signal) : split
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof NotCopyable) throw new NotCopyable(`segment ${segment.path}: ${error.message}`)
    throw segmentError(segment, error instanceof Error ? error.message : String(error), error)
  }
}

/** Whether frames of sound lie across PES packets. */
function crossesPackets({ tracks }: SegmentIndex): boolean {
  return tracks.some(({ units }) => units.slice(1).some(({ lead }) => lead > 0))
}

/** Of their own: an encoder that holds a slot may wait for what this makes. */
const slots = new Slots(availableParallelism())

/** Frames of sound whole in their PES packets: ffmpeg's parsers know how. */
async function remultiplexed(bytes: Buffer, signal: AbortSignal): Promise<Buffer> {
  const args = ffmpegArguments({
    inputs: [['-copyts', '-f', 'mpegts']],
    maps: ['0:v:0', '0:a?'],
    outputOptions: ['-c', 'copy', '-copyts', '-muxdelay', '0', '-muxpreload', '0'],
    format: 'mpegts',
  })
  const chunks: Buffer[] = []
  for await (const chunk of ffmpegOutput({ args, inputs: [once(bytes)] }, { signal, slots })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes
}

interface Part {
  readonly from: number
  readonly to: number
  readonly index: SegmentIndex
  readonly startMs: number
}

/** The whole segment, or the parts between which its timestamps jump: time goes on from one to the next by a usual step. */
function parts(bytes: Buffer, known: SegmentIndex | undefined, segment: Segment): Part[] {
  const index = indexed(bytes, known, segment)
  const jump = index.pictures.findIndex(({ dtsTicks }, n) => {
    const before = index.pictures[n - 1]
    const step = before === undefined ? 0 : dtsTicks - before.dtsTicks
    return step < -LONGEST_STEP_BACK_TICKS || step > LONGEST_STEP_TICKS
  })
  const cut = index.pictures[jump]?.at
  if (cut === undefined) return [{ from: 0, to: bytes.length, index, startMs: segment.startMs }]
  const first = indexed(bytes.subarray(0, cut), known, segment)
  const rest = parts(bytes.subarray(cut), index, segment)
  const startMs =
    segment.startMs + Math.round(ticksTo(surveyOf(segment, first), surveyOf(segment, rest[0]?.index ?? first)) / 90)
  return [
    { from: 0, to: cut, index: first, startMs: segment.startMs },
    ...rest.map((part) => ({
      from: part.from + cut,
      to: part.to + cut,
      index: part.index,
      startMs: part.startMs - segment.startMs + startMs,
    })),
  ]
}

/** From the start of one part to that of the next, whose first picture comes a step after the last one. */
function ticksTo(first: Survey, next: Survey): number {
  const [one = 0, two = one] = first.pictureTicks
  const last = first.pictureTicks.at(-1) ?? 0
  return last + (two - one) - first.startTicks - ((next.pictureTicks[0] ?? 0) - next.startTicks)
}

function indexed(bytes: Buffer, known: SegmentIndex | undefined, segment: Segment): SegmentIndex {
  try {
    const index = indexSegment(bytes, known)
    if (index.pictures.length === 0) throw segmentError(segment, 'it has no picture')
    return index
  } catch (error) {
    if (error instanceof NotCopyable || error instanceof Irregular)
      throw new NotCopyable(`segment ${segment.path}: ${error.message || 'its pictures are not one to a PES packet'}`)
    throw error instanceof RangeError ? segmentError(segment, error.message, error) : error
  }
}

function surveyOf(segment: Segment, { pictures, tracks, picturePid, program }: SegmentIndex): Survey {
  const sound = tracks.find(({ units }) => units.length > 0)
  const first = pictures[0]
  const pictureTicks = Float64Array.from(pictures, ({ ptsTicks }) => ptsTicks).sort()
  const starts = tracks.flatMap(({ units }) => (units[0] === undefined ? [] : [units[0].ptsTicks]))
  // sound of another clock, around a jump, says nothing
  const near = starts.filter((ticks) => Math.abs(ticks - (first?.dtsTicks ?? 0)) < LONGEST_STEP_TICKS)
  return {
    segment,
    picturePid,
    pictureType: program.streams.find(({ pid }) => pid === picturePid)?.streamType ?? 0,
    soundPid: sound?.pid,
    startTicks: Math.min(pictureTicks[0] ?? Infinity, ...near),
    pictureTicks,
    firstDecodedTicks: first?.ptsTicks ?? 0,
    firstDtsTicks: first?.dtsTicks ?? 0,
    lastDtsTicks: pictures.at(-1)?.dtsTicks ?? 0,
  }
}
