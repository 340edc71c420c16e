/** Lets the packets of a segment pass, with their timestamps, clock, counters and PIDs changed in place, and puts others between them. */
import {
  pesHeaderAt,
  programClockAt,
  readProgramClock,
  readTicks,
  unwrapNear,
  wrapped,
  writeProgramClock,
  writeTicks,
} from '../../segments/pesHeader.js'
import { Digest } from '../digest.js'
import { PACKET_BYTES, payloadStart } from '../../segments/transportStream.js'
import { type ContinuityCounters, type Tables, pesPackets } from './packetWriter.js'

/** A PES packet to be put in; its payload, and when exactly it is shown, may still be in the making. */
export interface Insertion {
  readonly pid: number
  readonly streamId: number
  readonly dtsTicks?: number
  readonly clockTicks?: number
  readonly randomAccess?: boolean
  /** Its place among others, where that is not between the packets of a segment. */
  readonly atTicks?: number
  readonly content: () => Content | Promise<Content>
}

export interface Content {
  readonly ptsTicks: number
  readonly payload: Buffer
}

/** What becomes of one PES packet. */
export interface UnitEdit {
  /** Where its first transport packet begins in the segment. */
  readonly at: number
  /** What is put in before it. */
  readonly before: readonly Insertion[]
  readonly passes: boolean
  /** To be added to its PTS, and to its DTS. */
  readonly ptsShift: number
  readonly dtsShift: number
}

/** One stream of the segment that goes on, wholly or in part, under `outPid`. Edits are in the order of the stream. */
export interface SplicedStream {
  readonly pid: number
  readonly outPid: number
  readonly edits: readonly UnitEdit[]
}

export interface SplicedSegment {
  readonly bytes: Buffer
  readonly streams: readonly SplicedStream[]
  /** The PIDs of the program maps. */
  readonly programPids: readonly number[]
  /** The PID of the clock, if that stream isn't among the others, and what it becomes. */
  readonly clock: { readonly pid: number; readonly outPid: number } | undefined
  readonly clockShift: number
  /** What is put in after all of it. */
  readonly after: readonly Insertion[]
}

const DROPPED = 0
const ASSOCIATION = 1
const MAP = 2
const CLOCK = 3
const FIRST_STREAM = 4

interface OpenStream extends SplicedStream {
  next: number
  passing: boolean
  lastCounter: number
}

/** Puts segments together to one stream of transport packets: it holds what must go on from one to the next. */
export class Splicer {
  #lastDts = -Infinity
  #lastClock = -Infinity
  #begun = false
  /** Of what has passed, and of what was put in. */
  readonly copied = new Digest()
  readonly made = new Digest()

  constructor(
    private readonly tables: Tables,
    private readonly counters: ContinuityCounters,
    private readonly picturePid: number,
  ) {}

  /** The packets of a segment, in pieces; `segment.bytes` is changed and given away. Throws a RangeError at a header that can't be read. */
  async *splice(segment: SplicedSegment): AsyncGenerator<Buffer, void, undefined> {
    if (!this.#begun) {
      this.#begun = true
      yield Buffer.concat([this.tables.association(this.counters), this.tables.map(this.counters)])
    }
    const pass = new Pass(segment)
    while (!pass.ended) {
      const { piece, insertions } = this.#go(pass)
      this.copied.push(piece)
      if (piece.length > 0) yield piece
      for (const insertion of insertions) yield await this.#written(insertion)
    }
    for (const insertion of segment.after) yield await this.#written(insertion)
  }

  /** What is put in between two segments, in the order of its times. */
  async *put(insertions: readonly Insertion[]): AsyncGenerator<Buffer, void, undefined> {
    const at = ({ dtsTicks, atTicks }: Insertion) => dtsTicks ?? atTicks ?? 0
    for (const insertion of [...insertions].sort((a, b) => at(a) - at(b))) yield await this.#written(insertion)
  }

