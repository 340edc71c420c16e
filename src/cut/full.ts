import { tmpdir } from 'node:os'
import type { Segment } from '../segments/segment.js'
import { PACKET_BYTES, PacketSplitter } from '../segments/transportStream.js'
import { CutError, type CutOptions, type CutPlan } from './cut.js'
import { Digest } from './digest.js'
import { type FullCutSettings, type Pace, containers, encoderOptions } from './encoding.js'
import { feed } from './feed.js'
import { ffmpegOutput } from './ffmpeg.js'
import { type FfmpegCommandLine, ffmpegArguments } from './ffmpegArguments.js'
import type { FfmpegProgress } from './ffmpegProgress.js'
import { fullCutGraph } from './filterGraph.js'
import type { PictureFormat, SoundFormat } from './probe.js'
import { pictureOf, probeSegment } from './probeSegment.js'
import { OutputCheck } from './outputCheck.js'
import { type Cut, passed, planned } from './receipt.js'
import { type Run, runsOf } from './runs.js'
import { type Survey, survey } from './survey.js'
import { expectedOf, inputsOf, layOut, totalSeconds } from './timeline.js'
import { wholeFile } from './wholeFile.js'

/** How a transport stream that comes through a pipe is read: timestamps as they are, and long enough to find late sound. */
const INPUT_OPTIONS = ['-copyts', '-analyzeduration', '10M', '-probesize', '50M', '-f', 'mpegts']

/** All inputs are open from the start, and each thread of a decoder holds pictures of its own: with many, one thread each. */
const MANY_INPUTS = 3
/** Where ffmpeg puts the first two streams of a transport stream. */
const PICTURE_PID = 0x100
const SOUND_PID = 0x101
const FRUGAL = ['-threads', '1']

/**
 * Encodes the ranges anew, exact to the picture, with hard cuts or transitions between them, into the container of the settings:
 * made while it is taken, where the container can be. Before the first byte comes, each segment has been read once and checked.
 * Memory grows with the number of ranges (each is decoded by itself), not with their length. Throws a CutError that names the
 * segment which is missing or damaged, or the check that failed, or says what else was wrong. Returns its receipt.
 */
export async function* fullCut(plan: CutPlan, settings: FullCutSettings, options: CutOptions): Cut {
  const { signal } = options
  const pieces = layOut(await runsOfPlan(plan, signal), plan.transitions)
  const placed = inputsOf(pieces)
  const pictures: PictureFormat[] = []
  for (const { run } of placed) pictures.push(await pictureOf(firstOf(run), signal))
  const sound = await soundOf(
    placed.map(({ run }) => run),
    signal,
  )
  const line: FfmpegCommandLine = {
    inputs: placed.map(() => (placed.length > MANY_INPUTS ? [...FRUGAL, ...INPUT_OPTIONS] : INPUT_OPTIONS)),
    filterGraph: fullCutGraph(pieces, pictures, sound),
    maps: sound === undefined ? ['[picture]'] : ['[picture]', '[sound]'],
    outputOptions: encoderOptions(settings, paceOf(placed.map(({ run }) => run)), sound !== undefined),
    format: settings.container,
  }
  const inputs = placed.map(({ run }) => feed(run, signal))
  const total = totalSeconds(pieces)
  const expected = expectedOf(pieces)
  let bytes = 0
  let frames = 0
  const onProgress = (report: FfmpegProgress) => {
    frames = report.frames
    // by pictures: ffmpeg's own clock counts from wherever its first report found it
    options.onProgress?.({ doneSeconds: Math.min(1, frames / expected.pictures) * total, totalSeconds: total, bytes })
  }
  const check =
    settings.container === 'mpegts'
      ? new OutputCheck(PICTURE_PID, sound === undefined ? [] : [SOUND_PID], expected)
      : undefined
  const packets = new PacketSplitter()
  const made = new Digest()
  const visit = (chunk: Buffer, at: number) => check?.push(chunk.subarray(at, at + PACKET_BYTES))
  const run = { args: ffmpegArguments(line), inputs }
  const chunks = containers[settings.container].streams
    ? ffmpegOutput(run, { signal, onProgress })
    : wholeFile(line, inputs, options.temporaryFolder ?? tmpdir(), { signal, onProgress })
  for await (const chunk of chunks) {
    made.push(chunk)
    bytes += chunk.length
    if (check !== undefined) packets.push(chunk, visit)
    yield chunk
  }
  const counted = { name: 'pictures', found: frames, wanted: expected.pictures, ok: frames === expected.pictures }
  return {
    type: 'full',
    ...planned(plan),
    settings,
    made: made.digested,
    bytes,
    seconds: Math.round(total * 1000) / 1000,
    pictures: frames,
    copiedPictures: 0,
    ffmpeg: { arguments: [run.args] },
    checks: passed(check?.finish() ?? [counted]),
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

function firstOf({ surveys: [first] }: Run): Segment {
  if (first === undefined) throw new CutError('a run without segments')
  return first.segment
}

/** How the first sound that there is sounds: the rest is brought to it. Undefined where no run has any. */
async function soundOf(runs: readonly Run[], signal: AbortSignal): Promise<SoundFormat | undefined> {
  const first = runs.flatMap(({ surveys }) => surveys).find(({ soundPid }) => soundPid !== undefined)
  return first === undefined ? undefined : (await probeSegment(first.segment, signal)).sound
}

function named(instantMs: number): string {
  return new Date(instantMs).toISOString()
}
