/** Brings pictures into PES packets of their own, where a muxer puts several into one, or one into several. */
import { pesHeaderAt, readTicks, unwrapNear } from '../../segments/pesHeader.js'
import { PACKET_BYTES, beginsUnit, payloadStart, pidOf } from '../../segments/transportStream.js'
import { kindOfUnit } from './nalUnits.js'
import { ContinuityCounters, PICTURE_STREAM_ID, pesPackets } from './packetWriter.js'
import type { PictureCodec } from './parameterSets.js'
import { pesPayload } from './pesPayload.js'
import { NotCopyable } from './segmentIndex.js'

interface Unit {
  readonly at: number
  readonly ptsTicks: number
  readonly dtsTicks: number
  readonly pictures: Buffer[]
}

/**
 * The stream with one picture in each PES packet of `pid`. Of several in one, only the first has a timestamp: the others come
 * evenly between it and the next. Throws NotCopyable where that can't be told because pictures are reordered.
 */
export function onePictureAPacket(bytes: Buffer, pid: number, codec: PictureCodec): Buffer {
  const units = unitsOf(bytes, pid, codec)
  const counters = new ContinuityCounters()
  const out: Buffer[] = []
  let n = 0
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    if (pidOf(bytes, at) !== pid) {
      out.push(bytes.subarray(at, at + PACKET_BYTES))
      continue
    }
    const unit = units[n]
    if (unit === undefined || unit.at !== at) continue
    n++
    unit.pictures.forEach((payload, index) => {
      const by = Math.round(index * stepIn(units, n - 1))
      const times = { ptsTicks: unit.ptsTicks + by, dtsTicks: unit.dtsTicks + by }
      out.push(pesPackets({ pid, streamId: PICTURE_STREAM_ID, ...times, payload }, counters))
    })
  }
  return Buffer.concat(out)
}

/** The time from one picture to the next within the n-th PES packet. */
function stepIn(units: readonly Unit[], n: number): number {
  const unit = units[n]
  const next = units[n + 1]
  if (unit === undefined) return 0
  if (next !== undefined) return (next.dtsTicks - unit.dtsTicks) / unit.pictures.length
  return n === 0 ? 0 : stepIn(units, n - 1)
}

function unitsOf(bytes: Buffer, pid: number, codec: PictureCodec): Unit[] {
  const units: (Unit & { payload: Buffer })[] = []
  for (let at = 0; at + PACKET_BYTES <= bytes.length; at += PACKET_BYTES) {
    if (pidOf(bytes, at) !== pid || !beginsUnit(bytes, at)) continue
    const header = pesHeaderAt(bytes, payloadStart(bytes, at), at + PACKET_BYTES)
    if (header === undefined) continue
    const payload = pesPayload(bytes, pid, at)
    const before = units.at(-1)
    if (header.ptsAt < 0) {
      if (before !== undefined) before.payload = Buffer.concat([before.payload, payload])
      continue
    }
    const pts = readTicks(bytes, header.ptsAt)
    const dts = header.hasDts ? readTicks(bytes, header.ptsAt + 5) : pts
    const dtsTicks = unwrapNear(dts, before?.dtsTicks ?? dts)
    units.push({ at, dtsTicks, ptsTicks: unwrapNear(pts, dtsTicks), pictures: [], payload })
  }
  for (const unit of units) unit.pictures.push(...picturesIn(codec, unit.payload))
  const delays = new Set(units.map(({ ptsTicks, dtsTicks }) => ptsTicks - dtsTicks))
  if (delays.size > 1 && units.some(({ pictures }) => pictures.length > 1))
    throw new NotCopyable('its PES packets have several pictures each, and these are reordered')
  return units
}

/** Splits a payload where pictures begin: at a first slice, or at what belongs to it and comes before it. */
function picturesIn(codec: PictureCodec, payload: Buffer): Buffer[] {
  const startCode = Buffer.from([0, 0, 1])
  const starts: number[] = []
  let lead: number | undefined
  let inPicture = false
  for (let at = payload.indexOf(startCode); at >= 0; at = payload.indexOf(startCode, at + 3)) {
    const from = at > 0 && payload[at - 1] === 0 ? at - 1 : at
    const header = payload[at + 3] ?? 0
    const kind = kindOfUnit(codec, header)
    const isSlice = kind === 'key' || kind === 'picture'
    const first = isSlice && ((payload[at + 3 + (codec === 'h264' ? 1 : 2)] ?? 0) & 0x80) !== 0
    if (!isSlice && comesBefore(codec, header) && inPicture) {
      lead = from
      inPicture = false
    }
    if (!first) continue
    if (starts.length > 0) starts.push(lead ?? from)
    else starts.push(0)
    lead = undefined
    inPicture = true
  }
  return starts.map((start, n) => payload.subarray(start, starts[n + 1] ?? payload.length))
}

/** Delimiters, parameter sets and side information for the picture that follows. */
function comesBefore(codec: PictureCodec, header: number): boolean {
  const type = codec === 'h264' ? header & 0x1f : (header >> 1) & 0x3f
  return codec === 'h264' ? type >= 6 && type <= 9 : (type >= 32 && type <= 35) || type === 39
}