  async #written(insertion: Insertion): Promise<Buffer> {
    const packets = await this.#packets(insertion)
    this.made.push(packets)
    return packets
  }

  async #packets({ content, ...pes }: Insertion): Promise<Buffer> {
    const stamped = { ...pes, ...(await content()) }
    if (pes.pid === this.picturePid) {
      const { ptsTicks } = stamped
      const dtsTicks = Math.min(ptsTicks, Math.max(this.#lastDts + 1, pes.dtsTicks ?? ptsTicks))
      this.#lastDts = dtsTicks
      const clockTicks = pes.clockTicks === undefined ? undefined : this.#forward(pes.clockTicks)
      return pesPackets({ ...stamped, dtsTicks, ...(clockTicks !== undefined && { clockTicks }) }, this.counters)
    }
    return pesPackets(stamped, this.counters)
  }

  /** The program clock never goes back. */
  #forward(ticks: number): number {
    this.#lastClock = Math.max(ticks, this.#lastClock)
    return this.#lastClock
  }

  /** Goes on until something has to be put in, or to the end. */
  #go(pass: Pass): { piece: Buffer; insertions: readonly Insertion[] } {
    const { bytes, role, streams } = pass
    const from = pass.at
    let to = from
    let at = from
    for (; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
      const second = bytes[at + 1] ?? 0
      const pid = ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0)
      const of = role[pid] ?? DROPPED
      if (of === DROPPED) continue
      const begins = (second & 0x40) !== 0
      if (of < FIRST_STREAM) {
        if (of === CLOCK) {
          if (!pass.clockRuns || programClockAt(bytes, at) < 0) continue
        } else if (!begins) continue
        if (of === CLOCK) this.#keepClock(pass, at, to)
        else this.#keepTable(of, bytes, to)
        to += PACKET_BYTES
        continue
      }
      const stream = streams[of - FIRST_STREAM]
      if (stream === undefined) continue
      const control = bytes[at + 3] ?? 0
      const hasPayload = (control & 0x10) !== 0
      if (hasPayload) {
        if ((control & 0x0f) === stream.lastCounter) continue
        if (begins) {
          const edit = stream.edits[stream.next]
          if (edit?.at === at) {
            if (edit.before.length > 0 && !pass.inserted) {
              pass.inserted = true
              pass.at = at
              return { piece: bytes.subarray(from, to), insertions: edit.before }
            }
            pass.inserted = false
            stream.next++
            stream.passing = edit.passes
            if (edit.passes) this.#restamp(bytes, at, edit, stream.outPid)
          } else stream.passing = false
          if (stream.outPid === this.picturePid) pass.clockRuns = stream.passing
        }
        stream.lastCounter = control & 0x0f
      }
      if (!stream.passing) continue
      if (to !== at) bytes.copyWithin(to, at, at + PACKET_BYTES)
      if (pid !== stream.outPid) {
        bytes[to + 1] = (second & 0xe0) | (stream.outPid >> 8)
        bytes[to + 2] = stream.outPid & 0xff
      }
      bytes[to + 3] =
        (control & 0xf0) | (hasPayload ? this.counters.take(stream.outPid) : this.counters.last(stream.outPid))
      if ((control & 0x20) !== 0 && (bytes[to + 4] ?? 0) > 0) this.#adapt(bytes, to, pass.clockShift)
      to += PACKET_BYTES
    }
    pass.at = at
    pass.ended = true
    return { piece: bytes.subarray(from, to), insertions: [] }
  }

  /** Timestamps are never discontinuous in the finished stream, and the clock goes with them. */
  #adapt(bytes: Buffer, at: number, clockShift: number): void {
    bytes[at + 5] = (bytes[at + 5] ?? 0) & 0x7f
    const clockAt = programClockAt(bytes, at)
    if (clockAt >= 0) this.#moveClock(bytes, clockAt, clockShift)
  }

  #moveClock(bytes: Buffer, clockAt: number, shift: number): void {
    const moved = wrapped(readProgramClock(bytes, clockAt) + shift)
    const near = Number.isFinite(this.#lastClock) ? unwrapNear(moved, this.#lastClock) : moved
    writeProgramClock(bytes, clockAt, wrapped(this.#forward(near)))
  }

  #restamp(bytes: Buffer, at: number, { ptsShift, dtsShift }: UnitEdit, outPid: number): void {
    const header = pesHeaderAt(bytes, payloadStart(bytes, at), at + PACKET_BYTES)
    if (header === undefined || header.ptsAt < 0) throw new RangeError(`no timestamp at byte ${at}`)
    const pts = readTicks(bytes, header.ptsAt) + ptsShift
    writeTicks(bytes, header.ptsAt, wrapped(Math.round(pts)))
    if (outPid !== this.picturePid) {
      if (header.hasDts)
        writeTicks(bytes, header.ptsAt + 5, wrapped(Math.round(readTicks(bytes, header.ptsAt + 5) + dtsShift)))
      return
    }
    const given = wrapped(header.hasDts ? readTicks(bytes, header.ptsAt + 5) + dtsShift : pts)
    const dts = Number.isFinite(this.#lastDts) ? unwrapNear(given, this.#lastDts) : given
    // where a seam leaves no room, by a tick; the check of the finished stream sees to the rest
    this.#lastDts = Math.max(dts, this.#lastDts + 1)
    if (header.hasDts) writeTicks(bytes, header.ptsAt + 5, wrapped(this.#lastDts))
  }

  #keepClock(pass: Pass, at: number, to: number): void {
    const { bytes, outClockPid } = pass
    if (to !== at) bytes.copyWithin(to, at, at + PACKET_BYTES)
    // the clock alone: whatever else the packet carries is left out, so its counter stands still
    const length = bytes[to + 4] ?? 0
    bytes.fill(0xff, to + 5 + length, to + PACKET_BYTES)
    bytes[to + 1] = (outClockPid >> 8) & 0x1f
    bytes[to + 2] = outClockPid & 0xff
    bytes[to + 3] = 0x20
    bytes[to + 4] = PACKET_BYTES - 5
    this.#adapt(bytes, to, pass.clockShift)
  }

  #keepTable(of: number, bytes: Buffer, to: number): void {
    const table = of === ASSOCIATION ? this.tables.association(this.counters) : this.tables.map(this.counters)
    table.copy(bytes, to)
  }
}

/** Where the splicer is in a segment. */
class Pass {
  readonly bytes: Buffer
  readonly role = new Uint8Array(8192)
  readonly streams: OpenStream[]
  readonly clockShift: number
  readonly outClockPid: number
  at = 0
  ended = false
  /** What comes before the PES packet at `at` has been put in. */
  inserted = false
  clockRuns = false

  constructor({ bytes, streams, programPids, clock, clockShift }: SplicedSegment) {
    this.bytes = bytes
    this.clockShift = clockShift
    this.outClockPid = clock?.outPid ?? 0x1fff
    this.role[0] = ASSOCIATION
    for (const pid of programPids) this.role[pid] = MAP
    if (clock !== undefined) this.role[clock.pid] = CLOCK
    this.streams = streams.map((stream) => ({ ...stream, next: 0, passing: false, lastCounter: 0xff }))
    streams.forEach(({ pid }, index) => (this.role[pid] = FIRST_STREAM + index))
  }
}
