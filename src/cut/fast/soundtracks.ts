/** The sound of a finished video, track by track: which packets of a segment pass, and where silence comes in. */
import type { Layout } from './layout.js'
import { PRIVATE_STREAM_ID, SOUND_STREAM_ID } from './packetWriter.js'
import { pesPayload } from './pesPayload.js'
import { LONGEST_HEADER_BYTES, type SoundFormat, describeSound, headerReader, sameSound } from './soundFrames.js'
import { SoundLane } from './soundLane.js'
import { NotCopyable, type SoundTrack, type SoundUnit } from './segmentIndex.js'
import type { Insertion, SplicedStream, UnitEdit } from './splice.js'
import type { StretchMember } from './stretches.js'

/** Sound so far from the pictures beside it belongs to another clock. */
const STRAY_TICKS = 10 * 90_000
/** Sound may come so long after its pictures; then silence takes its place. */
const LATEST_TICKS = 5 * 90_000
const STILL_EXPECTED_TICKS = 3 * 90_000
const SILENT_FRAMES_A_PACKET = 16
const FADED_FRAMES_A_PACKET = 4

export interface WantedCrossfade {
  readonly track: number
  readonly format: SoundFormat
  readonly frames: number
  /** By so much the first frame begins before the transition does. */
  readonly leadTicks: number
  /** From the line of the range before to where its sound is heard. */
  readonly shiftTicks: number
  /** By how much sound of which one frame would begin there will be moved after the transition. */
  readonly slackOf: (atTicks: number) => number
}

export interface Silence {
  readonly track: number
  readonly fromTicks: number
  readonly ticks: number
}

export class Soundtracks {
  readonly #lanes: readonly SoundLane[]
  readonly silences: Silence[] = []

  constructor(
    private readonly sounds: Layout['sounds'],
    startTicks: number,
    private readonly silentFrame: (track: number) => Promise<Buffer>,
  ) {
    this.#lanes = sounds.map(({ format }) => new SoundLane(format, startTicks))
  }

