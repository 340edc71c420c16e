/** Reads a finished stream as it goes out, without decoding: is it what was planned, and will players take it? */
import { pesHeaderAt, readTicks, unwrapNear } from '../segments/pesHeader.js'
import { PACKET_BYTES, payloadStart } from '../segments/transportStream.js'
import type { Check } from './receipt.js'

/** What the pictures of the finished stream shall be; ticks on its own clock. */
export interface Expected {
  pictures: number
  /** The sum of all their timestamps: one that is wrong shows, wherever it is. */
  sumTicks: number
  firstTicks: number
  lastTicks: number
  /** The last picture before each join and the first one after it. */
  readonly joins: (readonly [number, number])[]
  /** Where the last picture is over. */
  endTicks: number
}

/** No encoder puts a picture further from its place in the order of decoding. */
const LONGEST_REORDER = 32
const IN_STEP_TICKS = 4050 // 45 ms: what viewers don't see

export class OutputCheck {
  #bytes = 0
  #brokenCounters = 0
  #strangePackets = 0
  #pictures = 0
  #sumTicks = 0
  #firstTicks = Infinity
  #lastTicks = -Infinity
  #dts = -Infinity
  #dtsBackwards = 0
  #shownBeforeDecoded = 0
  #soundBackwards = 0
  readonly #counters = new Uint8Array(8192).fill(0xff)
  readonly #sound = new Map<number, { lastTicks: number }>()
  /** Pictures whose place in the order of showing may not be known yet, in that order. */
  readonly #unordered: number[] = []
  #before: number | undefined
  #joinsMet = 0
  #notForward = 0

  constructor(
    private readonly picturePid: number,
    soundPids: readonly number[],
    private readonly expected: Expected,
  ) {
    for (const pid of soundPids) this.#sound.set(pid, { lastTicks: -Infinity })
  }

  get bytes(): number {
    return this.#bytes
  }

  /** `chunk` is whole packets. */
  push(chunk: Buffer): void {
    this.#bytes += chunk.length
    const counters = this.#counters
    for (let at = 0; at + PACKET_BYTES <= chunk.length; at += PACKET_BYTES) {
      const second = chunk[at + 1] ?? 0
      const pid = ((second & 0x1f) << 8) | (chunk[at + 2] ?? 0)
      const control = chunk[at + 3] ?? 0
      if (chunk[at] !== 0x47) this.#strangePackets++
      if ((control & 0x10) === 0) continue
      const counter = control & 0x0f
      const before = counters[pid] ?? 0xff
      if (before !== 0xff && counter !== ((before + 1) & 0x0f)) this.#brokenCounters++
      counters[pid] = counter
      if ((second & 0x40) !== 0) this.#begin(chunk, at, pid)
    }
  }

  #begin(chunk: Buffer, at: number, pid: number): void {
    const sound = this.#sound.get(pid)
    if (pid !== this.picturePid && sound === undefined) return
    const header = pesHeaderAt(chunk, payloadStart(chunk, at), at + PACKET_BYTES)
    if (header === undefined || header.ptsAt < 0) {
      this.#strangePackets++
      return
    }
    const pts = readTicks(chunk, header.ptsAt)
    if (sound !== undefined) {
      const ticks = Number.isFinite(sound.lastTicks) ? unwrapNear(pts, sound.lastTicks) : pts
      if (ticks <= sound.lastTicks) this.#soundBackwards++
      sound.lastTicks = Math.max(ticks, sound.lastTicks)
      return
    }
    const dts = header.hasDts ? readTicks(chunk, header.ptsAt + 5) : pts
    const dtsTicks = Number.isFinite(this.#dts) ? unwrapNear(dts, this.#dts) : dts
    const ptsTicks = unwrapNear(pts, dtsTicks)
    if (dtsTicks <= this.#dts) this.#dtsBackwards++
    if (ptsTicks < dtsTicks) this.#shownBeforeDecoded++
    this.#dts = Math.max(dtsTicks, this.#dts)
    this.#pictures++
    this.#sumTicks += ptsTicks
    this.#firstTicks = Math.min(this.#firstTicks, ptsTicks)
    this.#lastTicks = Math.max(this.#lastTicks, ptsTicks)
    this.#order(ptsTicks)
  }

  #order(ticks: number): void {
    const list = this.#unordered
    let at = list.length
    while (at > 0 && (list[at - 1] ?? 0) > ticks) at--
    list.splice(at, 0, ticks)
    if (list.length > LONGEST_REORDER) this.#show(list.shift())
  }

  #show(ticks: number | undefined): void {
    if (ticks === undefined) return
    if (this.#before !== undefined) {
      if (ticks <= this.#before) this.#notForward++
      const join = this.expected.joins[this.#joinsMet]
      if (join !== undefined && join[0] === this.#before && join[1] === ticks) this.#joinsMet++
    }
    this.#before = ticks
  }

  /** What was found, each beside what was wanted. */
  finish(): Check[] {
    for (const ticks of this.#unordered.splice(0)) this.#show(ticks)
    const { expected } = this
    const equal = (name: string, found: number, wanted: number): Check => ({
      name,
      found,
      wanted,
      ok: found === wanted,
    })
    const sounds = [...this.#sound.values()].map(({ lastTicks }) => lastTicks)
    const soundEnd = sounds.length === 0 ? undefined : Math.min(...sounds)
    return [
      equal('strange packets', this.#strangePackets, 0),
      equal('broken continuity counters', this.#brokenCounters, 0),
      equal('pictures', this.#pictures, expected.pictures),
      equal('sum of picture timestamps', this.#sumTicks, expected.sumTicks),
      equal('first picture', this.#firstTicks, expected.firstTicks),
      equal('last picture', this.#lastTicks, expected.lastTicks),
      equal('joins', this.#joinsMet, expected.joins.length),
      equal('pictures shown at one time', this.#notForward, 0),
      equal('decoding times that go back', this.#dtsBackwards, 0),
      equal('pictures shown before they are decoded', this.#shownBeforeDecoded, 0),
      equal('sound timestamps that go back', this.#soundBackwards, 0),
      ...(soundEnd === undefined
        ? []
        : [
            {
              name: 'end of the sound',
              found: soundEnd,
              wanted: expected.endTicks,
              // the last PES packet may hold several frames: it must begin before the end, not long before
              ok: soundEnd < expected.endTicks + IN_STEP_TICKS,
            },
          ]),
    ]
  }
}
