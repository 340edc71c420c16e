/**
 * Has the pictures at the ends of ranges encoded ahead of their time, while something else goes on. What is foreseen may turn out
 * otherwise: then it is of no use, and they are encoded when it is known which.
 */
import type { Range, Segment } from '../../segments/segment.js'
import { BORDER_TICKS, TICKS_PER_MS, medianOf, stepsIn } from '../continuity.js'
import type { PictureFormat } from '../probe.js'
import { encodeEnd } from './encodeEnd.js'
import type { EncodedPictures } from './encodePictures.js'
import type { Loaded } from './loadSegment.js'
import { type Encoded, planEnd, planStart } from './pictures.js'

export interface ForesightOptions {
  readonly formatOf: (loaded: Loaded) => Promise<PictureFormat>
  readonly signal: AbortSignal
}

/** A segment that is being loaded, and the number of its sequence parameter set; undefined where nothing is to be gained. */
export type Load = () => Promise<{ readonly loaded: Loaded; readonly setId: number } | undefined>

export class Foresight {
  readonly #foreseen = new Map<string, EncodedPictures>()
  readonly #going: Promise<void>[] = []

  constructor(private readonly options: ForesightOptions) {}

  /** Takes what was foreseen of these pictures, if they were: their timestamps are as they stand in the segment. */
  take(segment: Segment, from: number, ptsTicks: readonly number[]): EncodedPictures | undefined {
    const key = keyOf(segment, from, ptsTicks)
    const found = this.#foreseen.get(key)
    this.#foreseen.delete(key)
    return found
  }

  /** `load` brings the segment in which the range begins. */
  start(range: Range, load: Load): void {
    this.#foresee(load, ({ index, survey }) => {
      const plan = planStart(index.pictures, ticksAt(range.startMs, survey), ticksAt(range.endMs, survey), true)
      return typeof plan === 'object' ? plan.encoded : undefined
    })
  }

  /** `load` brings the last segment of the range. */
  end(range: Range, load: Load): void {
    this.#foresee(
      load,
      ({ index, survey }) => planEnd(index.pictures, 0, -Infinity, ticksAt(range.endMs, survey), () => false)?.encoded,
    )
  }

  /** Waits until nothing goes on any more. */
  async settled(): Promise<void> {
    await Promise.all(this.#going)
  }

  /** What goes wrong here will go wrong again when it matters. */
  #foresee(load: Load, planned: (loaded: Loaded) => Encoded | undefined): void {
    const going = (async () => {
      const known = await load()
      const encoded = known === undefined ? undefined : planned(known.loaded)
      if (known === undefined || encoded === undefined) return
      await (
        await this.#begin(known.loaded, known.setId, encoded)
      )?.done
    })()
    this.#going.push(going.catch(() => undefined))
  }

  async #begin(loaded: Loaded, setId: number, { indices, decodeFrom }: Encoded): Promise<EncodedPictures | undefined> {
    const { survey, index, bytes } = loaded
    const from = index.pictures[decodeFrom]
    if (from === undefined) return undefined
    const ptsTicks = indices.map((n) => index.pictures[n]?.ptsTicks ?? 0).sort((a, b) => a - b)
    const steps = stepsIn([survey])
    const pace = { stepTicks: medianOf(steps), shortestStepTicks: steps[0] ?? medianOf(steps) }
    const to = index.pictures[Math.max(...indices) + 1]?.at ?? bytes.length
    const likeness = { format: await this.options.formatOf(loaded), setId, pace }
    const pieces = [{ loaded, from: from.at, to, liftTicks: 0 }]
    const begun = encodeEnd({ pieces, ptsTicks, likeness }, this.options.signal)
    this.#foreseen.set(keyOf(survey.segment, from.at, ptsTicks), begun)
    return begun
  }
}

/** In a segment's own ticks. */
const ticksAt = (ms: number, { startTicks, segment }: Loaded['survey']): number =>
  startTicks + (ms - segment.startMs) * TICKS_PER_MS - BORDER_TICKS

const keyOf = ({ path }: Segment, from: number, ptsTicks: readonly number[]): string =>
  [path, from, ptsTicks[0], ptsTicks.at(-1), ptsTicks.length].join(' ')
