/** Which pictures of a run are copied and which have to be encoded anew: pure arithmetic on their timestamps. */

/** A picture on the line of its run, in the order of decoding. */
export interface LinePicture {
  readonly ptsTicks: number
  readonly dtsTicks: number
  readonly key: boolean
}

/** Pictures to be encoded anew, by their indices in the order of decoding, and the key picture from which they are decoded. */
export interface Encoded {
  readonly indices: readonly number[]
  readonly decodeFrom: number
}

export interface StartPlan {
  /** The key picture from which on is copied; undefined where nothing can be. */
  readonly copyFrom: number | undefined
  /** What comes before it; undefined where it is the first that is wanted. */
  readonly encoded: Encoded | undefined
  /** The first wanted picture. */
  readonly firstTicks: number
}

/**
 * How a run begins: its pictures with fromTicks ≤ PTS < toTicks are wanted. `complete`: no more pictures come that could
 * matter. Undefined where more of them are needed to tell, 'nothing' where none is wanted.
 */
export function planStart(
  pictures: readonly LinePicture[],
  fromTicks: number,
  toTicks: number,
  complete: boolean,
): StartPlan | 'nothing' | undefined {
  const firstKey = pictures.findIndex(({ key }) => key)
  const undecided = complete ? 'nothing' : undefined
  const firstDecodable = pictures[firstKey]
  if (firstDecodable === undefined) return undecided
  // what is shown before the first key picture was made of pictures that aren't there
  const from = Math.max(fromTicks, firstDecodable.ptsTicks)
  const isWanted = ({ ptsTicks }: LinePicture, index: number) =>
    index >= firstKey && ptsTicks >= from && ptsTicks < toTicks
  const copyFrom = pictures.findIndex((picture, index) => picture.key && isWanted(picture, index))
  const copied = pictures[copyFrom]
  if (copied === undefined) {
    if (!complete) return undefined
    const encoded = encodedOf(
      pictures,
      pictures.flatMap((picture, index) => (isWanted(picture, index) ? [index] : [])),
    )
    if (encoded === undefined) return 'nothing'
    return { copyFrom: undefined, encoded, firstTicks: earliest(pictures, encoded.indices) }
  }
  // pictures that are shown before it may come after it, until one is shown after it
  const settled = pictures.some((picture, index) => index > copyFrom && picture.ptsTicks > copied.ptsTicks)
  if (!settled && !complete) return undefined
  const before = pictures.flatMap((picture, index) =>
    isWanted(picture, index) && picture.ptsTicks < copied.ptsTicks ? [index] : [],
  )
  const encoded = encodedOf(pictures, before)
  const firstTicks = encoded === undefined ? copied.ptsTicks : earliest(pictures, encoded.indices)
  return { copyFrom, encoded, firstTicks }
}

export interface EndPlan {
  /** The pictures from `next` up to here are copied. */
  readonly copyUntil: number
  readonly encoded: Encoded | undefined
}

/**
 * How a run ends, from the picture `next` on; all before it has been dealt with. It finds the last place up to which pictures can be
 * copied so that every wanted one that is left is shown after all copied ones: those that are left are encoded. `shownTicks` is the
 * last that was shown so far, `unwanted` says which pictures have been dealt with otherwise. Undefined where there is no such place.
 */
export function planEnd(
  pictures: readonly LinePicture[],
  next: number,
  shownTicks: number,
  toTicks: number,
  unwanted: (index: number) => boolean,
): EndPlan | undefined {
  const isWanted = (index: number) => {
    const picture = pictures[index]
    return picture !== undefined && picture.ptsTicks < toTicks && !unwanted(index)
  }
  /** For each place, the earliest wanted picture from there on. */
  const earliestFrom: number[] = [Infinity]
  for (let index = pictures.length - 1; index >= next; index--) {
    const ticks = isWanted(index) ? (pictures[index]?.ptsTicks ?? Infinity) : Infinity
    earliestFrom.unshift(Math.min(ticks, earliestFrom[0] ?? Infinity))
  }
  let copyUntil: number | undefined
  let latest = shownTicks
  for (let place = next; place <= pictures.length; place++) {
    if ((earliestFrom[place - next] ?? Infinity) > latest) copyUntil = place
    const picture = pictures[place]
    if (picture === undefined || picture.ptsTicks >= toTicks) break
    if (!unwanted(place)) latest = Math.max(latest, picture.ptsTicks)
  }
  if (copyUntil === undefined) return undefined
  const rest: number[] = []
  for (let index = copyUntil; index < pictures.length; index++) if (isWanted(index)) rest.push(index)
  return { copyUntil, encoded: encodedOf(pictures, rest) }
}

function encodedOf(pictures: readonly LinePicture[], indices: readonly number[]): Encoded | undefined {
  if (indices.length === 0) return undefined
  const first = earliest(pictures, indices)
  const decodeFrom = pictures.findLastIndex(({ key, ptsTicks }) => key && ptsTicks <= first)
  return { indices, decodeFrom }
}

function earliest(pictures: readonly LinePicture[], indices: readonly number[]): number {
  return Math.min(...indices.map((index) => pictures[index]?.ptsTicks ?? Infinity))
}
