import { type SoundFormat, frameTicks } from './soundFrames.js'

/** A PES packet of sound on the line of its run. */
export interface LineSound {
  readonly ptsTicks: number
  readonly frames: number
}

/** What becomes of a PES packet of sound. Ticks are those of the finished video. */
export interface SoundEdit {
  /** Frames of silence that come before it, from `silenceTicks` on. */
  readonly silence: number
  readonly silenceTicks: number
  /** These of its frames are taken: all, some, or none. */
  readonly skip: number
  readonly take: number
  /** When the first frame that is taken is heard. */
  readonly ptsTicks: number
}

/**
 * One sound track of the finished video: frames without a gap, each as near to its place beside the picture as whole
 * frames allow (half a frame at most). Frames are never cut nor encoded anew; where there are none, silence is put.
 */
export class SoundLane {
  readonly frameTicks: number
  /** Where the sound ends so far, on the clock of the finished video. */
  endTicks: number
  /** To be added to a timestamp on the run's line. */
  #offsetTicks = 0
  /** By so much sound is moved beside the picture, so that frames follow one another; undefined until a frame has come. */
  #slackTicks: number | undefined

  constructor(
    readonly format: SoundFormat,
    startTicks: number,
  ) {
    this.frameTicks = frameTicks(format)
    this.endTicks = startTicks
  }

  /** A run begins, whose line lies so far from the clock of the finished video. */
  beginRun(offsetTicks: number): void {
    this.#offsetTicks = offsetTicks
    this.#slackTicks = undefined
  }

  /** Decides about the next PES packet of the run; sound from `untilTicks` on is not wanted. */
  edit({ ptsTicks, frames }: LineSound, untilTicks: number): SoundEdit {
    const length = this.frameTicks
    const nominal = ptsTicks + this.#offsetTicks
    let skip = 0
    let silence = 0
    if (this.#slackTicks === undefined || Math.abs(nominal + this.#slackTicks - this.endTicks) >= length / 2) {
      skip = Math.max(0, Math.ceil((this.endTicks - length / 2 - nominal) / length))
      if (skip >= frames) return this.#nothing()
      silence = Math.max(0, Math.round((nominal + skip * length - this.endTicks) / length))
      // silence that would last beyond the end: the sound goes on only after it
      if (this.endTicks + silence * length >= untilTicks - length / 2) return this.#nothing()
      this.#slackTicks = this.endTicks + silence * length - (nominal + skip * length)
    }
    const start = nominal + this.#slackTicks
    const fitting = Math.ceil((untilTicks - length / 2 - start) / length)
    const take = Math.max(0, Math.min(frames, fitting) - skip)
    if (take === 0) return this.#nothing()
    const silenceTicks = this.endTicks
    this.endTicks = start + (skip + take) * length
    return { silence, silenceTicks, skip, take, ptsTicks: start + skip * length }
  }

  /** How many frames of silence it takes to come to `untilTicks`; they are counted as put. */
  fill(untilTicks: number): { readonly silence: number; readonly silenceTicks: number } {
    const silenceTicks = this.endTicks
    const silence = Math.max(0, Math.ceil((untilTicks - this.frameTicks / 2 - silenceTicks) / this.frameTicks))
    if (silence > 0) this.#slackTicks = undefined
    this.endTicks += silence * this.frameTicks
    return { silence, silenceTicks }
  }

  /** What is to be added to a time of the run's line to come to where it is heard; silence is as good as in its place. */
  get shiftTicks(): number {
    return this.#offsetTicks + (this.#slackTicks ?? 0)
  }

  /** By how much sound of which one frame would begin at `atTicks` will be moved, if it is the next to come. */
  slackOf(atTicks: number): number {
    const off = this.endTicks - atTicks
    return off - Math.round(off / this.frameTicks) * this.frameTicks
  }

  #nothing(): SoundEdit {
    return { silence: 0, silenceTicks: this.endTicks, skip: 0, take: 0, ptsTicks: this.endTicks }
  }
}
