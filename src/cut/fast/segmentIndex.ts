/** What is where in a segment: one pass over its packets, without looking into pictures or sound more than needed. */
import { pesHeaderAt, programClockAt, readProgramClock, readTicks, unwrapNear } from '../../segments/pesHeader.js'
import { type ProgramMap, SectionCollector, programMap, programMapPids } from '../../segments/programTables.js'
import { PACKET_BYTES, payloadStart } from '../../segments/transportStream.js'
import { PictureHead, kindOfUnit, pictureCodec, unitsIn } from './nalUnits.js'
import { type PictureCodec, type PictureShape, isOfField, readSequenceParameters } from './parameterSets.js'
import { pesPayload } from './pesPayload.js'
import { FrameWalker, type SoundFormat, headerReader } from './soundFrames.js'

/** One picture: a PES packet, in the order of the stream (of decoding). `at` is where its first transport packet begins. */
export interface PictureUnit {
  readonly at: number
  /** Unwrapped within the segment. */
  readonly ptsTicks: number
  readonly dtsTicks: number
  /** A decoder may begin here (IDR; in HEVC also CRA and BLA). */
  readonly key: boolean
  readonly hasParameters: boolean
}

/** One PES packet of sound. */
export interface SoundUnit {
  readonly at: number
  readonly ptsTicks: number
  /** Payload before the first frame that begins in it, in bytes. */
  readonly lead: number
  readonly frames: number
}

export interface SoundTrack {
  readonly pid: number
  readonly streamType: number
  readonly descriptors: Buffer
  /** Undefined where not one whole frame came. */
  readonly format: SoundFormat | undefined
  readonly units: readonly SoundUnit[]
}

export interface SegmentIndex {
  readonly program: ProgramMap
  readonly programPids: readonly number[]
  readonly picturePid: number
  readonly codec: PictureCodec
  /** As its first parameter sets say, or those of the segment before; read where fields may be coded apart (H.264). */
  readonly shape: PictureShape | undefined
  readonly pictures: readonly PictureUnit[]
  readonly tracks: readonly SoundTrack[]
  /** Streams of the program, and others, that a cut leaves out: how they are called in a receipt. */
  readonly leftOut: readonly string[]
  /** How far the program clock is ahead of decoding, where the segment has both. */
  readonly clockLeadTicks: number | undefined
}

/** Thrown where a segment is no transport stream, or one that can't be copied from picture by picture; the message says why. */
export class NotCopyable extends Error {
  override readonly name = 'NotCopyable'
}

/** What a PID is to the index; the numbers of sound tracks follow. */
const UNKNOWN = 0
const TABLE = 1
const IGNORED = 2
const PICTURE = 3
const FIRST_TRACK = 4

type Unshaped = Omit<SegmentIndex, 'shape'>

interface OpenTrack {
  readonly pid: number
  readonly streamType: number
  readonly descriptors: Buffer
  readonly walker: FrameWalker
  readonly units: SoundUnit[]
  open: { readonly at: number; readonly ptsTicks: number } | undefined
}

/**
 * `known` is the segment before, for a piece that has no tables or parameter sets of its own. Throws NotCopyable, Irregular where
 * pictures and PES packets are not one to one, or a RangeError where the bytes are no transport stream.
 */
export function indexSegment(bytes: Buffer, known?: SegmentIndex): SegmentIndex {
  const indexing = new Indexing()
  if (known !== undefined) indexing.adopt(known.program, known.programPids)
  indexing.read(bytes)
  const index = indexing.finish()
  const shape = shapeOf(bytes, index) ?? known?.shape
  if (shape?.interlaced === true) refuseFields(bytes, index, shape)
  return { ...index, shape }
}

function shapeOf(bytes: Buffer, { codec, picturePid, pictures }: Unshaped): PictureShape | undefined {
  const at = codec === 'h264' ? pictures.find(({ hasParameters }) => hasParameters)?.at : undefined
  if (at === undefined) return undefined
  const units = unitsIn(pesPayload(bytes, picturePid, at))
  const set = units.find((unit) => kindOfUnit(codec, unit[0] ?? 0) === 'sequence parameters')
  return set === undefined ? undefined : readSequenceParameters(codec, set)
}

/**
 * Fields that are coded apart have a PES packet each, or one for both, or one with a timestamp for the first only: half of a
 * frame would be taken for a picture. Any segment may be the first that has some: an encoder chooses anew for each picture.
 */
function refuseFields(bytes: Buffer, { codec, picturePid, pictures }: Unshaped, shape: PictureShape): void {
  for (const { at } of pictures) {
    const apart = unitsIn(pesPayload(bytes, picturePid, at)).some((unit) => {
      const kind = kindOfUnit(codec, unit[0] ?? 0)
      return (kind === 'key' || kind === 'picture') && isOfField(unit, shape)
    })
    if (apart) throw new NotCopyable('the fields of its pictures are coded apart')
  }
}

