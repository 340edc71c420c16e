/** The frames of compressed sound: where each begins, how many bytes and samples it has. */

/** The codec's header says all that is needed to make frames that go with the stream. */
export interface SoundFormat {
  readonly codec: 'aac' | 'mp2' | 'mp3' | 'ac3' | 'eac3'
  readonly sampleRate: number
  readonly channels: number
  readonly samplesPerFrame: number
}

export interface FrameHeader extends SoundFormat {
  readonly bytes: number
}

/** As people write it: `aac 48000 Hz, 2 channels`. */
export function describeSound({ codec, sampleRate, channels }: SoundFormat): string {
  return `${codec} ${sampleRate} Hz, ${channels} channel${channels === 1 ? '' : 's'}`
}

/** How long a frame is, in ticks of 90 kHz; not whole for most rates. */
export function frameTicks({ samplesPerFrame, sampleRate }: SoundFormat): number {
  return (samplesPerFrame * 90_000) / sampleRate
}

export const LONGEST_HEADER_BYTES = 7

type ReadHeader = (header: Buffer) => FrameHeader | undefined

/**
 * How the frames of a sound stream are read, by its type in the program map (ISO/IEC 13818-1 table 2-34; 0x81 and 0x87 by
 * ATSC A/53; private data by its descriptors); undefined where its frames can't be told apart here.
 */
export function headerReader(streamType: number, descriptors: Buffer): ReadHeader | undefined {
  if (streamType === 0x0f) return readAdts
  if (streamType === 0x03 || streamType === 0x04) return readMpegAudio
  if (streamType === 0x81 || streamType === 0x87) return readAc3
  if (streamType !== 0x06) return undefined
  for (let at = 0; at + 2 <= descriptors.length; at += 2 + (descriptors[at + 1] ?? 0)) {
    const tag = descriptors[at]
    if (tag === 0x6a || tag === 0x7a) return readAc3
    const registered = tag === 0x05 ? descriptors.toString('latin1', at + 2, at + 6) : ''
    if (registered === 'AC-3' || registered === 'EAC3') return readAc3
  }
  return undefined
}

const AAC_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]
const AAC_CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8]

/** ADTS: ISO/IEC 13818-7, 6.2. */
function readAdts(header: Buffer): FrameHeader | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0] = header
  const bytes = ((b3 & 0x03) << 11) | (b4 << 3) | (b5 >> 5)
  const sampleRate = AAC_RATES[(b2 >> 2) & 0x0f]
  const channels = AAC_CHANNELS[((b2 & 1) << 2) | (b3 >> 6)]
  // channels told in the frame itself (0) are more than its header says
  if (b0 !== 0xff || (b1 & 0xf6) !== 0xf0 || sampleRate === undefined || bytes < 7) return undefined
  if (channels === undefined || channels === 0) return undefined
  return { codec: 'aac', sampleRate, channels, samplesPerFrame: (1 + (b6 & 0x03)) * 1024, bytes }
}

const MPEG_RATES = [44100, 48000, 32000]
const MPEG1_LAYER2_KBITS = [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384]
const MPEG1_LAYER3_KBITS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
const MPEG2_KBITS = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]

/** MPEG-1 and MPEG-2 sound, layers 2 and 3: ISO/IEC 11172-3, 2.4.2.3; ISO/IEC 13818-3. */
function readMpegAudio(header: Buffer): FrameHeader | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0] = header
  const version = (b1 >> 3) & 3 // 3: MPEG-1, 2: MPEG-2
  const layer = 4 - ((b1 >> 1) & 3)
  const rate = MPEG_RATES[(b2 >> 2) & 3]
  if (b0 !== 0xff || (b1 & 0xe0) !== 0xe0 || version < 2 || (layer !== 2 && layer !== 3) || rate === undefined)
    return undefined
  const first = version === 3
  const kbits = (first ? (layer === 2 ? MPEG1_LAYER2_KBITS : MPEG1_LAYER3_KBITS) : MPEG2_KBITS)[b2 >> 4]
  if (kbits === undefined || kbits === 0) return undefined
  const sampleRate = first ? rate : rate / 2
  const samplesPerFrame = layer === 3 && !first ? 576 : 1152
  const bytes = Math.floor((samplesPerFrame * kbits * 125) / sampleRate) + ((b2 >> 1) & 1)
  return { codec: layer === 2 ? 'mp2' : 'mp3', sampleRate, channels: b3 >> 6 === 3 ? 1 : 2, samplesPerFrame, bytes }
}

