/** For keeping: the segments of the ranges as Matroska files, one a contiguous run, in which nothing is encoded anew. */
import { tmpdir } from 'node:os'
import { endMs } from '../segments/bestSequence.js'
import { CutError, type CutOptions, type CutPlan, type PlannedRange } from './cut.js'
import { Digest } from './digest.js'
import { feed } from './feed.js'
import { type FfmpegCommandLine, ffmpegArguments } from './ffmpegArguments.js'
import type { FfmpegProgress } from './ffmpegProgress.js'
import { inSlots } from './ownSlots.js'
import { probeSegment } from './probeSegment.js'
import { type Cut, passed, planned } from './receipt.js'
import { type Run, runsOf } from './runs.js'
import { type Survey, survey } from './survey.js'
import { withVersion } from './withVersion.js'
import { wholeFile } from './wholeFile.js'

/** One file of an archive. */
export interface ArchiveFile {
  /** Milliseconds since the epoch: where its first segment begins and its last one ends. */
  readonly startMs: number
  readonly endMs: number
  readonly chunks: Cut
}

/** A transport stream that comes through a pipe, with all its sound tracks, which may begin late. */
const INPUT = ['-copyts', '-analyzeduration', '10M', '-probesize', '50M', '-f', 'mpegts']

/**
 * The files, in order; the chunks of each, made in a file first, are to be taken before the next one is. Whole segments, so more than was asked for at
 * both ends. Throws a CutError that names the segment which is missing or damaged, before the first file.
 */
export async function* archiveCut(plan: CutPlan, options: CutOptions): AsyncGenerator<ArchiveFile, void, undefined> {
  const runs: { planned: PlannedRange; run: Run }[] = []
  for (const planned of plan.ranges)
    for (const run of await wholeRuns(planned, options.signal)) runs.push({ planned, run })
  if (runs.length === 0) throw new CutError('nothing to archive: no range has a segment')
  const totalSeconds = runs.reduce((sum, { run }) => sum + secondsOf(run), 0)
  let doneSeconds = 0
  for (const { planned, run } of runs) {
    const before = doneSeconds
    const onProgress = (seconds: number, bytes: number) =>
      options.onProgress?.({ doneSeconds: Math.min(totalSeconds, before + seconds), totalSeconds, bytes })
    const segments = run.surveys.map(({ segment }) => segment)
    const [first] = segments
    const last = segments.at(-1)
    if (first === undefined || last === undefined) continue
    const own = { ranges: [{ range: planned.range, segments, holes: [] }] }
    yield {
      startMs: first.startMs,
      endMs: endMs(last),
      chunks: inSlots(options.slots, matroska(own, run, options, onProgress)),
    }
    doneSeconds += secondsOf(run)
  }
}

const secondsOf = ({ surveys }: Run): number => surveys.reduce((sum, { segment }) => sum + segment.durationSeconds, 0)

/** All of the segments of a range, parted where timestamps or streams do not go on. */
async function wholeRuns({ segments, holes }: PlannedRange, signal: AbortSignal): Promise<Run[]> {
  const surveys: Survey[] = []
  for (const segment of segments) surveys.push(await survey(segment, signal))
  return runsOf({ startMs: -Infinity, endMs: Infinity }, surveys, holes)
}

/** AAC has its headers once in Matroska, not before each frame. */
async function withoutAdts({ surveys }: Run, signal: AbortSignal): Promise<string[]> {
  const heard = surveys.find(({ soundPid }) => soundPid !== undefined)
  if (heard === undefined) return []
  const { sounds } = await probeSegment(heard.segment, signal)
  return sounds.flatMap(({ codec }, n) => (codec === 'aac' ? [`-bsf:a:${n}`, 'aac_adtstoasc'] : []))
}

async function* matroska(
  plan: CutPlan,
  run: Run,
  { signal, temporaryFolder }: CutOptions,
  onProgress: (seconds: number, bytes: number) => void,
): Cut {
  // of AAC, Matroska has to know at its beginning what stands in the first frame; and with its end it gets an index
  const line: FfmpegCommandLine = {
    inputs: [INPUT],
    maps: ['0:v:0', '0:a?'],
    outputOptions: ['-c', 'copy', ...(await withoutAdts(run, signal)), '-avoid_negative_ts', 'make_zero'],
    format: 'matroska',
  }
  const wanted = run.surveys.reduce((sum, { pictureTicks }) => sum + pictureTicks.length, 0)
  const seconds = secondsOf(run)
  const made = new Digest()
  let bytes = 0
  let frames = 0
  const onReport = (report: FfmpegProgress) => {
    frames = report.frames
    onProgress(Math.min(1, frames / wanted) * seconds, bytes)
  }
  const folder = temporaryFolder ?? tmpdir()
  for await (const chunk of wholeFile(line, [feed(run, signal)], folder, { signal, onProgress: onReport })) {
    bytes += chunk.length
    made.push(chunk)
    yield chunk
  }
  return withVersion({
    type: 'archive',
    ...planned(plan),
    made: made.digested,
    bytes,
    seconds,
    pictures: frames,
    copiedPictures: frames,
    ffmpeg: { arguments: [ffmpegArguments(line)] },
    // a PES packet with a timestamp has a picture, or more than one
    checks: passed([{ name: 'pictures', found: frames, wanted, ok: frames >= wanted }]),
  })
}
