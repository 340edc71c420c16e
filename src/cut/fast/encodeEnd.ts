/** Encodes the pictures at an end of a copied stretch anew, or those of a transition. */
import { type Crossfade, crossfadeTimes, pictureCrossfade } from '../crossfade.js'
import { ANCHOR_TICKS, type EncodedPictures, type Piece, encodePictures } from './encodePictures.js'
import type { Likeness } from './likeness.js'

export interface End {
  /** What has to be decoded, beginning with a key picture. */
  readonly pieces: readonly Piece[]
  /** When each picture to be encoded is shown, on the line of the pieces, in the order shown. */
  readonly ptsTicks: readonly number[]
  readonly likeness: Likeness
}

/** Begins at once. The pictures have the times of `ptsTicks`. */
export function encodeEnd({ pieces, ptsTicks, likeness }: End, signal: AbortSignal): EncodedPictures {
  const first = ptsTicks[0] ?? 0
  const last = ptsTicks.at(-1) ?? 0
  const filterGraph = `[0:v:0]${trimmed(first, last)}[picture]`
  return encodePictures({ inputs: [inputOf(pieces, first)], filterGraph, ptsTicks, likeness }, signal)
}

/** The pictures of one range that take part in a transition, from the first to the last, on the line of the pieces. */
export interface FadingPictures {
  readonly pieces: readonly Piece[]
  readonly firstTicks: number
  readonly lastTicks: number
}

/** Begins at once. The first of the pictures is shown at `startTicks`, the others in the steps of the transition. */
export function encodeCrossfade(
  sides: readonly [FadingPictures, FadingPictures],
  crossfade: Crossfade,
  startTicks: number,
  likeness: Likeness,
  signal: AbortSignal,
): EncodedPictures {
  const chains = sides.map(
    ({ firstTicks, lastTicks }, n) => `[${n}:v:0]${trimmed(firstTicks, lastTicks)}[${n === 0 ? 'from' : 'into'}]`,
  )
  const filterGraph = [...chains, ...pictureCrossfade('[from]', '[into]', '[picture]', crossfade, 0)].join(';')
  const inputs = sides.map(({ pieces, firstTicks }) => inputOf(pieces, firstTicks))
  const ptsTicks = crossfadeTimes(crossfade, startTicks)
  return encodePictures({ inputs, filterGraph, ptsTicks, likeness }, signal)
}

const inputOf = (pieces: readonly Piece[], firstTicks: number) => ({ pieces, shiftTicks: ANCHOR_TICKS - firstTicks })

const trimmed = (firstTicks: number, lastTicks: number): string =>
  `trim=start_pts=${ANCHOR_TICKS}:end_pts=${ANCHOR_TICKS + lastTicks - firstTicks + 1},setpts=PTS-${ANCHOR_TICKS}`
