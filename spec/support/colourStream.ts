/** Footage whose colour tells the time: two seconds, and a segment, of each. */
import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ffmpegPath } from '../../src/cut/ffmpeg.js'
import { record } from './numberedStream.js'

const run = promisify(execFile)

export interface ColourStream {
  /** As ffmpeg calls them. */
  readonly colours: readonly string[]
  readonly width: number
  readonly height: number
  /** Added to every pixel, so that nothing makes it small; five pictures a second do then. */
  readonly noise?: boolean
}

/** Segments of channel `camera`, quality `source`, in `root`, from `startMs` on. @returns their paths, in order. */
export async function recordColours(root: string, startMs: number, stream: ColourStream): Promise<string[]> {
  const { colours, width, height, noise = false } = stream
  const rate = noise ? 5 : 25
  const made = join(root, '..', `made-${width}x${height}`)
  await mkdir(made, { recursive: true })
  const inputs = colours.flatMap((colour) => [
    '-f',
    'lavfi',
    '-i',
    `color=${colour}:s=${width}x${height}:r=${rate}:d=2`,
  ])
  const joined = `${colours.map((_, i) => `[${i}:v]`).join('')}concat=n=${colours.length}${noise ? ',noise=alls=100:allf=t' : ''}`
  const encoder = [
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-crf',
    noise ? '10' : '1',
    '-pix_fmt',
    'yuv420p',
    '-g',
    String(rate * 2),
  ]
  const segmenter = ['-f', 'segment', '-segment_format', 'mpegts', '-segment_time', '2', join(made, 'part%03d.ts')]
  await run(ffmpegPath(), [
    '-nostdin',
    '-v',
    'error',
    '-y',
    ...inputs,
    '-filter_complex',
    joined,
    ...encoder,
    ...segmenter,
  ])
  const names = (await readdir(made)).sort()
  return record(
    names.map((name) => join(made, name)),
    root,
    startMs,
  )
}
