import type { PictureCodec } from './parameterSets.js'

/** A key picture with the parameter sets that a decoder needs: after the delimiter, where it begins with one. */
export function withParameterSets(codec: PictureCodec, picture: Buffer, sets: Buffer): Buffer {
  const startAt = picture.indexOf(Buffer.from([0, 0, 1]))
  const header = picture[startAt + 3] ?? 0
  const isDelimiter = codec === 'h264' ? (header & 0x1f) === 9 : ((header >> 1) & 0x3f) === 35
  const next = isDelimiter ? picture.indexOf(Buffer.from([0, 0, 1]), startAt + 4) : startAt
  const at = next > 0 && picture[next - 1] === 0 ? next - 1 : Math.max(0, next)
  return Buffer.concat([picture.subarray(0, at), sets, picture.subarray(at)])
}
