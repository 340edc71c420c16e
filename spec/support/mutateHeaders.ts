/**
 * Damages what says how long other things are and what they are: tables (with a checksum that fits), PES headers and their
 * timestamps, frames of sound, parameter sets and slices. Random damage seldom meets them, and a checksum keeps it from tables.
 */
import { pesHeaderAt, writeTicks } from '../../src/segments/pesHeader.js'
import { crc32 } from '../../src/segments/programTables.js'
import { PACKET_BYTES, beginsUnit, payloadStart } from '../../src/segments/transportStream.js'

type Random = () => number

const below = (most: number, random: Random): number => Math.floor(random() * most)

/** Any value; those at the ends more often. */
function anyByte(random: Random): number {
  const of = below(8, random)
  return of === 0 ? 0 : of === 1 ? 0xff : below(256, random)
}

/** Packets in which something begins, by what it is. */
interface Places {
  readonly tables: readonly number[]
  readonly units: readonly number[]
  /** Where NAL units begin: parameter sets, slices, and whatever looks like them. */
  readonly starts: readonly number[]
}

function placesIn(bytes: Buffer): Places {
  const places = { tables: [] as number[], units: [] as number[], starts: [] as number[] }
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    const from = payloadStart(bytes, at)
    if (!beginsUnit(bytes, at) || from + 9 > at + PACKET_BYTES) continue
    if (bytes.readUIntBE(from, 3) !== 1) places.tables.push(at)
    else {
      places.units.push(at)
      const end = at + PACKET_BYTES
      for (let start = from + 9; (start = bytes.indexOf('000001', start, 'hex')) >= 0 && start < end; start += 3)
        places.starts.push(start + 3)
    }
  }
  return places
}

type Mutation = (bytes: Buffer, places: Places, random: Random) => void

const one = (of: readonly number[], random: Random): number | undefined => of[below(of.length, random)]

const mutations: readonly Mutation[] = [
  // a table that says something else: its length, the lengths of what it holds, PIDs, types of streams
  (bytes, { tables }, random) => {
    const at = one(tables, random)
    if (at === undefined) return
    const end = at + PACKET_BYTES
    const section = payloadStart(bytes, at) + 1 + (bytes[payloadStart(bytes, at)] ?? 0)
    const lengthIn = () => 3 + (bytes.readUInt16BE(section + 1) & 0x0fff)
    if (section + 16 > end || section + lengthIn() > end) return
    for (let times = 1 + below(3, random); times > 0; times--)
      bytes[section + 1 + below(lengthIn() - 5, random)] = anyByte(random)
    const sum = section + lengthIn() - 4
    if (sum >= section + 8 && sum + 4 <= end) bytes.writeUInt32BE(crc32(bytes.subarray(section, sum)), sum)
  },
  // where the section begins in its packet
  (bytes, { tables }, random) => {
    const at = one(tables, random)
    if (at !== undefined) bytes[payloadStart(bytes, at)] = anyByte(random)
  },
  // a PES header: stream id, length, flags, length of the header
  (bytes, { units }, random) => {
    const at = one(units, random)
    if (at !== undefined) bytes[payloadStart(bytes, at) + 3 + below(6, random)] = anyByte(random)
  },
  // the length of a PES header alone
  (bytes, { units }, random) => {
    const at = one(units, random)
    if (at !== undefined) bytes[payloadStart(bytes, at) + 8] = anyByte(random)
  },
  // a clock that jumps
  (bytes, { units }, random) => {
    const at = one(units, random)
    if (at !== undefined) moveOne(bytes, at, below(2 ** 33, random))
  },
  // clocks that jump again and again
  (bytes, { units }, random) => {
    const often = random()
    for (const at of units) if (random() < often) moveOne(bytes, at, below(2 ** 33, random))
  },
  // the header of a frame of sound, or whatever begins a payload
  (bytes, { units }, random) => {
    const at = one(units, random)
    if (at === undefined) return
    const payload = payloadStart(bytes, at) + 9 + (bytes[payloadStart(bytes, at) + 8] ?? 0)
    if (payload + 7 <= at + PACKET_BYTES) bytes[payload + below(7, random)] = anyByte(random)
  },
  // parameter sets and slices: what they are, and how they begin
  (bytes, { starts }, random) => {
    const at = one(starts, random)
    for (let times = 1 + below(4, random); at !== undefined && times > 0; times--)
      if (at + 32 < bytes.length) bytes[at + below(32, random)] = anyByte(random)
  },
  // a parameter set or a slice that ends too early, because another begins
  (bytes, { starts }, random) => {
    const at = one(starts, random)
    if (at !== undefined && at + 24 < bytes.length) bytes.writeUIntBE(1, at + 1 + below(20, random), 3)
  },
]

function moveOne(bytes: Buffer, at: number, ticks: number): void {
  try {
    const header = pesHeaderAt(bytes, payloadStart(bytes, at), at + PACKET_BYTES)
    if (header !== undefined && header.ptsAt >= 0) writeTicks(bytes, header.ptsAt, ticks)
    if (header?.hasDts === true) writeTicks(bytes, header.ptsAt + 5, ticks)
  } catch (error) {
    // a header that has been damaged before
    if (!(error instanceof RangeError)) throw error
  }
}

/** A damaged copy. */
export function mutateHeaders(bytes: Buffer, random: Random): Buffer {
  const damaged = Buffer.from(bytes)
  const places = placesIn(damaged)
  for (let times = 1 + below(4, random); times > 0; times--)
    (mutations[below(mutations.length, random)] as Mutation)(damaged, places, random)
  return damaged
}
