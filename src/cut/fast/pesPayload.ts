import { pesHeaderAt } from '../../segments/pesHeader.js'
import { PACKET_BYTES, beginsUnit, payloadStart, pidOf } from '../../segments/transportStream.js'

/** The payload of the PES packet of `pid` that begins in the transport packet at `at`: its header left out. */
export function pesPayload(bytes: Buffer, pid: number, at: number): Buffer {
  const pieces: Buffer[] = []
  let lastCounter = 0xff
  for (let packet = at; packet + PACKET_BYTES <= bytes.length; packet += PACKET_BYTES) {
    if (pidOf(bytes, packet) !== pid) continue
    if (packet !== at && beginsUnit(bytes, packet)) break
    const control = bytes[packet + 3] ?? 0
    if ((control & 0x10) === 0 || (control & 0x0f) === lastCounter) continue
    lastCounter = control & 0x0f
    const from = payloadStart(bytes, packet)
    const end = packet + PACKET_BYTES
    pieces.push(bytes.subarray(packet === at ? (pesHeaderAt(bytes, from, end)?.payloadAt ?? end) : from, end))
  }
  return Buffer.concat(pieces)
}