/** The picture stream of a segment, whatever its PES packets are like. Throws NotCopyable where it has none. */
export function programOf(bytes: Buffer): { readonly picturePid: number; readonly codec: PictureCodec } {
  const indexing = new Indexing()
  try {
    indexing.read(bytes)
  } catch (error) {
    if (!(error instanceof Irregular)) throw error
  }
  return indexing.picture()
}

/** An index is made in one go, so that one of these is enough for all. */
const roles = new Uint8Array(8192)
const lastCounters = new Uint8Array(8192)

class Indexing {
  readonly #role = roles.fill(UNKNOWN)
  readonly #sections = new Map<number, SectionCollector>([[0, new SectionCollector()]])
  readonly #lastCounter = lastCounters.fill(0xff)
  #program: ProgramMap | undefined
  #programPids: number[] = []
  #picturePid = -1
  #codec: PictureCodec = 'h264'
  #head = new PictureHead('h264')
  readonly #pictures: { at: number; ptsTicks: number; dtsTicks: number; key: boolean; hasParameters: boolean }[] = []
  readonly #tracks: OpenTrack[] = []
  readonly #strangers = new Set<number>()
  #referenceTicks: number | undefined
  #firstClockTicks: number | undefined

  constructor() {
    this.#role[0] = TABLE
    this.#role[0x1fff] = IGNORED
  }

