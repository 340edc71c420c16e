/** What all nodes have recorded: 24 seconds in which each picture shows its number, heavy enough for uploads in many pieces. */
import { link, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatInstant } from '../machines/codecs.js'
import { planCut } from '../src/cut/plan.js'
import { readTimestamps } from '../src/segments/timestamps.js'
import { makeNumbered, record } from '../spec/support/numberedStream.js'
import type { FrameRange } from './script.js'

const T0 = Date.UTC(2026, 0, 31, 18)
const SECONDS = 24
const RATE = 25
/** A keyframe begins every segment, each of which is two seconds long. */
const FRAMES_A_SEGMENT = 2 * RATE
/** Five megabits a second, whatever is in the picture. */
const HEAVY = 'b-adapt=0:nal-hrd=cbr:filler=1'
const encoder = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-bf',
  '2',
  '-b:v',
  '5M',
  '-maxrate',
  '5M',
  '-bufsize',
  '5M',
]

export class Footage {
  private constructor(
    /** The folder of channels. Nobody may change it. */
    readonly root: string,
    /** Names of the segments in order of time. */
    private readonly segments: readonly string[],
    /** When picture 0 is shown, in seconds of the recording. */
    private readonly zero: number,
  ) {}

  static async make(folder: string): Promise<Footage> {
    const raw = join(folder, 'raw')
    const stream = { seconds: SECONDS, rate: String(RATE), picture: [...encoder, '-x264-params', HEAVY] }
    const files = await makeNumbered(raw, stream)
    const root = join(folder, 'segments')
    const paths = await record(files, root, T0)
    const { streams, startTicks } = await readTimestamps(files[0] ?? '')
    await rm(raw, { recursive: true })
    const picture = streams.find(({ kind }) => kind === 'picture')
    const names = paths.map((path) => path.slice(root.length))
    return new Footage(root, names, ((picture?.minTicks ?? 0) - startTicks) / 90_000)
  }

  /** What a node has recorded itself, in a folder of its own: all but these segments. */
  async recordedBut(missing: readonly number[], folder: string): Promise<void> {
    for (const [index, name] of this.segments.entries()) {
      if (missing.includes(index)) continue
      const path = join(folder, name)
      await mkdir(dirname(path), { recursive: true })
      await link(join(this.root, name), path)
    }
  }

  /** As an edit has it: between two pictures, so that no rounding decides which of them belong to it. */
  readonly rangeOf = ([from, until]: FrameRange): [string, string] => [this.#before(from), this.#before(until)]

  #before(frame: number): string {
    return formatInstant(T0 + Math.round((this.zero + (frame - 0.5) / RATE) * 1000))
  }

  /** The numbers that a cut shows: exactly those, or those of all segments that have any of them. */
  async shown(ranges: readonly FrameRange[], whole: boolean): Promise<number[]> {
    if (!whole) return ranges.flatMap(([from, until]) => numbers(from, until))
    const asked = ranges
      .map(this.rangeOf)
      .map(([start, end]) => ({ startMs: Date.parse(start), endMs: Date.parse(end) }))
    const plan = await planCut(this.root, 'camera', 'source', asked)
    return plan.ranges.flatMap(({ segments }) =>
      segments.flatMap(({ path }) => {
        const first = this.segments.indexOf(path.slice(this.root.length)) * FRAMES_A_SEGMENT
        return numbers(first, first + FRAMES_A_SEGMENT)
      }),
    )
  }
}

const numbers = (from: number, until: number): number[] => Array.from({ length: until - from }, (_, n) => from + n)
