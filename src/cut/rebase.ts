import {
  pesHeaderAt,
  programClockAt,
  readProgramClock,
  readTicks,
  wrapped,
  writeProgramClock,
  writeTicks,
} from '../segments/pesHeader.js'
import { PACKET_BYTES, beginsUnit, payloadStart, pidOf } from '../segments/transportStream.js'

const NULL_PID = 0x1fff

/**
 * Moves every PTS, DTS and PCR in a transport stream by the same amount, in place; the payload is not touched.
 * `packets` is whole packets. Throws a RangeError at a PES header that goes on in the next packet (no encoder does that).
 */
export function rebase(packets: Buffer, shiftTicks: number): void {
  for (let at = 0; at + PACKET_BYTES <= packets.length; at += PACKET_BYTES) {
    const clockAt = programClockAt(packets, at)
    if (clockAt >= 0) writeProgramClock(packets, clockAt, wrapped(readProgramClock(packets, clockAt) + shiftTicks))
    if (beginsUnit(packets, at) && pidOf(packets, at) !== NULL_PID) rebasePes(packets, at, shiftTicks)
  }
}

function rebasePes(packets: Buffer, at: number, shiftTicks: number): void {
  // tables begin with a pointer and their id, never with 00 00 01
  const header = pesHeaderAt(packets, payloadStart(packets, at), at + PACKET_BYTES)
  if (header === undefined || header.ptsAt < 0) return
  const move = (ticksAt: number) => writeTicks(packets, ticksAt, wrapped(readTicks(packets, ticksAt) + shiftTicks))
  move(header.ptsAt)
  if (header.hasDts) move(header.ptsAt + 5)
}
