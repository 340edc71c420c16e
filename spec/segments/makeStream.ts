import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const FFMPEG = process.env['FFMPEG_PATH'] ?? 'ffmpeg'
const FFPROBE = process.env['FFPROBE_PATH'] ?? 'ffprobe'

export interface StreamShape {
  readonly seconds: number
  readonly picture?: 'h264' | 'hevc' | 'vp9' | 'none'
  readonly sound?: 'aac' | 'mp2' | 'ac3' | 'opus' | 'none'
  /** Pictures between keyframes. */
  readonly gop?: number
  /** What is added to all timestamps. */
  readonly offsetSeconds?: number
}

const PICTURE = {
  h264: ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-x264-params', 'b-adapt=0'],
  hevc: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:bframes=2'],
  vp9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8'],
}

/** A real encoder's stream of moving pictures at 25 a second and a tone, muxed by what the file's name ends in. */
export async function makeStream(path: string, shape: StreamShape): Promise<string> {
  const { seconds, picture = 'h264', sound = 'aac', gop = 25, offsetSeconds = 0 } = shape
  const args = ['-nostdin', '-v', 'error', '-y']
  if (picture !== 'none') args.push('-f', 'lavfi', '-i', `testsrc2=s=160x90:r=25:d=${seconds}`)
  if (sound !== 'none') args.push('-f', 'lavfi', '-i', `sine=440:r=48000:d=${seconds}`)
  if (picture !== 'none') args.push(...PICTURE[picture], '-g', String(gop), '-pix_fmt', 'yuv420p')
  if (sound !== 'none') args.push('-c:a', sound === 'opus' ? 'libopus' : sound)
  await run(FFMPEG, [...args, '-output_ts_offset', String(offsetSeconds), path])
  return path
}

/** The segments of a live encoder, in order: a keyframe every two seconds begins a segment, one clock over all. */
export async function makeSegments(folder: string, shape: StreamShape): Promise<string[]> {
  const { seconds, offsetSeconds = 0, gop = 50 } = shape
  const inputs = [
    '-f',
    'lavfi',
    '-i',
    `testsrc2=s=160x90:r=25:d=${seconds}`,
    '-f',
    'lavfi',
    '-i',
    `sine=440:r=48000:d=${seconds}`,
  ]
  const codecs = [...PICTURE.h264, '-g', String(gop), '-c:a', 'aac', '-output_ts_offset', String(offsetSeconds)]
  const segmenter = ['-f', 'segment', '-segment_format', 'mpegts', '-segment_time', '2', join(folder, 'part%03d.ts')]
  await run(FFMPEG, ['-nostdin', '-v', 'error', '-y', ...inputs, ...codecs, ...segmenter])
  const names = await readdir(folder)
  return names
    .filter((name) => /^part\d+\.ts$/.test(name))
    .sort()
    .map((name) => join(folder, name))
}

export interface ProbedPacket {
  readonly kind: string
  readonly ptsTicks: number
}

/** Every packet's timestamp as ffprobe reads it. */
export async function probePackets(path: string): Promise<ProbedPacket[]> {
  const asked = ['-show_entries', 'packet=codec_type,pts', '-of', 'csv=p=0']
  const { stdout } = await run(FFPROBE, ['-v', 'error', ...asked, path], { maxBuffer: 1 << 28 })
  return stdout
    .split('\n')
    .map((line) => line.split(','))
    .filter(([kind, pts]) => kind !== undefined && pts !== undefined && /^-?\d+$/.test(pts))
    .map(([kind = '', pts]) => ({ kind, ptsTicks: Number(pts) }))
}
