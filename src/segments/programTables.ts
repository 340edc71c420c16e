/** The tables that say what is in a transport stream (ISO/IEC 13818-1, 2.4.4): sections, PAT and PMT. */
import { byteAt } from './transportStream.js'

export type StreamKind = 'picture' | 'sound' | 'other'

export interface ElementaryStream {
  readonly pid: number
  readonly kind: StreamKind
  /** As in the PMT: 0x1b is H.264, 0x24 HEVC, 0x0f AAC. */
  readonly streamType: number
}

/** A program map: which streams there are, and whose packets carry the clock. */
export interface ProgramMap {
  readonly clockPid: number
  readonly streams: readonly (ElementaryStream & {
    /** As they stand in the table: language, registration, codec details. */
    readonly descriptors: Buffer
  })[]
}

/** Collects the sections of one PID out of the payloads of its packets; a section with a wrong checksum is dropped. */
export class SectionCollector {
  #collected: Buffer | undefined

  /** Adds a packet's payload and returns the sections that it completes. */
  push(payload: Buffer, beginsUnit: boolean): Buffer[] {
    const sections: Buffer[] = []
    if (!beginsUnit) {
      if (this.#collected !== undefined) this.#take(Buffer.concat([this.#collected, payload]), sections)
      return sections
    }
    const begin = 1 + byteAt(payload, 0)
    if (this.#collected !== undefined)
      this.#take(Buffer.concat([this.#collected, payload.subarray(1, begin)]), sections)
    this.#take(payload.subarray(begin), sections)
    return sections
  }

  #take(bytes: Buffer, sections: Buffer[]): void {
    let at = 0
    // what follows the last section is stuffed with 0xff, which is no table's id
    while (at < bytes.length && bytes[at] !== 0xff) {
      const length =
        at + 2 < bytes.length ? 3 + (((byteAt(bytes, at + 1) & 0x0f) << 8) | byteAt(bytes, at + 2)) : Infinity
      if (at + length > bytes.length) {
        this.#collected = Buffer.from(bytes.subarray(at))
        return
      }
      const section = bytes.subarray(at, at + length)
      if (section.length >= 12 && crc32(section) === 0) sections.push(section)
      at += length
    }
    this.#collected = undefined
  }
}

/** The PIDs of the program maps that a program association section names. */
export function programMapPids(section: Buffer): number[] {
  if (section[0] !== 0x00) return []
  const pids: number[] = []
  for (let at = 8; at + 4 <= section.length - 4; at += 4) {
    const program = section.readUInt16BE(at)
    if (program !== 0) pids.push(section.readUInt16BE(at + 2) & 0x1fff)
  }
  return pids
}

/** The elementary streams that a program map section names. */
export function elementaryStreams(section: Buffer): ElementaryStream[] {
  const map = programMap(section)
  return map === undefined ? [] : map.streams.map(({ pid, kind, streamType }) => ({ pid, kind, streamType }))
}

/** What a program map section says; undefined for any other section. */
export function programMap(section: Buffer): ProgramMap | undefined {
  if (section[0] !== 0x02 || section.length < 16) return undefined
  const streams: ProgramMap['streams'][number][] = []
  const end = section.length - 4
  let at = 12 + (section.readUInt16BE(10) & 0x0fff)
  while (at + 5 <= end) {
    const streamType = byteAt(section, at)
    const pid = section.readUInt16BE(at + 1) & 0x1fff
    const next = at + 5 + (section.readUInt16BE(at + 3) & 0x0fff)
    const descriptors = Buffer.from(section.subarray(at + 5, Math.min(next, end)))
    streams.push({ pid, streamType, kind: kindOf(streamType, descriptors), descriptors })
    at = next
  }
  return { clockPid: section.readUInt16BE(8) & 0x1fff, streams }
}

const PICTURE_TYPES = new Set([0x01, 0x02, 0x10, 0x1b, 0x20, 0x21, 0x24, 0x32, 0x33, 0x42, 0xd1, 0xd2, 0xea])
const SOUND_TYPES = new Set([0x03, 0x04, 0x0f, 0x11, 0x1c, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0xa1, 0xa2])
/** Private data (0x06) tells by its descriptors: AC-3, E-AC-3, DTS, AAC (ETSI EN 300 468). */
const SOUND_DESCRIPTORS = new Set([0x6a, 0x7a, 0x7b, 0x7c])
const REGISTERED: Record<string, StreamKind> = {
  'AC-3': 'sound',
  EAC3: 'sound',
  'AC-4': 'sound',
  Opus: 'sound',
  BSSD: 'sound',
  DTS1: 'sound',
  DTS2: 'sound',
  DTS3: 'sound',
  HEVC: 'picture',
  AV01: 'picture',
  'VC-1': 'picture',
  drac: 'picture',
}

function kindOf(streamType: number, descriptors: Buffer): StreamKind {
  if (PICTURE_TYPES.has(streamType)) return 'picture'
  if (SOUND_TYPES.has(streamType)) return 'sound'
  // 0x15 is metadata such as timed ID3, whatever its descriptors say
  if (streamType !== 0x06) return 'other'
  for (let at = 0; at + 2 <= descriptors.length; at += 2 + byteAt(descriptors, at + 1)) {
    const tag = byteAt(descriptors, at)
    if (SOUND_DESCRIPTORS.has(tag)) return 'sound'
    const registered = tag === 0x05 ? REGISTERED[descriptors.toString('latin1', at + 2, at + 6)] : undefined
    if (registered !== undefined) return registered
  }
  return 'other'
}

/** CRC-32/MPEG-2; over a section with its own checksum it is 0. */
export function crc32(bytes: Buffer): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte << 24
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1
  }
  return crc >>> 0
}
