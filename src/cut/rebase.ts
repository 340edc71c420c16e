import { WRAP_TICKS } from '../segments/timestampScanner.js'
import { PACKET_BYTES, beginsUnit, byteAt, payloadStart, pidOf } from '../segments/transportStream.js'

const NULL_PID = 0x1fff
/** The stream ids of picture, sound and private stream 1: PES packets whose header has timestamps. */
const hasTimestamps = (streamId: number) =>
  streamId === 0xbd || streamId === 0xfd || (streamId >= 0xc0 && streamId <= 0xef)

/**
 * Moves every PTS, DTS and PCR in a transport stream by the same amount, in place; the payload is not touched.
 * `packets` is whole packets. Throws a RangeError at a PES header that goes on in the next packet (no encoder does that).
 */
export function rebase(packets: Buffer, shiftTicks: number): void {
  for (let at = 0; at + PACKET_BYTES <= packets.length; at += PACKET_BYTES) {
    const control = byteAt(packets, at + 3)
    // an adaptation field of at least 7 bytes that says it has a PCR
    if ((control & 0x20) !== 0 && byteAt(packets, at + 4) >= 7 && (byteAt(packets, at + 5) & 0x10) !== 0) {
      movePcr(packets, at + 6, shiftTicks)
    }
    if (beginsUnit(packets, at) && pidOf(packets, at) !== NULL_PID) rebasePes(packets, at, shiftTicks)
  }
}

function rebasePes(packets: Buffer, at: number, shiftTicks: number): void {
  const from = payloadStart(packets, at)
  const end = at + PACKET_BYTES
  // tables begin with a pointer and their id, never with 00 00 01
  if (from + 4 > end || packets.readUIntBE(from, 3) !== 1 || !hasTimestamps(byteAt(packets, from + 3))) return
  if (from + 9 > end) throw new RangeError('a PES header that is spread over packets')
  const flags = byteAt(packets, from + 7) >> 6
  const needed = flags === 3 ? 19 : flags === 2 ? 14 : 0
  if (from + needed > end) throw new RangeError('a PES header that is spread over packets')
  if (flags >= 2) moveTimestamp(packets, from + 9, shiftTicks)
  if (flags === 3) moveTimestamp(packets, from + 14, shiftTicks)
}

function moved(ticks: number, shiftTicks: number): number {
  const sum = (ticks + shiftTicks) % WRAP_TICKS
  return sum < 0 ? sum + WRAP_TICKS : sum
}

/** 33 bits between marker bits: 4 bits of prefix, 3 bits, 1, 15 bits, 1, 15 bits, 1. */
function moveTimestamp(bytes: Buffer, at: number, shiftTicks: number): void {
  const high = (byteAt(bytes, at) >> 1) & 0x07
  const middle = bytes.readUInt16BE(at + 1) >> 1
  const low = bytes.readUInt16BE(at + 3) >> 1
  const ticks = moved(high * 2 ** 30 + middle * 2 ** 15 + low, shiftTicks)
  bytes[at] = (byteAt(bytes, at) & 0xf1) | (Math.floor(ticks / 2 ** 30) << 1)
  bytes.writeUInt16BE((Math.floor(ticks / 2 ** 15) % 2 ** 15) * 2 + 1, at + 1)
  bytes.writeUInt16BE((ticks % 2 ** 15) * 2 + 1, at + 3)
}

/** The base of a PCR is 33 bits of the same clock; what follows it (reserved bits and 1/300 ticks) stays. */
function movePcr(bytes: Buffer, at: number, shiftTicks: number): void {
  const ticks = moved(bytes.readUInt32BE(at) * 2 + (byteAt(bytes, at + 4) >> 7), shiftTicks)
  bytes.writeUInt32BE(Math.floor(ticks / 2), at)
  bytes[at + 4] = (byteAt(bytes, at + 4) & 0x7f) | ((ticks % 2) << 7)
}