  beginRun(offsetTicks: number): void {
    for (const lane of this.#lanes) lane.beginRun(offsetTicks)
  }

  /** Whether a track ends more than half a frame before `endTicks`. */
  lacks(endTicks: number): boolean {
    return this.#lanes.some((lane) => lane.endTicks < endTicks - lane.frameTicks / 2)
  }

  /** What becomes of a segment's sound; from `untilTicks` on none is wanted. */
  streams({ loaded, liftTicks }: StretchMember, untilTicks: number): SplicedStream[] {
    const { index, bytes } = loaded
    const near = index.pictures[0]?.dtsTicks ?? 0
    const far = index.pictures.at(-1)?.dtsTicks ?? 0
    return this.sounds.flatMap(({ pid: outPid, format }, track) => {
      const source = index.tracks[track]
      const lane = this.#lanes[track]
      if (source === undefined || lane === undefined) return []
      if (source.format !== undefined && !sameSound(source.format, format))
        throw new NotCopyable(
          `the sound changes from ${describeSound(format)} to ${describeSound(source.format)} at segment ${loaded.survey.segment.path}`,
        )
      const edits = source.units
        .filter(({ ptsTicks }) => ptsTicks > near - STRAY_TICKS && ptsTicks < far + STRAY_TICKS)
        .map((unit) => this.#edit(lane, track, source, unit, bytes, liftTicks, untilTicks))
      return [{ pid: source.pid, outPid, edits }]
    })
  }

  #edit(
    lane: SoundLane,
    track: number,
    source: SoundTrack,
    unit: SoundUnit,
    bytes: Buffer,
    liftTicks: number,
    untilTicks: number,
  ): UnitEdit {
    const { at, ptsTicks, frames, lead } = unit
    const edit = lane.edit({ ptsTicks: ptsTicks + liftTicks, frames }, untilTicks)
    const before = edit.silence > 0 ? this.#silent(track, edit.silence, edit.silenceTicks) : []
    const shift = edit.ptsTicks - ptsTicks
    const whole = edit.skip === 0 && edit.take === frames && lead === 0
    if (edit.take > 0 && !whole) {
      const some = framesOf(pesPayload(bytes, source.pid, at), source, unit, edit.skip, edit.take)
      before.push(this.#sound(track, edit.ptsTicks, () => some))
    }
    return { at, before, passes: edit.take > 0 && whole, ptsShift: shift, dtsShift: shift }
  }

  #sound(track: number, atTicks: number, payload: () => Buffer | Promise<Buffer>): Insertion {
    const { pid = 0, format } = this.sounds[track] ?? {}
    const streamId = format?.codec === 'ac3' || format?.codec === 'eac3' ? PRIVATE_STREAM_ID : SOUND_STREAM_ID
    const ptsTicks = Math.round(atTicks)
    return { pid, streamId, atTicks: ptsTicks, content: async () => ({ ptsTicks, payload: await payload() }) }
  }

  #silent(track: number, frames: number, fromTicks: number): Insertion[] {
    const length = this.#lanes[track]?.frameTicks ?? 0
    this.silences.push({ track, fromTicks, ticks: frames * length })
    const insertions: Insertion[] = []
    for (let put = 0; put < frames; put += SILENT_FRAMES_A_PACKET) {
      const count = Math.min(SILENT_FRAMES_A_PACKET, frames - put)
      const payload = async () => {
        const frame = await this.silentFrame(track)
        return Buffer.concat(Array.from({ length: count }, () => frame))
      }
      insertions.push(this.#sound(track, fromTicks + put * length, payload))
    }
    return insertions
  }

  /** Silence up to `endTicks`, in each track that ends before it. */
  until(endTicks: number): Insertion[] {
    return this.#lanes.flatMap((lane, track) => {
      const { silence, silenceTicks } = lane.fill(endTicks)
      return silence > 0 ? this.#silent(track, silence, silenceTicks) : []
    })
  }

  /**
   * Frames that sound with a transition, which begins at `startTicks` and is over at `endTicks`: each track's are counted as
   * put, and `make` says what they are.
   */
  crossfade(startTicks: number, endTicks: number, make: (wanted: WantedCrossfade) => Promise<Buffer[]>): Insertion[] {
    return this.#lanes.flatMap((lane, track) => {
      const shiftTicks = lane.shiftTicks
      const { silence: frames, silenceTicks: atTicks } = lane.fill(endTicks)
      if (frames === 0) return []
      const format = lane.format
      const slackOf = (ticks: number) => lane.slackOf(ticks)
      const made = make({ track, format, leadTicks: startTicks - atTicks, frames, shiftTicks, slackOf })
      // it is told when its turn comes
      made.catch(() => undefined)
      const insertions: Insertion[] = []
      for (let put = 0; put < frames; put += FADED_FRAMES_A_PACKET) {
        const payload = async () => Buffer.concat((await made).slice(put, put + FADED_FRAMES_A_PACKET))
        insertions.push(this.#sound(track, atTicks + put * lane.frameTicks, payload))
      }
      return insertions
    })
  }

  /** Silence in tracks that lag so far behind the picture at `shownTicks` that nothing is to be expected any more. */
  behind(shownTicks: number): Insertion[] {
    return this.#lanes.flatMap((lane, track) => {
      if (!(lane.endTicks < shownTicks - LATEST_TICKS)) return []
      const { silence, silenceTicks } = lane.fill(shownTicks - STILL_EXPECTED_TICKS)
      return silence > 0 ? this.#silent(track, silence, silenceTicks) : []
    })
  }
}

/** Some of the frames of a PES packet. */
function framesOf(payload: Buffer, source: SoundTrack, unit: SoundUnit, skip: number, take: number): Buffer {
  const read = headerReader(source.streamType, source.descriptors)
  let at = unit.lead
  let from = payload.length
  for (let frame = 0; frame < skip + take; frame++) {
    if (frame === skip) from = at
    const header = read?.(payload.subarray(at, at + LONGEST_HEADER_BYTES))
    if (header === undefined) break
    at += header.bytes
  }
  return payload.subarray(from, at)
}
