/**
 * Streams that say themselves what they show: each picture carries its number as a bar code, and the pitch of the sound
 * tells its time. So a cut can be judged picture by picture, without looking for likenesses.
 */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { formatSegmentPath } from '../../src/segments/path.js'
import { readTimestamps } from '../../src/segments/timestamps.js'
import { unwrapNear } from '../../src/segments/pesHeader.js'

const run = promisify(execFile)
const FFMPEG = process.env['FFMPEG_PATH'] || 'ffmpeg'
const FFPROBE = process.env['FFPROBE_PATH'] || 'ffprobe'

const BITS = 12
const BLOCK = 16
const HEIGHT = 32
/** The pitch rises by 400 Hz a second, for 5 seconds, and begins anew. */
const LOWEST_HZ = 300
const HZ_PER_SECOND = 400
export const PITCH_SECONDS = 5
const SOUND_RATE = 48_000
/** An AAC encoder's first frame comes before the sound: so long after a recording begins is picture 0 shown, where sound begins with it. */
export const SOUND_LEAD_SECONDS = 1024 / SOUND_RATE

export interface NumberedStream {
  readonly seconds: number
  /** As ffmpeg takes it, `30` or `30000/1001`. Picture n is shown at n / rate. */
  readonly rate?: string
  /** Which pictures there are, as an expression of ffmpeg's over `n`; all by default. */
  readonly only?: string
  readonly sound?: 'with the picture' | 'late' | 'none'
  /** By how much sound is late, where it is. */
  readonly lateSeconds?: number
  /** What is added to all timestamps. */
  readonly offsetSeconds?: number
  readonly size?: number
  /** Encoder and its options, in place of libx264 with two B-frames. */
  readonly picture?: readonly string[]
  /** Seconds from one keyframe to the next; 2 by default. */
  readonly keyframeSeconds?: number
  /** Added to the time of each picture, in ticks of 90 kHz, as an expression of ffmpeg's over `N`. */
  readonly jitter?: string
  readonly soundCodec?: readonly string[]
  /** How many sound tracks there are; all the same. */
  readonly tracks?: number
}

export const H264_WITH_B_FRAMES = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-x264-params', 'b-adapt=0']

/** Writes the stream as segments of about two seconds into `folder`, and returns their files in order. */
export async function makeNumbered(folder: string, stream: NumberedStream): Promise<string[]> {
  const {
    seconds,
    rate = '30',
    only,
    sound = 'with the picture',
    lateSeconds = 0,
    offsetSeconds = 0,
    size = 1,
  } = stream
  await mkdir(folder, { recursive: true })
  const bars = `geq=lum='if(mod(floor(N/pow(2,floor(X/${BLOCK}))),2),220,32)':cb=128:cr=128`
  const chosen = only === undefined ? '' : `,select='${only}'`
  const moved = stream.jitter === undefined ? '' : `,settb=1/90000,setpts='PTS+${stream.jitter}'`
  const scaled = size === 1 ? '' : `,scale=iw*${size}:ih*${size}:flags=neighbor`
  const inputs = [
    '-f',
    'lavfi',
    '-i',
    `color=s=${BITS * BLOCK}x${HEIGHT}:r=${rate}:d=${seconds},${bars}${chosen}${scaled}${moved}`,
  ]
  if (sound !== 'none') {
    const pitch = `0.4*sin(2*PI*(${LOWEST_HZ}*mod(t,${PITCH_SECONDS})+${HZ_PER_SECOND / 2}*pow(mod(t,${PITCH_SECONDS}),2)))`
    if (sound === 'late') inputs.push('-itsoffset', String(lateSeconds))
    const from = sound === 'late' ? `,atrim=start=${lateSeconds}` : ''
    inputs.push('-f', 'lavfi', '-i', `aevalsrc='${pitch}':s=${SOUND_RATE}:d=${seconds}${from}`)
  }
  const { picture = H264_WITH_B_FRAMES, keyframeSeconds = 2, tracks = 1, soundCodec = ['-c:a', 'aac'] } = stream
  const codecs = ['-fps_mode', 'passthrough', '-enc_time_base', '1:90000', ...picture, '-pix_fmt', 'yuv420p']
  codecs.push('-force_key_frames', `expr:gte(t,n_forced*${keyframeSeconds})`)
  codecs.push('-map', '0:v', ...(sound === 'none' ? [] : Array.from({ length: tracks }, () => ['-map', '1:a']).flat()))
  codecs.push(...soundCodec, '-output_ts_offset', String(offsetSeconds))
  const segmenter = ['-f', 'segment', '-segment_format', 'mpegts', '-segment_time', '1.9', join(folder, 'part%03d.ts')]
  await run(FFMPEG, ['-nostdin', '-v', 'error', '-y', ...inputs, ...codecs, ...segmenter])
  const names = (await readdir(folder)).filter((name) => /^part\d+\.ts$/.test(name)).sort()
  return names.map((name) => join(folder, name))
}

