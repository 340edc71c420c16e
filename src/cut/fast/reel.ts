/** The finished video as it grows: one timeline for all runs, its sound, its packets, and what has to be said of it. */
import { TICKS_PER_SECOND } from '../../segments/pesHeader.js'
import type { PictureFormat } from '../probe.js'
import type { EncodedStretch, SilentStretch } from '../receipt.js'
import type { EncodedPictures } from './encodePictures.js'
import type { Foresight } from './foresight.js'
import type { Layout } from './layout.js'
import type { Loaded } from './loadSegment.js'
import { type Expected, OutputCheck } from '../outputCheck.js'
import { ContinuityCounters, Tables } from './packetWriter.js'
import { silentFrame } from './silence.js'
import { Soundtracks, type WantedCrossfade } from './soundtracks.js'
import { type Insertion, type SplicedStream, Splicer } from './splice.js'
import type { StretchMember } from './stretches.js'

/** Room for what comes before the first picture is shown: decoding, and the program clock. */
const HEAD_ROOM_TICKS = 2 * TICKS_PER_SECOND

export interface ReelOptions {
  readonly layout: Layout
  readonly signal: AbortSignal
  readonly foresight: Foresight
  readonly formatOf: (loaded: Loaded) => Promise<PictureFormat>
  readonly onShown: (seconds: number, bytes: number) => void
}

export class Reel {
  readonly layout: Layout
  readonly splicer: Splicer
  readonly check: OutputCheck
  readonly foresight: Foresight
  readonly encoded: EncodedStretch[] = []
  /** What each ffmpeg was told. */
  readonly arguments: (readonly string[])[] = []
  readonly startTicks: number
  copiedPictures = 0
  readonly #expected: Expected
  readonly #soundtracks: Soundtracks
  readonly #signal: AbortSignal
  readonly #encoding: EncodedPictures[] = []
  readonly #background: Promise<void>[] = []
  readonly #options: ReelOptions
  #nextTicks: number
  #offset = 0

  constructor(options: ReelOptions) {
    const { layout, signal } = options
    this.#options = options
    this.layout = layout
    this.foresight = options.foresight
    this.#signal = signal
    this.startTicks = HEAD_ROOM_TICKS + layout.delayTicks
    this.#nextTicks = this.startTicks
    this.#expected = { pictures: 0, sumTicks: 0, firstTicks: this.startTicks, lastTicks: 0, joins: [], endTicks: 0 }
    const streams = [layout.picture, ...layout.sounds]
    const counters = new ContinuityCounters()
    this.splicer = new Splicer(new Tables(streams, layout.clockPid, layout.mapPid), counters, layout.picture.pid)
    this.check = new OutputCheck(
      layout.picture.pid,
      layout.sounds.map(({ pid }) => pid),
      this.#expected,
    )
    this.#soundtracks = new Soundtracks(layout.sounds, this.startTicks, (track) => {
      const format = layout.sounds[track]?.format
      return format === undefined ? Promise.resolve(Buffer.alloc(0)) : silentFrame(format, signal)
    })
  }

  /** A run begins, whose first picture is at `firstTicks` on its line. Returns what brings that line to the reel's clock. */
  begin(firstTicks: number): number {
    if (this.#expected.pictures > 0) this.#expected.joins.push([this.#expected.lastTicks, this.#nextTicks])
    this.#offset = this.#nextTicks - firstTicks
    this.#soundtracks.beginRun(this.#offset)
    return this.#offset
  }

  /** The run's last picture is at `lastTicks` on the reel's clock; returns where it is over. */
  end(lastTicks: number, stepTicks: number): number {
    this.#nextTicks = lastTicks + Math.round(stepTicks)
    this.#expected.endTicks = this.#nextTicks
    return this.#nextTicks
  }

  /** Where the next run, or a transition, begins. */
  get nextTicks(): number {
    return this.#nextTicks
  }

  /** A transition begins whose first picture is at `nextTicks`. */
  beginTransition(): void {
    this.#expected.joins.push([this.#expected.lastTicks, this.#nextTicks])
  }

  soundCrossfade(
    endTicks: number,
    make: (wanted: WantedCrossfade, signal: AbortSignal) => Promise<Buffer[]>,
  ): Insertion[] {
    return this.#soundtracks.crossfade(this.#nextTicks, endTicks, (wanted) => {
      const made = make(wanted, this.#signal)
      this.#background.push(
        made.then(
          () => undefined,
          () => undefined,
        ),
      )
      return made
    })
  }

  expect(ptsTicks: number): void {
    this.#expected.pictures++
    this.#expected.sumTicks += ptsTicks
    this.#expected.lastTicks = Math.max(ptsTicks, this.#expected.lastTicks)
  }

  noteCopied(): void {
    this.copiedPictures++
  }

  noteEncoded({ ptsTicks, pictures, why }: { ptsTicks: number; pictures: number; why: string }): void {
    this.encoded.push({ atSeconds: this.#seconds(ptsTicks), pictures, why })
  }

  encode(begin: (signal: AbortSignal) => EncodedPictures): EncodedPictures {
    const begun = begin(this.#signal)
    this.#encoding.push(begun)
    return begun
  }

  formatOf(loaded: Loaded): Promise<PictureFormat> {
    return this.#options.formatOf(loaded)
  }

  sounds(member: StretchMember, untilTicks: number): SplicedStream[] {
    return this.#soundtracks.streams(member, untilTicks)
  }

  lacksSound(endTicks: number): boolean {
    return this.#soundtracks.lacks(endTicks)
  }

  silenceUntil(endTicks: number): Insertion[] {
    return this.#soundtracks.until(endTicks)
  }

  silenceBehind(shownTicks: number): Insertion[] {
    return this.#soundtracks.behind(shownTicks)
  }

  progress(): void {
    this.#options.onShown(this.#seconds(this.#expected.lastTicks), this.check.bytes)
  }

  get silence(): SilentStretch[] {
    return this.#soundtracks.silences.map(({ track, fromTicks, ticks }) => ({
      atSeconds: this.#seconds(fromTicks),
      seconds: milli(ticks / TICKS_PER_SECOND),
      track,
    }))
  }

  get pictures(): number {
    return this.#expected.pictures
  }

  /** How long it is so far, in seconds. */
  get seconds(): number {
    return this.#seconds(this.#expected.endTicks)
  }

  /** Waits until no encoder runs any more. */
  async settled(): Promise<void> {
    await Promise.all([...this.#encoding.map(({ done }) => done), ...this.#background])
  }

  #seconds(ticks: number): number {
    return milli((ticks - this.startTicks) / TICKS_PER_SECOND)
  }
}

const milli = (seconds: number): number => Math.round(seconds * 1000) / 1000
