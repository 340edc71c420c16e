/** What the sequence parameter sets of H.264 (7.3.2.1) and HEVC (ITU-T H.265, 7.3.2.2) say of the pictures. */
import { BitReader } from './bits.js'

export type PictureCodec = 'h264' | 'hevc'

/** What must not change within a copied stretch. */
export interface PictureShape {
  readonly codec: PictureCodec
  readonly width: number
  readonly height: number
  /** 0 grey, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chroma: number
  readonly bitDepth: number
  /** Whether fields may be coded apart (H.264). */
  readonly interlaced: boolean
  /** The number of the set, by which others refer to it. */
  readonly setId: number
  /** How slices begin (H.264, 7.3.3). */
  readonly slices?: { readonly frameNumberBits: number; readonly separatePlanes: boolean }
}

/** As people write it: `h264 1280x720 4:2:0 8 bit`. */
export function describeShape({ codec, width, height, chroma, bitDepth, interlaced }: PictureShape): string {
  const sampling = ['grey', '4:2:0', '4:2:2', '4:4:4'][chroma] ?? '?'
  return `${codec} ${width}x${height} ${sampling} ${bitDepth} bit${interlaced ? ' interlaced' : ''}`
}

/** Reads a sequence parameter set, its NAL header included. Throws a RangeError where it makes no sense. */
export function readSequenceParameters(codec: PictureCodec, unit: Buffer): PictureShape {
  return codec === 'h264' ? readH264(unit) : readHevc(unit)
}

/** Profiles whose parameter sets say how colour is sampled (7.3.2.1.1). */
const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])

function readH264(unit: Buffer): PictureShape {
  const bits = new BitReader(unit.subarray(1))
  const profile = bits.bits(8)
  bits.skip(16)
  const setId = bits.unsigned()
  let chroma = 1
  let bitDepth = 8
  let separatePlanes = false
  if (HIGH_PROFILES.has(profile)) {
    chroma = bits.unsigned()
    if (chroma === 3) separatePlanes = bits.flag()
    bitDepth = 8 + bits.unsigned()
    bits.unsigned()
    bits.skip(1)
    if (bits.flag()) skipScalingLists(bits, chroma === 3 ? 12 : 8)
  }
  const frameNumberBits = bits.unsigned() + 4
  skipOrderOfPictures(bits)
  bits.unsigned()
  bits.skip(1)
  const widthInBlocks = bits.unsigned() + 1
  const heightInUnits = bits.unsigned() + 1
  const framesOnly = bits.flag()
  if (!framesOnly) bits.skip(1)
  bits.skip(1)
  const fieldFactor = framesOnly ? 1 : 2
  const cropX = chroma === 1 || chroma === 2 ? 2 : 1
  const cropY = (chroma === 1 ? 2 : 1) * fieldFactor
  const [left, right, top, bottom] = bits.flag() ? four(bits) : [0, 0, 0, 0]
  return {
    codec: 'h264',
    width: widthInBlocks * 16 - (left + right) * cropX,
    height: heightInUnits * 16 * fieldFactor - (top + bottom) * cropY,
    chroma,
    bitDepth,
    interlaced: !framesOnly,
    setId,
    slices: { frameNumberBits, separatePlanes },
  }
}

/**
 * Whether a slice (its NAL header included) is of a field that is coded apart from the other one of its frame (H.264, 7.3.3);
 * false where it is cut short before it says so.
 */
export function isOfField(unit: Buffer, { interlaced, slices }: PictureShape): boolean {
  if (!interlaced || slices === undefined) return false
  const bits = new BitReader(unit.subarray(1, 1 + SLICE_HEADER_BYTES))
  try {
    bits.unsigned()
    bits.unsigned()
    bits.unsigned()
    if (slices.separatePlanes) bits.skip(2)
    bits.skip(slices.frameNumberBits)
    return bits.flag()
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

/** What comes before the flag is never longer. */
const SLICE_HEADER_BYTES = 32

function four(bits: BitReader): [number, number, number, number] {
  return [bits.unsigned(), bits.unsigned(), bits.unsigned(), bits.unsigned()]
}

function skipScalingLists(bits: BitReader, lists: number): void {
  for (let list = 0; list < lists; list++) {
    if (!bits.flag()) continue
    let last = 8
    let next = 8
    for (let index = 0; index < (list < 6 ? 16 : 64); index++) {
      if (next !== 0) next = (last + bits.signed() + 256) % 256
      last = next === 0 ? last : next
    }
  }
}

function skipOrderOfPictures(bits: BitReader): void {
  const type = bits.unsigned()
  if (type === 0) bits.unsigned()
  if (type !== 1) return
  bits.skip(1)
  bits.signed()
  bits.signed()
  for (let left = bits.unsigned(); left > 0; left--) bits.signed()
}

function readHevc(unit: Buffer): PictureShape {
  const bits = new BitReader(unit.subarray(2))
  bits.skip(4)
  const subLayers = bits.bits(3)
  bits.skip(1)
  skipProfileTierLevel(bits, subLayers)
  const setId = bits.unsigned()
  const chroma = bits.unsigned()
  if (chroma === 3) bits.skip(1)
  const width = bits.unsigned()
  const height = bits.unsigned()
  const [left, right, top, bottom] = bits.flag() ? four(bits) : [0, 0, 0, 0]
  const bitDepth = 8 + bits.unsigned()
  return {
    codec: 'hevc',
    width: width - (left + right) * (chroma === 1 || chroma === 2 ? 2 : 1),
    height: height - (top + bottom) * (chroma === 1 ? 2 : 1),
    chroma,
    bitDepth,
    interlaced: false,
    setId,
  }
}

function skipProfileTierLevel(bits: BitReader, subLayers: number): void {
  bits.skip(88 + 8)
  const present: [boolean, boolean][] = []
  for (let layer = 0; layer < subLayers; layer++) present.push([bits.flag(), bits.flag()])
  if (subLayers > 0) bits.skip((8 - subLayers) * 2)
  for (const [profile, level] of present) bits.skip((profile ? 88 : 0) + (level ? 8 : 0))
}
