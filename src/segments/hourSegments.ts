/** The segments of an hour in order of time, kept in columns: a week has three hundred thousand, an object each would be ten times as much. */
import type { ListedSegment } from './listedName.js'

const TYPES = ['full', 'suspect', 'partial'] as const

export class HourSegments implements Iterable<ListedSegment> {
  readonly names: readonly string[]
  /** Milliseconds since the epoch. */
  readonly startsMs: Float64Array
  readonly endsMs: Float64Array
  readonly #types: Uint8Array

  /** @param segments in order of time */
  constructor(segments: readonly ListedSegment[]) {
    this.names = segments.map(({ name }) => name)
    this.startsMs = new Float64Array(segments.length)
    this.endsMs = new Float64Array(segments.length)
    this.#types = new Uint8Array(segments.length)
    let n = 0
    for (const { startMs, endMs, type } of segments) {
      this.startsMs[n] = startMs
      this.endsMs[n] = endMs
      if (type !== 'full') this.#types[n] = TYPES.indexOf(type)
      n++
    }
  }

  get length(): number {
    return this.names.length
  }

  get areFull(): boolean {
    return this.#types.every((type) => type === 0)
  }

  /** Not from the end: undefined where there is none. */
  at(n: number): ListedSegment | undefined {
    const [name, startMs, endMs] = [this.names[n], this.startsMs[n], this.endsMs[n]]
    if (name === undefined || startMs === undefined || endMs === undefined) return undefined
    return { name, startMs, endMs, durationMs: endMs - startMs, type: TYPES[this.#types[n] ?? 0] ?? 'full' }
  }

  *[Symbol.iterator](): Iterator<ListedSegment> {
    for (let n = 0; n < this.length; n++) {
      const segment = this.at(n)
      if (segment !== undefined) yield segment
    }
  }
}
