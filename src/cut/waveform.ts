/** The sound of a range as a picture, for finding the place at which to cut. */
import { TICKS_PER_SECOND, unwrapNear } from '../segments/pesHeader.js'
import type { Range, Segment } from '../segments/segment.js'
import { segmentsFor } from '../segments/store.js'
import { type Timestamps, UnreadableSegment, readTimestamps } from '../segments/timestamps.js'
import { PACKET_BYTES, PacketSplitter, pidOf } from '../segments/transportStream.js'
import { TICKS_PER_MS } from './continuity.js'
import { CutError, segmentError } from './cut.js'
import { ffmpegOutput } from './ffmpeg.js'
import { ffmpegArguments } from './ffmpegArguments.js'
import { rebase } from './rebase.js'
import { segmentBytes } from './segmentBytes.js'
import type { Slots } from './slots.js'

export interface Footage {
  /** The folder of channels. */
  readonly root: string
  readonly channel: string
  readonly quality: string
  readonly range: Range
}

export interface WaveformOptions {
  readonly signal: AbortSignal
  /** In pixels; 1024 by 64 by default. */
  readonly width?: number
  readonly height?: number
  readonly onProgress?: (doneSeconds: number, totalSeconds: number) => void
  /** Default: those that all cuts share. */
  readonly slots?: Slots
}

/** In pixels. */
export const LARGEST_WAVEFORM_SIDE = 4096
export const LONGEST_WAVEFORM_HOURS = 6

const SAMPLE_RATE = 48_000
/** Where the start of the range is on the line to which all timestamps are brought: what begins before it has room. */
const START_TICKS = 3600 * TICKS_PER_SECOND
/** By so much timestamps may stray from names, or from the end of the segment before, and still belong to one clock. */
const STRAYING_TICKS = TICKS_PER_SECOND / 4
/** ffmpeg fills a pause of the sound with silence and holds that in memory: a longer one is left out instead. */
const LONGEST_PAUSE_TICKS = TICKS_PER_SECOND
/** No segment is longer than its name says by so much, unless its timestamps jump. */
const LONGEST_SURPLUS_SECONDS = 10
const COLOUR = [0x4f, 0x86, 0xc6]
const PEAK_ALPHA = 0x78
const LOUDNESS_ALPHA = 0xff

/**
 * A PNG of the sound of exactly this range, from its left to its right edge on a transparent ground: the peaks pale, the
 * loudness (root mean square) over them, both linear. Where there is no sound, or no footage, a line. Each segment is read
 * once, one after another; memory does not grow with the length. What the hash of a segment says is not checked.
 *
 * Throws a RangeError for a range or a size that isn't allowed; a CutError where there is no footage at all, or naming the
 * segment that is missing or damaged; the reason of an aborted signal.
 */
export async function waveform(footage: Footage, options: WaveformOptions): Promise<Buffer> {
  const { width = 1024, height = 64, signal, onProgress } = options
  const { root, channel, quality, range } = footage
  const lengthMs = range.endMs - range.startMs
  if (!(lengthMs > 0 && lengthMs <= LONGEST_WAVEFORM_HOURS * 3_600_000))
    throw new RangeError(`a waveform of ${lengthMs / 1000} s: allowed is more than 0 s, up to ${LONGEST_WAVEFORM_HOURS} h`)
  for (const [name, side] of Object.entries({ width, height })) {
    if (!(Number.isInteger(side) && side >= 1 && side <= LARGEST_WAVEFORM_SIDE))
      throw new RangeError(`a waveform with a ${name} of ${side} pixels: allowed is 1 to ${LARGEST_WAVEFORM_SIDE}`)
  }
  const { segments } = await segmentsFor(root, channel, quality, range)
  if (segments.length === 0)
    throw new CutError(
      `no footage of ${channel}, quality ${quality}, from ${named(range.startMs)} to ${named(range.endMs)}`,
    )
  const columns = new Columns(width, (lengthMs * SAMPLE_RATE) / 1000)
  const placed = placedOn(range, segments, signal)
  let next = await placed.next()
  while (next.done !== true) {
    const first = next.value
    const piece = async function* (): AsyncGenerator<Buffer> {
      for (let last = first; ; last = next.value) {
        yield* soundPackets(last, signal)
        onProgress?.(Math.min(lengthMs, Math.max(0, endOf(last) - range.startMs)) / 1000, lengthMs / 1000)
        next = await placed.next()
        if (next.done === true || !goesOn(last, next.value)) return
      }
    }
    if (first.sound === undefined) next = await placed.next()
    else await hear(first.sound, piece(), columns, options)
  }
  return png(columns.draw(height), width, height, options)
}
