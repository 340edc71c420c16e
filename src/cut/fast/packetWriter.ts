/** Writes transport packets (ISO/IEC 13818-1, 2.4.3): PES packets of our own, and the tables that name the streams. */
import { wrapped, writeProgramClock, writeTicks } from '../../segments/pesHeader.js'
import { crc32 } from '../../segments/programTables.js'
import { PACKET_BYTES } from '../../segments/transportStream.js'

export interface WrittenStream {
  readonly pid: number
  readonly streamType: number
  readonly descriptors: Buffer
}

/** A PES packet to be written. Ticks may have any size: they are brought into 33 bits here. */
export interface Pes {
  readonly pid: number
  readonly streamId: number
  readonly ptsTicks: number
  /** Left out where it is the same. */
  readonly dtsTicks?: number
  readonly payload: Buffer
  /** The program clock, if this packet shall carry it. */
  readonly clockTicks?: number
  readonly randomAccess?: boolean
}

export const PICTURE_STREAM_ID = 0xe0
export const SOUND_STREAM_ID = 0xc0
/** Private stream 1: what AC-3 is carried in. */
export const PRIVATE_STREAM_ID = 0xbd

/** The next continuity counter of each PID: one set of them for all that goes into one stream. */
export class ContinuityCounters {
  readonly #next = new Uint8Array(8192)

  take(pid: number): number {
    const counter = this.#next[pid] ?? 0
    this.#next[pid] = (counter + 1) & 0x0f
    return counter
  }

