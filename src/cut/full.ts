import type { Segment } from '../segments/segment.js'
import { CutError, type CutOptions, type CutPlan, segmentError } from './cut.js'
import { type FullCutSettings, type Pace, encoderOptions } from './encoding.js'
import { feed } from './feed.js'
import { ffmpegOutput } from './ffmpeg.js'
import { ffmpegArguments } from './ffmpegArguments.js'
import type { FfmpegProgress } from './ffmpegProgress.js'
import { fullCutGraph } from './filterGraph.js'
import { type PictureFormat, type Probed, type SoundFormat, probe } from './probe.js'
import { type Cut, rangesOf } from './receipt.js'
import { type Run, runsOf } from './runs.js'
import { type Survey, survey } from './survey.js'
import { inputsOf, layOut, picturesIn, totalSeconds } from './timeline.js'

/** How a transport stream that comes through a pipe is read: timestamps as they are, and long enough to find late sound. */
const INPUT_OPTIONS = ['-copyts', '-analyzeduration', '10M', '-probesize', '50M', '-f', 'mpegts']

/** All inputs are open from the start, and each thread of a decoder holds pictures of its own: with many, one thread each. */
const MANY_INPUTS = 3
const FRUGAL = ['-threads', '1']

/**
 * Encodes the ranges anew, exact to the picture, with hard cuts or transitions between them: an MPEG-TS stream, made while it is taken.
 * Before the first byte comes, each segment has been read once and checked. Memory grows with the number of ranges (each
 * is decoded by itself), not with their length. Throws a CutError that names the segment which is missing or damaged, or
 * says what else was wrong. Returns its receipt.
 */
export async function* fullCut(plan: CutPlan, settings: FullCutSettings, options: CutOptions): Cut {
  const { signal } = options
  const pieces = layOut(await runsOfPlan(plan, signal), plan.transitions)
  const placed = inputsOf(pieces)
  const pictures: PictureFormat[] = []
  for (const { run } of placed) pictures.push(await pictureOf(run, signal))
  const sound = await soundOf(
    placed.map(({ run }) => run),
    signal,
  )
  const args = ffmpegArguments({
    inputs: placed.map(() => (placed.length > MANY_INPUTS ? [...FRUGAL, ...INPUT_OPTIONS] : INPUT_OPTIONS)),
    filterGraph: fullCutGraph(pieces, pictures, sound),
    maps: sound === undefined ? ['[picture]'] : ['[picture]', '[sound]'],
    outputOptions: encoderOptions(settings, paceOf(placed.map(({ run }) => run)), sound !== undefined),
    format: 'mpegts',
  })
  const inputs = placed.map(({ run }) => feed(run, signal))
  const total = totalSeconds(pieces)
  const expected = picturesIn(pieces)
  let bytes = 0
  let frames = 0
  const onProgress = (report: FfmpegProgress) => {
    frames = report.frames
    // by pictures: ffmpeg's own clock counts from wherever its first report found it
    options.onProgress?.({ doneSeconds: Math.min(1, frames / expected) * total, totalSeconds: total, bytes })
  }
  for await (const chunk of ffmpegOutput({ args, inputs }, { signal, onProgress })) {
    bytes += chunk.length
    yield chunk
  }
  if (frames !== expected) {
    throw new CutError(`the cut has ${frames} pictures where the ranges have ${expected}: is the source damaged?`)
  }
  return {
    type: 'full',
    ranges: rangesOf(plan),
    bytes,
    seconds: Math.round(total * 1000) / 1000,
    pictures: frames,
    copiedPictures: 0,
    ffmpeg: { arguments: [args] },
    checks: [{ name: 'pictures', found: frames, wanted: expected, ok: true }],
  }
}

/** The runs of each range, in order; a segment that several ranges share is read once. */
async function runsOfPlan(plan: CutPlan, signal: AbortSignal): Promise<Run[][]> {
  const surveys = new Map<string, Survey>()
  const surveyOf = async (segment: Segment) => {
    const known = surveys.get(segment.path) ?? (await survey(segment, signal))
    surveys.set(segment.path, known)
    return known
  }
  const runs: Run[][] = []
  for (const { range, segments, holes, before, after } of plan.ranges) {
    const covering: Survey[] = []
    for (const segment of segments) covering.push(await surveyOf(segment))
    const [following] = after ?? []
    const next = following === undefined ? undefined : await unlessDamaged(surveyOf(following))
    if (next !== undefined) covering.push(next)
    const preceding = before?.at(-1)
    const previous = preceding === undefined ? undefined : await unlessDamaged(surveyOf(preceding))
    const found = runsOf(range, covering, holes, previous)
    if (found.length === 0)
      throw new CutError(`no picture was recorded from ${named(range.startMs)} to ${named(range.endMs)}`)
    runs.push(found)
  }
  if (runs.length === 0) throw new CutError('nothing to cut: no ranges')
  return runs
}

/** By their names, the segments of a range cover it: one beside them that can't be read must not fail the cut. */
async function unlessDamaged(surveyed: Promise<Survey>): Promise<Survey | undefined> {
  try {
    return await surveyed
  } catch (error) {
    if (error instanceof CutError) return undefined
    throw error
  }
}

function paceOf(runs: readonly Run[]): Pace {
  return {
    stepTicks: Math.min(...runs.map(({ stepTicks }) => stepTicks)),
    shortestStepTicks: Math.min(...runs.map(({ shortestStepTicks }) => shortestStepTicks)),
  }
}

async function pictureOf({ surveys }: Run, signal: AbortSignal): Promise<PictureFormat> {
  const first = surveys[0]
  if (first === undefined) throw new CutError('a run without segments')
  const { picture } = await probed(first, signal)
  if (picture === undefined) throw segmentError(first.segment, 'ffprobe finds no picture in it that it could decode')
  return picture
}

/** How the first sound that there is sounds: the rest is brought to it. Undefined where no run has any. */
async function soundOf(runs: readonly Run[], signal: AbortSignal): Promise<SoundFormat | undefined> {
  const first = runs.flatMap(({ surveys }) => surveys).find(({ soundPid }) => soundPid !== undefined)
  return first === undefined ? undefined : (await probed(first, signal)).sound
}

async function probed({ segment }: Survey, signal: AbortSignal): Promise<Probed> {
  try {
    return await probe(segment.path, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw segmentError(segment, error instanceof Error ? error.message : String(error), error)
  }
}

function named(instantMs: number): string {
  return new Date(instantMs).toISOString()
}