/** Puts files into a data root as the segments of one clock, the first of which begins at `startMs`. Returns their paths. */
export async function record(files: readonly string[], root: string, startMs: number): Promise<string[]> {
  const measured = []
  for (const file of files) {
    const { startTicks, endTicks } = await readTimestamps(file)
    const expected = measured.at(-1)?.endTicks ?? startTicks
    const begins = unwrapNear(startTicks, expected)
    measured.push({ file, begins, endTicks: begins + endTicks - startTicks })
  }
  const zero = measured[0]?.begins ?? 0
  const toMs = (ticks: number) => Math.round((ticks - zero) / 90)
  const paths: string[] = []
  for (const [index, { file, begins, endTicks }] of measured.entries()) {
    const bytes = await readFile(file)
    const next = measured[index + 1]?.begins ?? endTicks
    const path = join(
      root,
      formatSegmentPath({
        channel: 'camera',
        quality: 'source',
        startMs: startMs + toMs(begins),
        durationSeconds: (toMs(next) - toMs(begins)) / 1000,
        type: 'full',
        hash: createHash('sha256').update(bytes).digest('base64url'),
      }),
    )
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
    paths.push(path)
  }
  return paths
}

/** What a finished cut shows. Times are seconds on its own clock. */
export interface Shown {
  readonly numbers: readonly number[]
  /** Of each picture how light its bars are, 0 to 255, the lowest bit of the number first. */
  readonly bars: readonly Uint8Array[]
  readonly pictureTimes: readonly number[]
  /** Decoding times of its packets, which must only grow. */
  readonly pictureDts: readonly number[]
  readonly soundDts: readonly number[]
  /** From the first sound to the end of the last; undefined where there is none. */
  readonly sound:
    { readonly from: number; readonly to: number; pitchSecondsAt(time: number): number | undefined } | undefined
}

/** How light the bars of a number are; of two numbers, where so much of the second is laid over the first. */
export function barsOf(number: number, over = number, share = 0): number[] {
  const level = (of: number, bit: number) => ((of >> bit) & 1 ? 238 : 19)
  return Array.from({ length: BITS }, (_, bit) => (1 - share) * level(number, bit) + share * level(over, bit))
}

/** Decodes a cut and reads the numbers out of its pictures. */
export async function look(file: string): Promise<Shown> {
  const packets = await run(
    FFPROBE,
    ['-v', 'error', '-show_entries', 'packet=codec_type,stream_index,pts,dts,duration', '-of', 'json', file],
    { maxBuffer: 1 << 28 },
  )
  const all = (
    JSON.parse(packets.stdout) as {
      packets: { codec_type: string; stream_index: number; pts: number; dts: number; duration?: number }[]
    }
  ).packets
  const of = (kind: string) => {
    const ofKind = all.filter(({ codec_type }) => codec_type === kind)
    return ofKind.filter(({ stream_index }) => stream_index === ofKind[0]?.stream_index)
  }
  const pictures = of('video')
  const sounds = of('audio')
  const gray = await bytesOf([
    '-i',
    file,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    '1:90000',
    '-vf',
    `scale=${BITS}:1:flags=area,format=gray`,
    '-f',
    'rawvideo',
    '-',
  ])
  const bars: Uint8Array[] = []
  for (let at = 0; at + BITS <= gray.length; at += BITS) bars.push(gray.subarray(at, at + BITS))
  const numbers = bars.map((levels) => levels.reduce((sum, level, bit) => sum + (level > 126 ? 2 ** bit : 0), 0))
  const from = (sounds[0]?.pts ?? 0) / 90_000
  const last = sounds.at(-1)
  const samples = last === undefined ? undefined : await samplesOf(file)
  return {
    numbers,
    bars,
    pictureTimes: pictures.map(({ pts }) => pts / 90_000).sort((a, b) => a - b),
    pictureDts: pictures.map(({ dts }) => dts),
    soundDts: sounds.map(({ dts }) => dts),
    sound:
      last === undefined || samples === undefined
        ? undefined
        : {
            from,
            to: (last.pts + (last.duration ?? 1920)) / 90_000,
            pitchSecondsAt: (time) => pitchSeconds(samples, Math.round((time - from) * SOUND_RATE)),
          },
  }
}

async function samplesOf(file: string): Promise<Int16Array> {
  const raw = await bytesOf(['-i', file, '-map', '0:a:0', '-ac', '1', '-ar', String(SOUND_RATE), '-f', 's16le', '-'])
  return new Int16Array(raw.buffer, raw.byteOffset, raw.length >> 1)
}

/** Which time in its 5 seconds the pitch around a sample tells, from the zero crossings of 40 ms; undefined in silence. */
function pitchSeconds(samples: Int16Array, middle: number): number | undefined {
  const half = SOUND_RATE / 50
  const crossings: number[] = []
  for (let at = Math.max(1, middle - half); at < Math.min(samples.length, middle + half); at++) {
    const before = samples[at - 1] ?? 0
    const now = samples[at] ?? 0
    if (before < -200 || now > 200 ? before < 0 && now >= 0 : false) crossings.push(at - 1 + before / (before - now))
  }
  const first = crossings[0]
  const last = crossings.at(-1)
  if (first === undefined || last === undefined || crossings.length < 4) return undefined
  const hz = ((crossings.length - 1) * SOUND_RATE) / (last - first)
  // the pitch that was measured is that of the middle of the crossings
  return (hz - LOWEST_HZ) / HZ_PER_SECOND - ((first + last) / 2 - middle) / SOUND_RATE
}

function bytesOf(args: readonly string[]): Promise<Buffer> {
  const child = spawn(FFMPEG, ['-nostdin', '-v', 'error', ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(Buffer.concat(chunks)))
  })
}
