/** One picture of the footage, as it is shown at an instant. */
import { endMs } from '../segments/bestSequence.js'
import type { Segment } from '../segments/segment.js'
import { segmentsFor } from '../segments/store.js'
import { TICKS_PER_MS, stepBetween } from './continuity.js'
import { CutError } from './cut.js'
import { feed } from './feed.js'
import { ffmpegOutput } from './ffmpeg.js'
import { ffmpegArguments } from './ffmpegArguments.js'
import { ANCHOR_TICKS, type Run, runsOf } from './runs.js'
import type { Slots } from '../segments/slots.js'
import { type Survey, survey } from './survey.js'

/** Which picture: the one that is shown at `atMs`. */
export interface Instant {
  /** The folder of channels. */
  readonly root: string
  readonly channel: string
  readonly quality: string
  /** Milliseconds since the epoch. */
  readonly atMs: number
}

export interface FrameOptions {
  readonly signal: AbortSignal
  /** In pixels. With one of them the other follows from the aspect; with both, the picture is fitted into them. */
  readonly width?: number
  readonly height?: number
  /** Default: those that all cuts share. */
  readonly slots?: Slots
}

/** In pixels. */
export const LARGEST_FRAME_SIDE = 4096

/** So long before an instant may the segment begin that comes before the one that covers it; and so long after it the next. */
const BACK_MS = 30_000
const AHEAD_MS = 2000
/** How many steps further back to look where the wanted picture doesn't decode, or is but the second field of one. */
const STEPS_BACK = [4, 30]
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/**
 * The picture that is shown at an instant, as a PNG: the last one whose time is at or before it, or less than a millisecond
 * after it (names of segments are rounded, as instants are). Where a stretch of footage begins with sound alone, its first
 * picture. Decodes the segment that covers the instant and, only where the picture is to be found there, those beside it.
 *
 * Throws a CutError where no footage covers the instant, or naming the segment that is missing or damaged; a RangeError
 * for a size that isn't allowed; the reason of an aborted signal.
 */
export async function frameAt(instant: Instant, options: FrameOptions): Promise<Buffer> {
  const size = sizeFilters(options)
  const tried: Shown[] = []
  const failures: CutError[] = []
  const decoded = (shown: Shown) =>
    lastPicture(shown, size, options).catch((error: unknown) => {
      if (!(error instanceof CutError)) throw error
      failures.push(error)
      return undefined
    })
  for await (const shown of placesOf(instant, options.signal)) {
    const png = await decoded(shown)
    if (png !== undefined) return png
    tried.push(shown)
  }
  for (const shown of STEPS_BACK.flatMap((steps) => tried.map((one) => earlier(one, steps)))) {
    const png = await decoded(shown)
    if (png !== undefined) return png
  }
  throw failures[0] ?? new CutError(`the picture at ${named(instant.atMs)} can't be decoded`)
}

/** The size that a PNG says it has, in pixels. */
export function sizeOfPng(png: Buffer): { readonly width: number; readonly height: number } {
  // its header is always the first chunk, and begins with them
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) }
}

/** Where a picture is: the last one of the run with fromTicks ≤ PTS < toTicks, on the run's line. */
interface Shown {
  readonly run: Run
  readonly fromTicks: number
  readonly toTicks: number
}

function earlier({ run, fromTicks, toTicks }: Shown, steps: number): Shown {
  return { run, fromTicks: fromTicks - steps * run.stepTicks, toTicks }
}

/** Where the picture is to be found, with no more segments than it takes; again with the one before, if that did not do. */
async function* placesOf({ root, channel, quality, atMs }: Instant, signal: AbortSignal): AsyncGenerator<Shown> {
  const around = { startMs: atMs - BACK_MS, endMs: atMs + AHEAD_MS }
  const { segments, holes } = await segmentsFor(root, channel, quality, around)
  const index = segments.findLastIndex(({ startMs }) => startMs <= atMs)
  const covering = segments[index]
  const inHole = holes.some((hole) => hole.startMs <= atMs && atMs < hole.endMs)
  // of a segment that is not whole, all is a hole: there may be a picture in it all the same
  if (covering === undefined || (inHole && endMs(covering) <= atMs))
    throw new CutError(`no footage of ${channel}, quality ${quality}, covers ${named(atMs)}`)
  const own = await survey(covering, signal)
  const alone = shownIn([own], atMs)
  if (alone !== undefined) {
    const next = isLastOf(alone.run, own) ? await surveyBeside(segments[index + 1], signal) : undefined
    yield (next === undefined ? undefined : shownIn([own, next], atMs)) ?? alone
  }
  const afterHole = holes.some((hole) => hole.endMs === covering.startMs)
  const before = afterHole ? undefined : await surveyBeside(segments[index - 1], signal)
  const led = before === undefined ? undefined : shownIn([onClockOf(own, before), own], atMs)
  if (led !== undefined) yield led
  if (alone !== undefined || led !== undefined) return
  const [first] = runsOf({ startMs: covering.startMs, endMs: covering.startMs + BACK_MS }, [own], [])
  if (first === undefined) throw new CutError(`segment ${covering.path}: none of its pictures can be decoded`)
  yield { run: first, fromTicks: first.firstTicks, toTicks: first.firstTicks + 1 }
}

