/** NAL units in the payload of picture PES packets (Annex B of H.264 and of HEVC: each begins with 00 00 01). */
import type { PictureCodec } from './parameterSets.js'

const STREAM_TYPES: Readonly<Record<number, PictureCodec>> = { 0x1b: 'h264', 0x24: 'hevc' }

/** The codec of a picture stream that can be spliced. */
export function pictureCodec(streamType: number): PictureCodec | undefined {
  return STREAM_TYPES[streamType]
}

export type UnitKind = 'key' | 'picture' | 'sequence parameters' | 'other'

/** What a NAL unit is, by the first byte of its header. */
export function kindOfUnit(codec: PictureCodec, header: number): UnitKind {
  if (codec === 'h264') {
    const type = header & 0x1f
    if (type === 5) return 'key'
    return type === 1 || type === 2 ? 'picture' : type === 7 ? 'sequence parameters' : 'other'
  }
  const type = (header >> 1) & 0x3f
  if (type >= 16 && type <= 21) return 'key'
  return type <= 9 ? 'picture' : type === 33 ? 'sequence parameters' : 'other'
}

/**
 * Looks for what the first picture of a PES packet is. Fed with its payload piece by piece until it knows: a start code
 * may lie across packets.
 */
export class PictureHead {
  readonly #codec: PictureCodec
  #code = 0xffffff
  key = false
  /** Its parameter sets stand before it. */
  hasParameters = false
  known = false

  constructor(codec: PictureCodec) {
    this.#codec = codec
  }

  restart(): void {
    this.#code = 0xffffff
    this.key = false
    this.hasParameters = false
    this.known = false
  }

  push(bytes: Buffer, from: number, to: number): void {
    let code = this.#code
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (code === 1) {
        const kind = kindOfUnit(this.#codec, byte)
        if (kind === 'sequence parameters') this.hasParameters = true
        if (kind === 'key' || kind === 'picture') {
          this.key = kind === 'key'
          this.known = true
          return
        }
      }
      code = ((code << 8) | byte) & 0xffffff
    }
    this.#code = code
  }
}

/** The NAL units of a whole payload, without their start codes. */
export function unitsIn(payload: Buffer): Buffer[] {
  const units: Buffer[] = []
  const startCode = Buffer.from([0, 0, 1])
  let at = payload.indexOf(startCode)
  while (at >= 0) {
    const next = payload.indexOf(startCode, at + 3)
    let end = next < 0 ? payload.length : next
    // zeros before the next start code belong to neither
    while (end > at + 3 && payload[end - 1] === 0) end--
    if (end > at + 3) units.push(payload.subarray(at + 3, end))
    at = next
  }
  return units
}

/** How many pictures (or fields coded apart) begin in a payload. */
export function picturesBegunIn(codec: PictureCodec, payload: Buffer): number {
  const headerBytes = codec === 'h264' ? 1 : 2
  return unitsIn(payload).filter((unit) => {
    const kind = kindOfUnit(codec, unit[0] ?? 0)
    // the first slice of a picture begins at its first block, which a leading 1 says in both codecs
    return (kind === 'key' || kind === 'picture') && ((unit[headerBytes] ?? 0) & 0x80) !== 0
  }).length
}

/** The parameter sets of a payload, each with its start code: what a decoder must have before a picture. */
export function parameterSetsIn(codec: PictureCodec, payload: Buffer): Buffer {
  const sets = unitsIn(payload).filter((unit) => {
    const header = unit[0] ?? 0
    const type = codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f
    return codec === 'h264' ? type === 7 || type === 8 || type === 13 : type >= 32 && type <= 34
  })
  return Buffer.concat(sets.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]))
}