  /** The counter of the last packet: what a packet without payload has. */
  last(pid: number): number {
    return ((this.#next[pid] ?? 0) + 15) & 0x0f
  }
}

/** The packets of one PES packet. */
export function pesPackets(pes: Pes, counters: ContinuityCounters): Buffer {
  const { pid, streamId, ptsTicks, dtsTicks = ptsTicks, payload, clockTicks, randomAccess = false } = pes
  const header = pesHeader(streamId, ptsTicks, dtsTicks, payload.length)
  return unitPackets(pid, Buffer.concat([header, payload]), counters, adaptation(clockTicks, randomAccess))
}

/** The packets of any unit, such as a PES packet with its header; `first` is the adaptation field that the first one shall have. */
export function unitPackets(
  pid: number,
  unit: Buffer,
  counters: ContinuityCounters,
  first: Buffer = Buffer.alloc(0),
): Buffer {
  const packets: Buffer[] = []
  let at = 0
  do {
    const fixed = at === 0 ? first : Buffer.alloc(0)
    const room = PACKET_BYTES - 4 - fixed.length
    const taken = Math.min(room, unit.length - at)
    packets.push(packet(pid, at === 0, stuffed(fixed, room - taken), unit.subarray(at, at + taken), counters))
    at += taken
  } while (at < unit.length)
  return Buffer.concat(packets)
}

function pesHeader(streamId: number, ptsTicks: number, dtsTicks: number, payloadBytes: number): Buffer {
  const both = dtsTicks !== ptsTicks
  const stamps = both ? 10 : 5
  const header = Buffer.alloc(9 + stamps)
  header.writeUIntBE(1, 0, 3)
  header[3] = streamId
  // a length of 0 is allowed for pictures only, and means: until the next one begins
  const length = 3 + stamps + payloadBytes
  header.writeUInt16BE(streamId === PICTURE_STREAM_ID || length > 0xffff ? 0 : length, 4)
  header[6] = 0x84 // marker bits; the payload begins with a frame
  header[7] = both ? 0xc0 : 0x80
  header[8] = stamps
  header[9] = both ? 0x30 : 0x20
  writeTicks(header, 9, wrapped(ptsTicks))
  if (both) {
    header[14] = 0x10
    writeTicks(header, 14, wrapped(dtsTicks))
  }
  return header
}

/** An adaptation field without stuffing, its length byte included; none where it has nothing to say. */
function adaptation(clockTicks: number | undefined, randomAccess: boolean): Buffer {
  if (clockTicks === undefined && !randomAccess) return Buffer.alloc(0)
  const field = Buffer.alloc(clockTicks === undefined ? 2 : 8)
  field[0] = field.length - 1
  field[1] = (randomAccess ? 0x40 : 0) | (clockTicks === undefined ? 0 : 0x10)
  if (clockTicks !== undefined) {
    field[6] = 0x7e // reserved bits
    writeProgramClock(field, 2, wrapped(Math.round(clockTicks)))
  }
  return field
}

function stuffed(field: Buffer, bytes: number): Buffer {
  if (bytes === 0) return field
  const longer = Buffer.alloc(field.length + bytes, 0xff)
  field.copy(longer)
  longer[0] = longer.length - 1
  if (field.length === 0 && longer.length > 1) longer[1] = 0
  return longer
}

function packet(pid: number, begins: boolean, field: Buffer, payload: Buffer, counters: ContinuityCounters): Buffer {
  const head = Buffer.alloc(4)
  head[0] = 0x47
  head.writeUInt16BE((begins ? 0x4000 : 0) | pid, 1)
  head[3] = (field.length > 0 ? 0x20 : 0) | 0x10 | counters.take(pid)
  return Buffer.concat([head, field, payload])
}

/** A packet that carries the program clock and nothing else: its counter stands still. */
export function clockPacket(pid: number, clockTicks: number): Buffer {
  const bytes = Buffer.alloc(PACKET_BYTES, 0xff)
  bytes[0] = 0x47
  bytes.writeUInt16BE(pid, 1)
  bytes[3] = 0x20
  adaptation(clockTicks, false).copy(bytes, 4)
  bytes[4] = PACKET_BYTES - 5
  return bytes
}

/** The program association and the program map: what a player must have before anything else. */
export class Tables {
  readonly #association: Buffer
  readonly #map: Buffer

  constructor(
    streams: readonly WrittenStream[],
    clockPid: number,
    private readonly mapPid: number,
  ) {
    this.#association = section(0x00, 1, association(mapPid))
    this.#map = section(0x02, 1, map(streams, clockPid))
  }

  association(counters: ContinuityCounters): Buffer {
    return sectionPackets(0, this.#association, counters)
  }

  map(counters: ContinuityCounters): Buffer {
    return sectionPackets(this.mapPid, this.#map, counters)
  }
}

function association(mapPid: number): Buffer {
  const body = Buffer.alloc(4)
  body.writeUInt16BE(1, 0)
  body.writeUInt16BE(0xe000 | mapPid, 2)
  return body
}

function map(streams: readonly WrittenStream[], clockPid: number): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt16BE(0xe000 | clockPid, 0)
  head.writeUInt16BE(0xf000, 2)
  const entries = streams.flatMap(({ pid, streamType, descriptors }) => {
    const entry = Buffer.alloc(5)
    entry[0] = streamType
    entry.writeUInt16BE(0xe000 | pid, 1)
    entry.writeUInt16BE(0xf000 | descriptors.length, 3)
    return [entry, descriptors]
  })
  return Buffer.concat([head, ...entries])
}

/** A section with its header and checksum; `extension` is the stream's or the program's number. */
function section(tableId: number, extension: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(8 + body.length + 4)
  bytes[0] = tableId
  bytes.writeUInt16BE(0xb000 | (bytes.length - 3), 1)
  bytes.writeUInt16BE(extension, 3)
  bytes[5] = 0xc1 // version 0, current
  body.copy(bytes, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
  return bytes
}

/** Throws a RangeError for a section that doesn't fit into one packet: nobody has so many streams. */
function sectionPackets(pid: number, bytes: Buffer, counters: ContinuityCounters): Buffer {
  const data = Buffer.concat([Buffer.from([0]), bytes])
  if (data.length > PACKET_BYTES - 4) throw new RangeError('a program map of more than one packet')
  const payload = Buffer.alloc(PACKET_BYTES - 4, 0xff)
  data.copy(payload)
  return packet(pid, true, Buffer.alloc(0), payload, counters)
}