  picture(): { readonly picturePid: number; readonly codec: PictureCodec } {
    if (this.#program === undefined) throw new NotCopyable('a transport stream without a readable program map')
    return { picturePid: this.#picturePid, codec: this.#codec }
  }

  adopt(program: ProgramMap, pids: readonly number[]): void {
    this.#programPids = [...pids]
    for (const pid of pids) this.#awaitMap(pid)
    this.#take(program)
  }

  read(bytes: Buffer): void {
    const role = this.#role
    const lastCounter = this.#lastCounter
    for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
      if (bytes[at] !== 0x47) throw new RangeError(`not an MPEG transport stream at byte ${at}`)
      const second = bytes[at + 1] ?? 0
      const pid = ((second & 0x1f) << 8) | (bytes[at + 2] ?? 0)
      const of = role[pid] ?? UNKNOWN
      if (of === IGNORED) continue
      const control = bytes[at + 3] ?? 0
      if ((control & 0x20) !== 0 && this.#firstClockTicks === undefined) this.#noteClock(bytes, at, pid)
      if ((control & 0x10) === 0) continue
      // a packet that was sent twice counts once (2.4.3.3)
      const counter = control & 0x0f
      if (counter === lastCounter[pid]) continue
      lastCounter[pid] = counter
      const begins = (second & 0x40) !== 0
      if (of === PICTURE) {
        if (begins) this.#beginPicture(bytes, at)
        else if (!this.#head.known && this.#pictures.length > 0)
          this.#lookIntoPicture(bytes, payloadStart(bytes, at), at)
      } else if (of >= FIRST_TRACK) this.#readSound(this.#tracks[of - FIRST_TRACK], bytes, at, begins)
      else if (of === TABLE) this.#readTable(pid, bytes.subarray(payloadStart(bytes, at), at + PACKET_BYTES), begins)
      else this.#strangers.add(pid)
    }
  }

  finish(): Unshaped {
    for (const track of this.#tracks) closeUnit(track)
    const program = this.#program
    if (program === undefined) throw new NotCopyable('a transport stream without a readable program map')
    const first = this.#pictures[0]
    const clock = this.#firstClockTicks
    const lead =
      first === undefined || clock === undefined ? undefined : first.dtsTicks - unwrapNear(clock, first.dtsTicks)
    return {
      program,
      programPids: this.#programPids,
      picturePid: this.#picturePid,
      codec: this.#codec,
      pictures: this.#pictures,
      tracks: this.#tracks.map(({ pid, streamType, descriptors, walker, units }) => {
        if (walker.changed !== undefined) throw new NotCopyable('its sound changes format in the middle of it')
        return { pid, streamType, descriptors, format: walker.format, units }
      }),
      leftOut: this.#leftOut(program),
      clockLeadTicks: lead !== undefined && lead >= 0 && lead < 90_000 * 10 ? lead : undefined,
    }
  }

  #noteClock(bytes: Buffer, at: number, pid: number): void {
    const clockAt = pid === this.#program?.clockPid ? programClockAt(bytes, at) : -1
    if (clockAt >= 0) this.#firstClockTicks = readProgramClock(bytes, clockAt)
  }

  #readTable(pid: number, payload: Buffer, begins: boolean): void {
    if (payload.length === 0) return
    for (const section of this.#sections.get(pid)?.push(payload, begins) ?? []) {
      for (const mapPid of programMapPids(section)) {
        if (!this.#programPids.includes(mapPid)) this.#programPids.push(mapPid)
        this.#awaitMap(mapPid)
      }
      const map = programMap(section)
      if (map !== undefined) this.#take(map)
    }
  }

  #awaitMap(pid: number): void {
    if (!this.#sections.has(pid)) this.#sections.set(pid, new SectionCollector())
    this.#role[pid] = TABLE
  }

  #take(map: ProgramMap): void {
    if (this.#program !== undefined) {
      if (!sameProgram(map, this.#program)) throw new NotCopyable('its streams change in the middle of it')
      return
    }
    const picture = map.streams.find(({ kind }) => kind === 'picture')
    if (picture === undefined) throw new NotCopyable('it has no picture')
    const codec = pictureCodec(picture.streamType)
    if (codec === undefined)
      throw new NotCopyable(`its picture is of type 0x${picture.streamType.toString(16)}, neither H.264 nor HEVC`)
    this.#program = map
    this.#picturePid = picture.pid
    this.#codec = codec
    this.#head = new PictureHead(codec)
    for (const { pid, kind, streamType, descriptors } of map.streams) {
      this.#role[pid] = IGNORED
      if (kind !== 'sound') continue
      const read = headerReader(streamType, descriptors)
      if (read === undefined)
        throw new NotCopyable(`sound of type 0x${streamType.toString(16)} can't be cut on its frames`)
      this.#role[pid] = FIRST_TRACK + this.#tracks.length
      this.#tracks.push({ pid, streamType, descriptors, walker: new FrameWalker(read), units: [], open: undefined })
    }
    this.#role[picture.pid] = PICTURE
    if (map.clockPid !== 0x1fff && this.#role[map.clockPid] === UNKNOWN) this.#role[map.clockPid] = IGNORED
  }

  #beginPicture(bytes: Buffer, at: number): void {
    const header = pesHeaderAt(bytes, payloadStart(bytes, at), at + PACKET_BYTES)
    if (header === undefined) return
    if (header.ptsAt < 0) throw new Irregular()
    const pts = readTicks(bytes, header.ptsAt)
    const dts = header.hasDts ? readTicks(bytes, header.ptsAt + 5) : pts
    const dtsTicks = unwrapNear(dts, this.#referenceTicks ?? dts)
    this.#referenceTicks = dtsTicks
    this.#pictures.push({ at, ptsTicks: unwrapNear(pts, dtsTicks), dtsTicks, key: false, hasParameters: false })
    this.#head.restart()
    this.#lookIntoPicture(bytes, header.payloadAt, at)
  }

  #lookIntoPicture(bytes: Buffer, from: number, at: number): void {
    const head = this.#head
    head.push(bytes, from, at + PACKET_BYTES)
    const picture = this.#pictures.at(-1)
    if (!head.known || picture === undefined) return
    picture.key = head.key
    picture.hasParameters = head.hasParameters
  }

  #readSound(track: OpenTrack | undefined, bytes: Buffer, at: number, begins: boolean): void {
    if (track === undefined) return
    let from = payloadStart(bytes, at)
    if (begins) {
      closeUnit(track)
      const header = pesHeaderAt(bytes, from, at + PACKET_BYTES)
      if (header === undefined || header.ptsAt < 0) throw new Irregular()
      const pts = readTicks(bytes, header.ptsAt)
      const ptsTicks = unwrapNear(pts, this.#referenceTicks ?? pts)
      this.#referenceTicks ??= ptsTicks
      track.open = { at, ptsTicks }
      track.walker.begin()
      from = header.payloadAt
    }
    if (track.open !== undefined) track.walker.push(bytes, from, at + PACKET_BYTES)
  }

  #leftOut(program: ProgramMap): string[] {
    const named = program.streams
      .filter(({ pid, kind }) => (kind === 'picture' ? pid !== this.#picturePid : kind === 'other'))
      .map(({ pid, streamType }) => `stream of type 0x${streamType.toString(16)} (PID ${pid})`)
    const tables = [...this.#strangers].map((pid) =>
      pid === 0x11 ? 'SDT' : pid < 0x20 ? `table of PID ${pid}` : `PID ${pid}`,
    )
    return [...named, ...tables].sort()
  }
}

/** Thrown where pictures and PES packets are not one to one: another way of reading them has to be found. */
export class Irregular extends Error {
  override readonly name = 'Irregular'
}

function closeUnit(track: OpenTrack): void {
  if (track.open === undefined) return
  track.units.push({ ...track.open, ...track.walker.unit })
  track.open = undefined
}

function sameProgram(a: ProgramMap, b: ProgramMap): boolean {
  const text = ({ streams }: ProgramMap) => streams.map(({ pid, streamType }) => `${pid}:${streamType}`).join()
  return a.clockPid === b.clockPid && text(a) === text(b)
}
