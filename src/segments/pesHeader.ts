/** Timestamps as they stand in transport streams (ISO/IEC 13818-1, 2.4.3.4 to 2.4.3.7). */
import { byteAt } from './transportStream.js'

/** Timestamps of MPEG-TS count ticks of 90 kHz, in 33 bits. */
export const TICKS_PER_SECOND = 90_000
export const WRAP_TICKS = 2 ** 33

/** Of all values that are `ticks` modulo 2^33, the one nearest to `reference`. */
export function unwrapNear(ticks: number, reference: number): number {
  const ahead = (((ticks - reference) % WRAP_TICKS) + WRAP_TICKS) % WRAP_TICKS
  return reference + (ahead >= WRAP_TICKS / 2 ? ahead - WRAP_TICKS : ahead)
}

/** `ticks` in 33 bits. */
export function wrapped(ticks: number): number {
  const rest = ticks % WRAP_TICKS
  return rest < 0 ? rest + WRAP_TICKS : rest
}

/** Reads the 33 bits of a PTS or DTS: 4 bits of prefix, 3 bits, a marker, 15 bits, a marker, 15 bits, a marker. */
export function readTicks(bytes: Buffer, at: number): number {
  const high = (byteAt(bytes, at) >> 1) & 0x07
  const middle = (byteAt(bytes, at + 1) << 7) | (byteAt(bytes, at + 2) >> 1)
  const low = (byteAt(bytes, at + 3) << 7) | (byteAt(bytes, at + 4) >> 1)
  // beyond 32 bits: no shifting
  return high * 2 ** 30 + middle * 2 ** 15 + low
}

/** Writes a PTS or DTS (0 to 2^33 − 1); the prefix before it stays. */
export function writeTicks(bytes: Buffer, at: number, ticks: number): void {
  bytes[at] = (byteAt(bytes, at) & 0xf0) | (Math.floor(ticks / 2 ** 30) << 1) | 1
  bytes.writeUInt16BE((Math.floor(ticks / 2 ** 15) % 2 ** 15) * 2 + 1, at + 1)
  bytes.writeUInt16BE((ticks % 2 ** 15) * 2 + 1, at + 3)
}

/** Where the program clock of the packet at `at` stands, or -1 where it has none: an adaptation field of at least 7 bytes that says so. */
export function programClockAt(bytes: Buffer, at: number): number {
  const has = (byteAt(bytes, at + 3) & 0x20) !== 0 && byteAt(bytes, at + 4) >= 7 && (byteAt(bytes, at + 5) & 0x10) !== 0
  return has ? at + 6 : -1
}

/** The base of a program clock: 33 bits in ticks of 90 kHz. */
export function readProgramClock(bytes: Buffer, at: number): number {
  return bytes.readUInt32BE(at) * 2 + (byteAt(bytes, at + 4) >> 7)
}

/** Writes the base of a program clock; what follows it (reserved bits, and 1/300 ticks) stays. */
export function writeProgramClock(bytes: Buffer, at: number, ticks: number): void {
  bytes.writeUInt32BE(Math.floor(ticks / 2), at)
  bytes[at + 4] = (byteAt(bytes, at + 4) & 0x7f) | ((ticks % 2) << 7)
}

/** What the header of a PES packet says about time, and where its payload begins. */
export interface PesHeader {
  readonly streamId: number
  /** Where the PTS stands; -1 where there is none. The DTS, where there is one, stands 5 bytes after it. */
  readonly ptsAt: number
  readonly hasDts: boolean
  readonly payloadAt: number
}

/** Stream ids whose packets have no header with timestamps (table 2-22). */
const WITHOUT_HEADER = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff])

/**
 * The header of the PES packet that begins at `from`, within the transport packet that ends at `end`; undefined where none
 * begins there. Throws a RangeError where it goes on in the next packet (no encoder does that).
 */
export function pesHeaderAt(bytes: Buffer, from: number, end: number): PesHeader | undefined {
  if (from + 4 > end || bytes.readUIntBE(from, 3) !== 1) return undefined
  const streamId = byteAt(bytes, from + 3)
  if (WITHOUT_HEADER.has(streamId)) return undefined
  if (from + 9 > end) throw new RangeError('a PES header that is spread over packets')
  const flags = byteAt(bytes, from + 7) >> 6
  const payloadAt = from + 9 + byteAt(bytes, from + 8)
  const needed = flags === 3 ? 19 : flags === 2 ? 14 : 9
  if (from + needed > end || payloadAt > end) throw new RangeError('a PES header that is spread over packets')
  return { streamId, ptsAt: flags >= 2 ? from + 9 : -1, hasDts: flags === 3, payloadAt }
}
