/** Puts the same pictures into PES packets as other muxers do. */
import { readFile, writeFile } from 'node:fs/promises'
import { ContinuityCounters, unitPackets } from '../../src/cut/fast/packetWriter.js'
import { pesPayload } from '../../src/cut/fast/pesPayload.js'
import { type PictureUnit, indexSegment } from '../../src/cut/fast/segmentIndex.js'
import { wrapped, writeTicks } from '../../src/segments/pesHeader.js'
import { PACKET_BYTES, beginsUnit, payloadStart, pidOf } from '../../src/segments/transportStream.js'

export type Muxing = 'several PES packets a picture' | 'several pictures a PES packet' | 'no random access indicator'

export async function remux(file: string, muxing: Muxing): Promise<void> {
  const bytes = await readFile(file)
  await writeFile(file, muxing === 'no random access indicator' ? withoutIndicator(bytes) : repacked(bytes, muxing))
}

function withoutIndicator(bytes: Buffer): Buffer {
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    const hasField = ((bytes[at + 3] ?? 0) & 0x20) !== 0 && (bytes[at + 4] ?? 0) > 0
    if (hasField) bytes[at + 5] = (bytes[at + 5] ?? 0) & ~0x40
  }
  return bytes
}

function repacked(bytes: Buffer, muxing: Muxing): Buffer {
  const { pictures, picturePid } = indexSegment(bytes)
  const counters = new ContinuityCounters()
  const out: Buffer[] = []
  let n = 0
  for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
    const packet = bytes.subarray(at, at + PACKET_BYTES)
    if (pidOf(bytes, at) !== picturePid) out.push(packet)
    else if (beginsUnit(bytes, at) && payloadStart(bytes, at) < at + PACKET_BYTES) {
      const picture = pictures[n]
      const next = pictures[n + 1]
      n++
      if (picture === undefined) continue
      const payload = pesPayload(bytes, picturePid, picture.at)
      if (muxing === 'several PES packets a picture') {
        const half = payload.length >> 1
        out.push(unitPackets(picturePid, Buffer.concat([stamped(picture), payload.subarray(0, half)]), counters))
        out.push(unitPackets(picturePid, Buffer.concat([unstamped, payload.subarray(half)]), counters))
      } else if (n % 2 === 1) {
        const two = [payload, ...(next === undefined ? [] : [pesPayload(bytes, picturePid, next.at)])]
        out.push(unitPackets(picturePid, Buffer.concat([stamped(picture), ...two]), counters))
      }
    }
  }
  return Buffer.concat(out)
}

const unstamped = Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x80, 0, 0])

function stamped({ ptsTicks, dtsTicks }: PictureUnit): Buffer {
  const header = Buffer.from([0, 0, 1, 0xe0, 0, 0, 0x84, 0xc0, 10, 0x30, 0, 0, 0, 0, 0x10, 0, 0, 0, 0])
  writeTicks(header, 9, wrapped(ptsTicks))
  writeTicks(header, 14, wrapped(dtsTicks))
  return header
}
