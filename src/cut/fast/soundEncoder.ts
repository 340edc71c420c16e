/** How sound is encoded so that it goes with that of the source: same codec, rate and channels. */
import { LONGEST_HEADER_BYTES, type SoundFormat, headerReader } from './soundFrames.js'

export interface SoundEncoder {
  /** As ffmpeg names them. */
  readonly container: string
  readonly layout: string
  readonly options: readonly string[]
  /** What the encoder puts ahead of the first sample. */
  readonly delaySamples: number
}

interface Codec {
  readonly encoder: string
  readonly container: string
  readonly streamType: number
  readonly delaySamples: number
  readonly options?: readonly string[]
}

/** Delays as the encoders state them (`initial_padding`). */
const CODECS: Readonly<Record<SoundFormat['codec'], Codec>> = {
  aac: { encoder: 'aac', container: 'adts', streamType: 0x0f, delaySamples: 1024 },
  mp2: { encoder: 'mp2', container: 'mp2', streamType: 0x03, delaySamples: 481 },
  mp3: {
    encoder: 'libmp3lame',
    container: 'mp3',
    streamType: 0x03,
    delaySamples: 1105,
    // no frame refers to one before it
    options: ['-reservoir', '0', '-write_xing', '0', '-id3v2_version', '0'],
  },
  ac3: { encoder: 'ac3', container: 'ac3', streamType: 0x81, delaySamples: 256 },
  eac3: { encoder: 'eac3', container: 'eac3', streamType: 0x87, delaySamples: 256 },
}
const LAYOUTS = ['mono', 'stereo', '3.0', '4.0', '5.0', '5.1', '6.1', '7.1']

export function soundEncoder({ codec, channels }: SoundFormat): SoundEncoder {
  const { encoder, container, delaySamples, options = [] } = CODECS[codec]
  const bitRate = codec === 'aac' ? ['-b:a', `${96 * channels}k`] : []
  return {
    container,
    layout: LAYOUTS[channels - 1] ?? 'stereo',
    delaySamples,
    options: ['-c:a', encoder, ...bitRate, '-map_metadata', '-1', ...options],
  }
}

/** The frames of a whole stream as the encoder wrote it. */
export function framesIn(bytes: Buffer, { codec }: SoundFormat): Buffer[] {
  const read = headerReader(CODECS[codec].streamType, Buffer.alloc(0))
  const frames: Buffer[] = []
  for (let at = 0; at + LONGEST_HEADER_BYTES <= bytes.length;) {
    const header = read?.(bytes.subarray(at, at + LONGEST_HEADER_BYTES))
    if (header === undefined) break
    frames.push(bytes.subarray(at, at + header.bytes))
    at += header.bytes
  }
  return frames
}
