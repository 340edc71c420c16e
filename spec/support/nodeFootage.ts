/** Half a minute of a stream, made once a run, that every node of the specs has on its disk. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { formatInstant } from '../../machines/codecs.js'
import { record } from './numberedStream.js'

const begins = Date.parse('2026-01-31T18:00:00.000Z')
let made: Promise<{ readonly root: string; readonly paths: readonly string[] }> | undefined

/** The folder of channels. Nobody may change it. */
export const footage = async (): Promise<string> => (await (made ??= make())).root

/** A copy of its own, for a spec that damages it; and its segments, in order of time, two seconds each. */
export async function ownFootage(): Promise<{ root: string; paths: string[] }> {
  const { root, paths } = await (made ??= make())
  const own = await mkdtemp(join(tmpdir(), 'reelstate-footage-'))
  copies.push(own)
  await cp(root, own, { recursive: true })
  return { root: own, paths: paths.map((path) => own + path.slice(root.length)) }
}

/** Seconds from the beginning of the footage, as an edit has them. */
export const range = (start: number, end: number): [string, string] => [
  formatInstant(begins + start * 1000),
  formatInstant(begins + end * 1000),
]

const copies: string[] = []

async function make() {
  const root = await mkdtemp(join(tmpdir(), 'reelstate-footage-'))
  copies.push(root)
  const raw = join(root, '.raw')
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=640x360:r=30:d=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=440:r=48000:d=30']
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '60', '-c:a', 'aac']
  await mkdir(raw)
  const ffmpeg = process.env['FFMPEG_PATH'] || 'ffmpeg'
  await promisify(execFile)(ffmpeg, [
    ...['-nostdin', '-v', 'error', ...picture, ...sound, ...codecs],
    ...['-f', 'segment', '-segment_format', 'mpegts', '-segment_time', '2', join(raw, 'part%03d.ts')],
  ])
  const files = (await readdir(raw)).sort().map((name) => join(raw, name))
  const paths = await record(files, root, begins)
  await rm(raw, { recursive: true })
  return { root, paths }
}

after(async () => {
  for (const folder of copies) await rm(folder, { recursive: true, force: true })
})