const AC3_RATES = [48000, 44100, 32000]
const AC3_KBITS = [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640]
const AC3_CHANNELS = [2, 1, 2, 3, 3, 4, 4, 5]

/** AC-3 and E-AC-3: ETSI TS 102 366, 4.3.1, 4.4.1 and E.1.2.2. */
function readAc3(header: Buffer): FrameHeader | undefined {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0] = header
  if (b0 !== 0x0b || b1 !== 0x77) return undefined
  if (b5 >> 3 > 10) {
    const sampleRate = AC3_RATES[b4 >> 6]
    // half rates and frames of dependent streams are not made by live encoders
    if (sampleRate === undefined || b2 >> 6 !== 0) return undefined
    const blocks = [1, 2, 3, 6][(b4 >> 4) & 3] ?? 6
    const channels = (AC3_CHANNELS[(b4 >> 1) & 7] ?? 2) + (b4 & 1)
    return {
      codec: 'eac3',
      sampleRate,
      channels,
      samplesPerFrame: 256 * blocks,
      bytes: ((((b2 & 7) << 8) | b3) + 1) * 2,
    }
  }
  const sampleRate = AC3_RATES[b4 >> 6]
  const kbits = AC3_KBITS[(b4 & 0x3f) >> 1]
  if (sampleRate === undefined || kbits === undefined) return undefined
  const words =
    sampleRate === 48000 ? kbits * 2 : sampleRate === 32000 ? kbits * 3 : Math.floor((kbits * 960) / 441) + (b4 & 1)
  const mode = b6 >> 5
  // the bit that says whether there is a low-frequency channel comes after up to three others
  const before = (mode & 1) !== 0 && mode !== 1 ? 2 : 0
  const skipped = before + ((mode & 4) !== 0 ? 2 : 0) + (mode === 2 ? 2 : 0)
  const low = (b6 >> (4 - skipped)) & 1
  return {
    codec: 'ac3',
    sampleRate,
    channels: (AC3_CHANNELS[mode] ?? 2) + low,
    samplesPerFrame: 1536,
    bytes: words * 2,
  }
}

/** What a PES packet of sound holds. Positions count the bytes of its payload. */
export interface FramesInUnit {
  /** Bytes before the first frame that begins here: the rest of the one before. */
  readonly lead: number
  readonly frames: number
}

/** Follows the frames of a sound stream through its payload, PES packet by PES packet. */
export class FrameWalker {
  readonly #read: ReadHeader
  #header = Buffer.alloc(0)
  #skip = 0
  #position = 0
  #lead = -1
  #frames = 0
  #lost = false
  format: SoundFormat | undefined
  /** Frames of another format have come: the first of them. */
  changed: SoundFormat | undefined

  constructor(read: ReadHeader) {
    this.#read = read
  }

  /** What has come since `begin`. */
  get unit(): FramesInUnit {
    return { lead: this.#lead < 0 ? this.#position : this.#lead, frames: this.#frames }
  }

  /** A PES packet begins. */
  begin(): void {
    if (this.#lost) this.#skip = 0
    if (this.#lost) this.#header = Buffer.alloc(0)
    this.#lost = false
    this.#position = 0
    this.#lead = -1
    this.#frames = 0
  }

  push(bytes: Buffer, from: number, to: number): void {
    let at = from
    while (at < to && !this.#lost) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, to - at)
        this.#skip -= step
        at += step
        continue
      }
      const begun = this.#header.length
      if (begun === 0) {
        this.#frames++
        if (this.#lead < 0) this.#lead = this.#position + at - from
      }
      const taken = Math.min(LONGEST_HEADER_BYTES - begun, to - at)
      const part = bytes.subarray(at, at + taken)
      this.#header = begun === 0 ? Buffer.from(part) : Buffer.concat([this.#header, part])
      at += taken
      if (this.#header.length === LONGEST_HEADER_BYTES) this.#readHeader()
    }
    this.#position += to - from
  }

  #readHeader(): void {
    const header = this.#read(this.#header)
    this.#header = Buffer.alloc(0)
    if (header === undefined || header.bytes < LONGEST_HEADER_BYTES) {
      this.#lost = true
      this.#frames = Math.max(0, this.#frames - 1)
      return
    }
    const { bytes, ...format } = header
    this.format ??= format
    if (this.changed === undefined && !sameSound(format, this.format)) this.changed = format
    this.#skip = bytes - LONGEST_HEADER_BYTES
  }
}

export function sameSound(a: SoundFormat, b: SoundFormat): boolean {
  return a.codec === b.codec && a.sampleRate === b.sampleRate && a.channels === b.channels
}