/** Undefined where none of these segments has a picture so early. The first tells the time, for as long as it goes on. */
function shownIn(surveys: readonly Survey[], atMs: number): Shown | undefined {
  // a cut that ends there has the pictures up to, but not, a millisecond after the instant
  const range = { startMs: atMs - BACK_MS, endMs: atMs + 2 }
  const run = runsOf(range, surveys, []).at(-1)
  if (run === undefined) return undefined
  const toTicks = ANCHOR_TICKS + Math.ceil((range.endMs - 1 - run.anchorMs) * TICKS_PER_MS)
  return { run, fromTicks: run.lastTicks, toTicks }
}

/** The segment before, with the time of its start told by `own`, whose name is the one that covers the instant. */
function onClockOf(own: Survey, before: Survey): Survey {
  const step = stepBetween({ survey: before, liftTicks: 0 }, own)
  if (!step.isNext && !(step.isAhead && step.onSameClock)) return before
  const aheadTicks = own.startTicks + step.liftTicks - before.startTicks
  return { ...before, segment: { ...before.segment, startMs: own.segment.startMs - aheadTicks / TICKS_PER_MS } }
}

/** Whether the last picture of the run is the segment's last, so that one of the next segment may be shown instead. */
function isLastOf({ lastTicks, shiftTicks }: Run, { pictureTicks }: Survey): boolean {
  return lastTicks - shiftTicks >= (pictureTicks.at(-1) ?? Infinity)
}

/** By its name the segment covers the instant: one beside it that can't be read does no harm. */
async function surveyBeside(segment: Segment | undefined, signal: AbortSignal): Promise<Survey | undefined> {
  try {
    return segment === undefined ? undefined : await survey(segment, signal)
  } catch (error) {
    if (error instanceof CutError) return undefined
    throw error
  }
}

/** Undefined where there is no picture, of those that can be decoded. */
async function lastPicture(
  { run, fromTicks, toTicks }: Shown,
  size: readonly string[],
  { signal, slots }: FrameOptions,
): Promise<Buffer | undefined> {
  const trim = `trim=start_pts=${fromTicks}:end_pts=${toTicks}`
  const args = ffmpegArguments({
    inputs: [['-copyts', '-analyzeduration', '10M', '-probesize', '50M', '-f', 'mpegts']],
    filterGraph: `[0:i:${run.picturePid}]${[trim, ...size].join(',')}[picture]`,
    maps: ['[picture]'],
    outputOptions: ['-fps_mode', 'passthrough', '-c:v', 'png'],
    format: 'image2pipe',
  })
  const chunks: Buffer[] = []
  const options = { signal, ...(slots !== undefined && { slots }) }
  for await (const chunk of ffmpegOutput({ args, inputs: [feed(run, signal)] }, options)) chunks.push(chunk)
  // several where a PES packet has several pictures, of which only the first has a timestamp
  const pictures = Buffer.concat(chunks)
  const last = pictures.lastIndexOf(PNG_SIGNATURE)
  return last < 0 ? undefined : pictures.subarray(last)
}

/** Pixels become square: whoever shows a PNG hardly looks for their aspect in it. */
function sizeFilters({ width, height }: FrameOptions): string[] {
  for (const [name, side] of Object.entries({ width, height })) {
    if (side !== undefined && !(Number.isInteger(side) && side >= 1 && side <= LARGEST_FRAME_SIDE))
      throw new RangeError(`a ${name} of ${side} pixels: allowed is 1 to ${LARGEST_FRAME_SIDE}`)
  }
  const square = ["scale=w='max(1,round(iw*sar))':h=ih", 'setsar=1']
  if (width === undefined && height === undefined) return square
  const fitted = width !== undefined && height !== undefined ? ':force_original_aspect_ratio=decrease' : ''
  return [...square, `scale=${width ?? -1}:${height ?? -1}${fitted}`]
}

function named(instantMs: number): string {
  return new Date(instantMs).toISOString()
}
