import { byteAt } from './transportStream.js'

const SAMPLE_RATES = [96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]
const SAMPLES_PER_BLOCK = 1024
const HEADER_BYTES = 7
const TICKS_PER_SECOND = 90_000

/**
 * Counts how long the AAC frames (ADTS, ISO/IEC 13818-7, 6.2) are that begin in a stretch of payload. A PES packet has
 * several of them but one timestamp, and the last one of a segment mostly has fewer than those before it.
 */
export class AdtsDuration {
  #header: number[] = []
  #skip = 0
  #ticks = 0
  #lost = false

  /** How long the frames are that began since `restart`, or undefined where what came was not ADTS. */
  get ticks(): number | undefined {
    return this.#lost || this.#ticks === 0 ? undefined : this.#ticks
  }

  /** A PES packet begins: its timestamp is that of the first frame that begins in it. */
  restart(): void {
    this.#ticks = 0
    if (this.#lost) this.#header = []
    if (this.#lost) this.#skip = 0
    this.#lost = false
  }

  push(bytes: Buffer, from: number, to: number): void {
    let at = from
    while (at < to && !this.#lost) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, to - at)
        this.#skip -= step
        at += step
        continue
      }
      this.#header.push(byteAt(bytes, at++))
      if (this.#header.length === HEADER_BYTES) this.#readHeader()
    }
  }

  #readHeader(): void {
    const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0, b5 = 0, b6 = 0] = this.#header
    this.#header = []
    const frameBytes = ((b3 & 0x03) << 11) | (b4 << 3) | (b5 >> 5)
    const rate = SAMPLE_RATES[(b2 >> 2) & 0x0f]
    if (b0 !== 0xff || (b1 & 0xf0) !== 0xf0 || rate === undefined || frameBytes < HEADER_BYTES) {
      this.#lost = true
      return
    }
    this.#skip = frameBytes - HEADER_BYTES
    this.#ticks += ((1 + (b6 & 0x03)) * SAMPLES_PER_BLOCK * TICKS_PER_SECOND) / rate
  }
}
