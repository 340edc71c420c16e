import { AdtsDuration } from './adts.js'
import { readTicks, unwrapNear } from './pesHeader.js'
import { type ElementaryStream, SectionCollector, elementaryStreams, programMapPids } from './programTables.js'
import {
  PACKET_BYTES,
  PacketSplitter,
  beginsUnit,
  byteAt,
  payloadStart,
  pidOf,
  saysRandomAccess,
} from './transportStream.js'

/** One PES packet that says when it is shown; of picture, mostly one frame. */
export interface Timestamp extends ElementaryStream {
  /** Unwrapped: counts on where the 33 bits begin anew. The first one in a stream is as it stands there. */
  readonly ptsTicks: number
  /** The same as ptsTicks where the stream gives none. */
  readonly dtsTicks: number
  /** Where in the stream its first transport packet lies, in bytes. */
  readonly offset: number
  /** What the packet says itself; many encoders never say it. */
  readonly randomAccess: boolean
}

interface OpenStream {
  readonly stream: ElementaryStream
  readonly adts: AdtsDuration | undefined
  /** The beginning of a PES packet whose header is not complete yet. */
  pending: { head: Buffer; readonly offset: number; readonly randomAccess: boolean } | undefined
}

const AAC_IN_ADTS = 0x0f
/** Stream ids whose packets have no header with timestamps (ISO/IEC 13818-1, table 2-22). */
const WITHOUT_HEADER = new Set([0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff])
const LONGEST_NEEDED_BYTES = 19

/** Reads the timestamps of a transport stream that comes in chunks. Holds no more than one chunk. */
export class TimestampScanner {
  readonly #splitter = new PacketSplitter()
  readonly #sections = new Map<number, SectionCollector>([[0, new SectionCollector()]])
  readonly #streams = new Map<number, OpenStream>()
  #found: Timestamp[] = []
  #referenceTicks: number | undefined
  #packets = 0

  /** How many transport packets there were. */
  get packets(): number {
    return this.#packets
  }

  /** The streams that the program maps have named so far, with or without timestamps. */
  get streams(): ElementaryStream[] {
    return [...this.#streams.values()].map(({ stream }) => stream)
  }

  /** The timestamps that this chunk completes, in the order of the stream. */
  push(chunk: Buffer): Timestamp[] {
    this.#splitter.push(chunk, this.#visit)
    return this.#taken()
  }

  /** The timestamps that were left once no more bytes come. */
  finish(): Timestamp[] {
    this.#splitter.finish(this.#visit)
    return this.#taken()
  }

  /** How long the sound is that began in the last PES packet of `pid`, where its frames can be counted (AAC). */
  lastUnitTicks(pid: number): number | undefined {
    return this.#streams.get(pid)?.adts?.ticks
  }

  #taken(): Timestamp[] {
    const found = this.#found
    this.#found = []
    return found
  }

  readonly #visit = (bytes: Buffer, at: number, offset: number): void => {
    this.#packets++
    const pid = pidOf(bytes, at)
    const open = this.#streams.get(pid)
    const sections = open === undefined ? this.#sections.get(pid) : undefined
    if (open === undefined && sections === undefined) return
    const from = payloadStart(bytes, at)
    const end = at + PACKET_BYTES
    if (from >= end) return
    if (open !== undefined) {
      this.#readPes(open, bytes, at, from, offset)
    } else if (sections !== undefined) {
      const completed = sections.push(bytes.subarray(from, end), beginsUnit(bytes, at))
      for (const section of completed) this.#readTable(section)
    }
  }

  #readTable(section: Buffer): void {
    for (const pid of programMapPids(section)) {
      if (!this.#sections.has(pid)) this.#sections.set(pid, new SectionCollector())
    }
    for (const stream of elementaryStreams(section)) {
      const known = this.#streams.get(stream.pid)?.stream
      if (known !== undefined && known.streamType === stream.streamType) continue
      const adts = stream.streamType === AAC_IN_ADTS ? new AdtsDuration() : undefined
      this.#streams.set(stream.pid, { stream, adts, pending: undefined })
    }
  }

  #readPes(open: OpenStream, bytes: Buffer, at: number, from: number, offset: number): void {
    const end = at + PACKET_BYTES
    if (beginsUnit(bytes, at)) {
      open.pending = { head: Buffer.alloc(0), offset, randomAccess: saysRandomAccess(bytes, at) }
    }
    const { pending } = open
    if (pending === undefined) {
      open.adts?.push(bytes, from, end)
      return
    }
    // a header may be longer than the rest of its first packet
    const before = pending.head.length
    const head = before === 0 ? bytes.subarray(from, end) : Buffer.concat([pending.head, bytes.subarray(from, end)])
    const headerBytes = pesHeaderBytes(head)
    if (headerBytes === 'incomplete') {
      pending.head = Buffer.from(head)
      return
    }
    open.pending = undefined
    if (headerBytes === 'none') return
    open.adts?.restart()
    open.adts?.push(head, Math.min(headerBytes, head.length), head.length)
    this.#note(open.stream, head, pending.offset, pending.randomAccess)
  }

  #note(stream: ElementaryStream, head: Buffer, offset: number, randomAccess: boolean): void {
    const flags = byteAt(head, 7)
    if ((flags & 0x80) === 0) return
    const pts = readTicks(head, 9)
    const dts = (flags & 0x40) === 0 ? pts : readTicks(head, 14)
    const dtsTicks = unwrapNear(dts, this.#referenceTicks ?? dts)
    const ptsTicks = unwrapNear(pts, dtsTicks)
    if (stream.kind !== 'other') this.#referenceTicks = dtsTicks
    this.#found.push({ ...stream, ptsTicks, dtsTicks, offset, randomAccess })
  }
}

/** How long the header of a PES packet is that begins with `head`, if it has one and that much of it is there. */
function pesHeaderBytes(head: Buffer): number | 'incomplete' | 'none' {
  if (head.length < 4) return 'incomplete'
  if (head.readUIntBE(0, 3) !== 1 || WITHOUT_HEADER.has(byteAt(head, 3))) return 'none'
  if (head.length < 9) return 'incomplete'
  const headerBytes = 9 + byteAt(head, 8)
  return head.length < Math.min(headerBytes, LONGEST_NEEDED_BYTES) ? 'incomplete' : headerBytes
}
