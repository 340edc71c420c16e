import { CutError } from '../cut.js'
import { ffmpegOutput } from '../ffmpeg.js'
import { ffmpegArguments } from '../ffmpegArguments.js'
import { LONGEST_HEADER_BYTES, type SoundFormat, describeSound, headerReader } from './soundFrames.js'

const ENCODERS: Readonly<Record<SoundFormat['codec'], readonly [encoder: string, format: string, streamType: number]>> =
  {
    aac: ['aac', 'adts', 0x0f],
    mp2: ['mp2', 'mp2', 0x03],
    mp3: ['libmp3lame', 'mp3', 0x03],
    ac3: ['ac3', 'ac3', 0x81],
    eac3: ['eac3', 'eac3', 0x87],
  }
const LAYOUTS = ['mono', 'stereo', '3.0', '4.0', '5.0', '5.1', '6.1', '7.1']
/** The first frames are an encoder's beginning. */
const SETTLED = 4

const made = new Map<string, Promise<Buffer>>()

/** One frame of silence, as an encoder makes it: to be put where a sound track has nothing. Throws a CutError. */
export function silentFrame(format: SoundFormat, signal: AbortSignal): Promise<Buffer> {
  const key = describeSound(format)
  const known = made.get(key)
  if (known !== undefined) return known
  const making = make(format, signal)
  made.set(key, making)
  // another cut may succeed: this one may have been stopped
  making.catch(() => made.delete(key))
  return making
}

async function make(format: SoundFormat, signal: AbortSignal): Promise<Buffer> {
  const [encoder, container, streamType] = ENCODERS[format.codec]
  const layout = LAYOUTS[format.channels - 1] ?? 'stereo'
  const samples = format.samplesPerFrame * SETTLED * 3
  const args = ffmpegArguments({
    inputs: [],
    filterGraph: `anullsrc=r=${format.sampleRate}:cl=${layout},atrim=end_sample=${samples}[silence]`,
    maps: ['[silence]'],
    outputOptions: [
      '-c:a',
      encoder,
      '-map_metadata',
      '-1',
      ...(container === 'mp3' ? ['-write_xing', '0', '-id3v2_version', '0'] : []),
    ],
    format: container,
  })
  const chunks: Buffer[] = []
  for await (const chunk of ffmpegOutput({ args, inputs: [] }, { signal })) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  const read = headerReader(streamType, Buffer.alloc(0))
  let at = 0
  for (let frame = 0; at + LONGEST_HEADER_BYTES <= bytes.length; frame++) {
    const header = read?.(bytes.subarray(at, at + LONGEST_HEADER_BYTES))
    if (header === undefined) break
    if (frame === SETTLED) return bytes.subarray(at, at + header.bytes)
    at += header.bytes
  }
  throw new CutError(`no silence could be made for ${describeSound(format)}`)
}
