/** The sound of a range as a picture, for finding the place at which to cut. */
import { TICKS_PER_SECOND, wrapped } from '../segments/pesHeader.js'
import type { Range, Segment } from '../segments/segment.js'
import { segmentsFor } from '../segments/store.js'
import { TICKS_PER_MS } from './continuity.js'
import { CutError } from './cut.js'
import { feed } from './feed.js'
import { ffmpegOutput } from './ffmpeg.js'
import { ffmpegArguments } from './ffmpegArguments.js'
import { ANCHOR_TICKS, type Run, runsOf } from './runs.js'
import type { Slots } from '../segments/slots.js'
import { type Survey, survey } from './survey.js'
import { type Colour, Columns, drawn } from './waveformColumns.js'

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
  /** Default: a blue. */
  readonly colour?: Colour
  readonly onProgress?: (doneSeconds: number, totalSeconds: number) => void
  /** Default: those that all cuts share. */
  readonly slots?: Slots
}

/** In pixels. */
export const LARGEST_WAVEFORM_SIDE = 4096
export const LONGEST_WAVEFORM_HOURS = 6

/** Samples a second: many for each column of a range that anybody cuts by, few to get through. */
const SAMPLE_RATE = 8000
const INPUT = ['-copyts', '-analyzeduration', '10M', '-probesize', '50M', '-f', 'mpegts']

/**
 * A PNG of the sound of exactly this range, from its left to its right edge on a transparent ground: the peaks pale, the
 * loudness (root mean square) over them, both linear. Where there is no sound, or no footage, a line. Memory does not grow with
 * what is heard.
 *
 * Throws a RangeError for a range or a size that isn't allowed; a CutError where there is no footage at all, or naming the
 * segment that is missing or damaged; the reason of an aborted signal.
 */
export async function waveform({ root, channel, quality, range }: Footage, options: WaveformOptions): Promise<Buffer> {
  const { width = 1024, height = 64, signal } = options
  refuse(range, width, height)
  const { segments, holes } = await segmentsFor(root, channel, quality, range)
  if (segments.length === 0)
    throw new CutError(
      `no footage of ${channel}, quality ${quality}, from ${instant(range.startMs)} to ${instant(range.endMs)}`,
    )
  const columns = new Columns(width, ((range.endMs - range.startMs) * SAMPLE_RATE) / 1000)
  const surveys = await surveysOf(segments, signal)
  for (const run of runsOf(range, surveys, holes)) await hear(run, range, columns, options)
  const { slots, colour } = options
  return drawn(columns, height, {
    signal,
    ...(slots !== undefined && { slots }),
    ...(colour !== undefined && { colour }),
  })
}

function refuse({ startMs, endMs }: Range, width: number, height: number): void {
  const seconds = (endMs - startMs) / 1000
  if (!(seconds > 0 && seconds <= LONGEST_WAVEFORM_HOURS * 3600))
    throw new RangeError(`a waveform of ${seconds} s: allowed is more than 0 s, up to ${LONGEST_WAVEFORM_HOURS} h`)
  for (const [name, side] of Object.entries({ width, height })) {
    if (!(Number.isInteger(side) && side >= 1 && side <= LARGEST_WAVEFORM_SIDE))
      throw new RangeError(`a waveform with a ${name} of ${side} pixels: allowed is 1 to ${LARGEST_WAVEFORM_SIDE}`)
  }
}

async function surveysOf(segments: readonly Segment[], signal: AbortSignal): Promise<Survey[]> {
  const surveys: Survey[] = []
  for (const segment of segments) surveys.push(await survey(segment, signal))
  return surveys
}

/** Adds the sound of a run at its place in the range. */
async function hear(run: Run, range: Range, columns: Columns, options: WaveformOptions): Promise<void> {
  const { signal, slots, onProgress } = options
  if (run.soundPid === undefined) return
  const rangeTicks = ticksAt(run, range.startMs)
  const [first] = run.surveys
  const fromTicks = Math.max(rangeTicks, first === undefined ? 0 : wrapped(first.startTicks + run.shiftTicks))
  const toTicks = ticksAt(run, range.endMs)
  const seconds = (ticks: number) => (ticks / TICKS_PER_SECOND).toFixed(6)
  const heard = [
    `[0:i:${run.soundPid}]atrim=start=${seconds(fromTicks)}:end=${seconds(toTicks)}`,
    // counted from 0, since `first_pts` counts in samples of the source, whose rate nobody has asked for
    `asetpts=PTS-${seconds(fromTicks)}/TB`,
    `aresample=${SAMPLE_RATE}:async=1:first_pts=0`,
    'aformat=sample_fmts=s16:channel_layouts=mono[sound]',
  ]
  const args = ffmpegArguments({
    inputs: [INPUT],
    filterGraph: heard.join(','),
    maps: ['[sound]'],
    outputOptions: ['-c:a', 'pcm_s16le'],
    format: 's16le',
  })
  let at = Math.round(((fromTicks - rangeTicks) * SAMPLE_RATE) / TICKS_PER_SECOND)
  const listening = { args, inputs: [feed(run, signal)] }
  for await (const chunk of ffmpegOutput(listening, { signal, ...(slots !== undefined && { slots }) })) {
    at = columns.hear(chunk, at)
    onProgress?.(at / SAMPLE_RATE, (range.endMs - range.startMs) / 1000)
  }
}

/** Where an instant is on the line of a run. */
const ticksAt = ({ anchorMs }: Run, atMs: number): number => ANCHOR_TICKS + (atMs - anchorMs) * TICKS_PER_MS

const instant = (ms: number): string => new Date(ms).toISOString()
