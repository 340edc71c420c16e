import { createHash } from 'node:crypto'
import type { Segment } from '../segments/segment.js'
import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import { type Timestamp } from '../segments/timestampScanner.js'
import { UnreadableSegment, timestampsIn } from '../segments/timestamps.js'
import { PACKET_BYTES } from '../segments/transportStream.js'
import { segmentError } from './cut.js'
import { segmentBytes } from './segmentBytes.js'

/** What a cut needs to know of a segment, in ticks of 90 kHz as they stand in it (unwrapped within the segment). */
export interface Survey {
  readonly segment: Segment
  /** The stream that a cut takes: the first of picture, and of sound where there is any. */
  readonly picturePid: number
  readonly pictureType: number
  readonly soundPid: number | undefined
  /** The smallest timestamp of sound or picture: what the start time in the segment's name belongs to. */
  readonly startTicks: number
  /** When each picture is shown, in the order shown. */
  readonly pictureTicks: Float64Array
  /** When the first picture of the file is shown: pictures shown before it lack what they were made of. */
  readonly firstDecodedTicks: number
  readonly firstDtsTicks: number
  readonly lastDtsTicks: number
}

/** No encoder leaves so long without a picture; more is a jump of its clock. */
const LONGEST_STEP_TICKS = 10 * TICKS_PER_SECOND
const LONGEST_STEP_BACK_TICKS = TICKS_PER_SECOND

/**
 * Reads a segment once, from first to last: when its pictures are shown, and whether it is what its name says. Throws a
 * CutError that names the segment where it is missing, damaged, without picture, or where its timestamps jump.
 */
export async function survey(segment: Segment, signal: AbortSignal): Promise<Survey> {
  const pictures: Timestamp[] = []
  let soundPid: number | undefined
  let startTicks = Infinity
  try {
    for await (const timestamp of timestampsIn(intact(segment, signal), segment.path)) {
      if (timestamp.kind === 'other') continue
      startTicks = Math.min(startTicks, timestamp.ptsTicks)
      if (timestamp.kind === 'sound') soundPid ??= timestamp.pid
      else if (timestamp.pid === (pictures[0] ?? timestamp).pid) pictures.push(timestamp)
    }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof UnreadableSegment)) throw error
    // what `intact` threw is the cause, and says more
    throw error.cause instanceof Error && error.cause.name === 'CutError'
      ? error.cause
      : segmentError(segment, error.reason, error)
  }
  const first = pictures[0]
  const last = pictures.at(-1)
  if (first === undefined || last === undefined) throw segmentError(segment, 'it has no picture')
  refuseJumps(segment, pictures)
  return {
    segment,
    picturePid: first.pid,
    pictureType: first.streamType,
    soundPid,
    startTicks,
    pictureTicks: Float64Array.from(pictures, (picture) => picture.ptsTicks).sort(),
    firstDecodedTicks: first.ptsTicks,
    firstDtsTicks: first.dtsTicks,
    lastDtsTicks: last.dtsTicks,
  }
}

/** The bytes of the segment, checked on the way: whole transport packets throughout, and the content that its name promises. */
async function* intact(segment: Segment, signal: AbortSignal): AsyncGenerator<Buffer> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of segmentBytes(segment, signal)) {
    hash.update(chunk)
    for (let at = (PACKET_BYTES - (bytes % PACKET_BYTES)) % PACKET_BYTES; at < chunk.length; at += PACKET_BYTES) {
      if (chunk[at] !== 0x47) throw segmentError(segment, `not an MPEG transport stream at byte ${bytes + at}`)
    }
    bytes += chunk.length
    yield chunk
  }
  // the download of a partial segment broke off, so its last packet may have, too
  if (bytes % PACKET_BYTES !== 0 && segment.type !== 'partial') {
    throw segmentError(segment, `cut short: ${bytes} bytes are no whole number of packets`)
  }
  if (segment.type !== 'temp' && hash.digest('base64url') !== segment.hash) {
    throw segmentError(
      segment,
      'damaged: its content is not what the hash in its name says. Delete it, so that a copy or a hole takes its place',
    )
  }
}

function refuseJumps(segment: Segment, pictures: readonly Timestamp[]): void {
  let before = pictures[0]?.dtsTicks ?? 0
  for (const { dtsTicks } of pictures) {
    const step = dtsTicks - before
    if (step < -LONGEST_STEP_BACK_TICKS || step > LONGEST_STEP_TICKS) {
      throw segmentError(
        segment,
        `its timestamps jump by ${(step / TICKS_PER_SECOND).toFixed(2)} s in the middle of it`,
      )
    }
    before = dtsTicks
  }
}
