/** Cuts of a stream of 720p60 at 6 Mbit/s, ends not on keyframes. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fullCutSettings } from '../src/cut/encoding.js'
import { ffmpegPath } from '../src/cut/ffmpeg.js'
import { type Figure, figure, ratios } from './figure.js'
import { T0, makeSegments } from './stream.js'

const run = promisify(execFile)
const START_SECONDS = 4.75
const PROGRAM = join(import.meta.dirname, 'cutProcess.js')

/** What a cut took. */
interface Took {
  readonly ms: number
  readonly firstByteMs: number
  /** Of the node alone. */
  readonly cpuSeconds: number
  /** Node and its ffmpeg together, at their most. */
  readonly peakMegabytes: number
}

interface Options {
  readonly minutes: readonly number[]
  readonly repeats: number
  readonly signal: AbortSignal
}

export async function benchCut({ minutes, repeats, signal }: Options): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-bench-'))
  try {
    const root = join(folder, 'segments')
    const paths = await makeSegments(root, Math.max(...minutes), signal)
    const list = join(folder, 'list.txt')
    await writeFile(list, paths.map((path) => `file '${path}'\n`).join(''))
    const figures: Figure[] = []
    for (const length of minutes) figures.push(...(await benchFast({ folder, root, list, length, repeats, signal })))
    figures.push(...(await benchFull({ folder, root, list, repeats, signal })))
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Place {
  readonly folder: string
  readonly root: string
  readonly list: string
  readonly repeats: number
  readonly signal: AbortSignal
}

async function ours(type: string, { root, signal }: Place, seconds: number, file: string): Promise<Took> {
  const from = T0 + START_SECONDS * 1000
  const args = [PROGRAM, type, root, String(from), String(from + seconds * 1000), file]
  return JSON.parse((await run(process.execPath, args, { signal })).stdout) as Took
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

const at = (seconds: number): string[] => ['-ss', String(START_SECONDS), '-t', String(seconds)]

async function benchFast(place: Place & { readonly length: number }): Promise<Figure[]> {
  const { folder, list, length, repeats, signal } = place
  const seconds = length * 60 - 9.5
  const [cut, copy, peer] = ['cut.ts', 'copy.ts', 'peer.ts'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const took: Took[] = []
  const copying: number[] = []
  const peers: number[] = []
  for (let n = 0; n < repeats; n++) {
    process.stderr.write(`${length} minutes, run ${n + 1} of ${repeats}\n`)
    took.push(await ours('fast', place, seconds, cut))
    const args = ['-nostdin', '-v', 'error', '-f', 'concat', '-safe', '0', ...at(seconds), '-i', list]
    peers.push(await timed(() => run(ffmpegPath(), [...args, '-c', 'copy', '-f', 'mpegts', peer], { signal })))
    copying.push(await timed(() => run('cp', [cut, copy], { signal })))
    for (const file of [cut, copy, peer]) await rm(file)
  }
  const ms = took.map((one) => one.ms)
  const name = (what: string) => `${length} min: ${what}`
  return [
    figure(
      name('fast cut'),
      's',
      ms.map((value) => value / 1000),
    ),
    figure(
      name('ffmpeg -c copy'),
      's',
      peers.map((value) => value / 1000),
    ),
    figure(
      name('cp'),
      's',
      copying.map((value) => value / 1000),
    ),
    figure(name('fast cut / ffmpeg -c copy'), '', ratios(ms, peers), `≤ ${length >= 60 ? 0.5 : 0.8}`),
    figure(name('fast cut / cp'), '', ratios(ms, copying), length >= 60 ? '≤ 1.5' : undefined),
    figure(
      name('first byte'),
      's',
      took.map(({ firstByteMs }) => firstByteMs / 1000),
      '≤ 0.5',
    ),
    figure(
      name('peak memory, node and ffmpeg'),
      'MB',
      took.map(({ peakMegabytes }) => peakMegabytes),
      '≤ 250, for any length',
    ),
    figure(
      name('CPU of node'),
      's',
      took.map(({ cpuSeconds }) => cpuSeconds),
    ),
  ]
}

/** A full cut of a minute, beside the same encoding by ffmpeg alone. */
async function benchFull(place: Place): Promise<Figure[]> {
  const { folder, list, repeats, signal } = place
  const seconds = 60
  const [cut, peer] = ['full.ts', 'bare.ts'].map((name) => join(folder, name)) as [string, string]
  const { videoEncoder, audioEncoder } = fullCutSettings()
  const took: number[] = []
  const peers: number[] = []
  for (let n = 0; n < repeats; n++) {
    process.stderr.write(`full cut, run ${n + 1} of ${repeats}\n`)
    took.push((await ours('full', place, seconds, cut)).ms)
    const args = ['-nostdin', '-v', 'error', '-f', 'concat', '-safe', '0', ...at(seconds), '-i', list]
    const encoder = [...videoEncoder, '-force_key_frames', 'expr:gte(t,n_forced*2)', ...audioEncoder]
    peers.push(await timed(() => run(ffmpegPath(), [...args, ...encoder, '-f', 'mpegts', peer], { signal })))
    for (const file of [cut, peer]) await rm(file)
  }
  return [
    figure(
      '1 min: full cut',
      's',
      took.map((value) => value / 1000),
    ),
    figure(
      '1 min: bare ffmpeg',
      's',
      peers.map((value) => value / 1000),
    ),
    figure('1 min: full cut / bare ffmpeg', '', ratios(took, peers), '≤ 1.05'),
  ]
}
