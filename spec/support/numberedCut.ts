/** A recorded numbered stream, and what a cut of it shall show. */
import { join } from 'node:path'
import { planCut } from '../../src/cut/plan.js'
import type { CutPlan, Transition } from '../../src/cut/cut.js'
import { readTimestamps } from '../../src/segments/timestamps.js'
import type { CutKind } from './cutKinds.js'
import type { Wanted } from './cutJudge.js'
import { makeNumbered, record } from './numberedStream.js'

const T0 = Date.UTC(2026, 0, 1, 12)

/** [start, end) in seconds of the recording. */
export type Seconds = readonly [number, number]

export class NumberedRecording {
  private constructor(
    readonly kind: CutKind,
    readonly root: string,
    /** When picture 0 is shown, in seconds of the recording. */
    private readonly zero: number,
  ) {}

  /** Makes the stream and records it below `folder`. `rewrite` may change its files before they are. */
  static async make(
    folder: string,
    kind: CutKind,
    rewrite: (files: string[]) => Promise<void> = async () => undefined,
  ): Promise<NumberedRecording> {
    const files = await makeNumbered(join(folder, 'stream'), kind.stream)
    await rewrite(files)
    const root = join(folder, 'root')
    await record(files, root, T0)
    const { streams, startTicks } = await readTimestamps(files[0] ?? '')
    const picture = streams.find(({ kind: of }) => of === 'picture')
    return new NumberedRecording(kind, root, ((picture?.minTicks ?? 0) - startTicks) / 90_000)
  }

  get rate(): number {
    const [numerator = 30, denominator = 1] = (this.kind.stream.rate ?? '30').split('/').map(Number)
    return numerator / denominator
  }

  async plan(ranges: readonly Seconds[], transitions: readonly (Transition | null)[] = []): Promise<CutPlan> {
    const ms = (seconds: number) => T0 + Math.round(seconds * 1000)
    const asked = ranges.map(([start, end]) => ({ startMs: ms(start), endMs: ms(end) }))
    return { ...(await planCut(this.root, 'camera', 'source', asked)), transitions }
  }

  /** When a picture is shown, in seconds of the recording. */
  readonly timeOf = (number: number): number => number / this.rate + this.zero + this.#jitter(number) - this.#jitter(0)

  wanted(ranges: readonly Seconds[], transitions: readonly (Transition | null)[] = []): Wanted {
    const { sound, seconds, lateSeconds = 0 } = this.kind.stream
    const all = Array.from({ length: Math.ceil(seconds * this.rate) }, (_, number) => number)
    const there = all.filter((number) => this.kind.exists?.(number) ?? true)
    const shown = ranges.map(([start, end]) =>
      there.filter((number) => this.timeOf(number) >= start - 0.001 && this.timeOf(number) < end - 0.001),
    )
    return {
      ...this.#faded(shown, transitions),
      timeOf: this.timeOf,
      heardAt: (number) => number / this.rate + this.#jitter(number),
      step: 1 / this.rate,
      sound: sound === 'none' ? 'none' : (at) => at >= (sound === 'late' ? lateSeconds : 0) && at < seconds - 0.1,
    }
  }

  /** The last pictures of a range with the first of the next one laid over them, more and more. */
  #faded(shown: readonly number[][], transitions: readonly (Transition | null)[]): Pick<Wanted, 'ranges' | 'faded'> {
    const ranges: number[][] = []
    const faded = new Map<number, { over: number; share: number }>()
    let rest: number[] = []
    for (const [n, numbers] of shown.entries()) {
      const count = Math.round((transitions[n - 1]?.seconds ?? 0) * this.rate)
      const until = rest.length - count
      ranges.push(rest.slice(0, until))
      const at = ranges.flat().length
      if (count > 0) ranges.push(rest.slice(until))
      for (let k = 0; k < count; k++) faded.set(at + k, { over: numbers[k] ?? -1, share: k / count })
      rest = numbers.slice(count)
    }
    return { ranges: [...ranges, rest].filter(({ length }) => length > 0), faded }
  }

  /** Whether an end lies so near to a picture that rounding decides to which side of it. */
  isOnEdge(seconds: number): boolean {
    const number = Math.round((seconds - 0.001 - this.zero) * this.rate)
    return [number - 1, number, number + 1].some((one) => Math.abs(this.timeOf(one) - (seconds - 0.001)) < 0.0007)
  }

  #jitter(number: number): number {
    return this.kind.stream.jitter === undefined ? 0 : (150 * ((number * 7) % 5)) / 90_000
  }
}
