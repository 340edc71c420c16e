/**
 * Has the pictures at the end of a range encoded while what comes before them is still being copied. What is foreseen may
 * turn out otherwise: then it is of no use, and they are encoded when it is known which.
 */
import type { Range, Segment } from '../../segments/segment.js'
import { BORDER_TICKS, TICKS_PER_MS, medianOf, stepsIn } from '../continuity.js'
import type { PictureFormat } from '../probe.js'
import { type End, encodeEnd } from './encodeEnd.js'
import type { EncodedPictures } from './encodePictures.js'
import type { Loaded } from './loadSegment.js'
import { planEnd } from './pictures.js'

export class Foresight {
  readonly #foreseen = new Map<string, EncodedPictures>()

  /** Takes what was foreseen of these pictures, if they were: their timestamps are as they stand in the segment. */
  take(segment: Segment, from: number, ptsTicks: readonly number[]): EncodedPictures | undefined {
    const key = keyOf(segment, from, ptsTicks)
    const found = this.#foreseen.get(key)
    this.#foreseen.delete(key)
    return found
  }

  /** `last` is the last segment of the range. Does nothing where there is nothing to encode, or not in that segment alone. */
  async foresee(
    range: Range,
    last: Loaded,
    setId: number,
    formatOf: (loaded: Loaded) => Promise<PictureFormat>,
    signal: AbortSignal,
  ): Promise<EncodedPictures | undefined> {
    const { survey, index, bytes } = last
    const toTicks = survey.startTicks + (range.endMs - survey.segment.startMs) * TICKS_PER_MS - BORDER_TICKS
    const plan = planEnd(index.pictures, 0, -Infinity, toTicks, () => false)
    const from = index.pictures[plan?.encoded?.decodeFrom ?? -1]
    if (plan?.encoded === undefined || from === undefined) return undefined
    const { indices } = plan.encoded
    const ptsTicks = indices.map((n) => index.pictures[n]?.ptsTicks ?? 0).sort((a, b) => a - b)
    const steps = stepsIn([survey])
    const end: End = {
      pieces: [
        { loaded: last, from: from.at, to: index.pictures[Math.max(...indices) + 1]?.at ?? bytes.length, liftTicks: 0 },
      ],
      ptsTicks,
      likeness: {
        format: await formatOf(last),
        setId,
        pace: { stepTicks: medianOf(steps), shortestStepTicks: steps[0] ?? medianOf(steps) },
      },
    }
    const encoded = encodeEnd(end, signal)
    this.#foreseen.set(keyOf(survey.segment, from.at, ptsTicks), encoded)
    return encoded
  }
}

const keyOf = ({ path }: Segment, from: number, ptsTicks: readonly number[]): string =>
  [path, from, ptsTicks[0], ptsTicks.at(-1), ptsTicks.length].join(' ')
