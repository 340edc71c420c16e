/** Which instant of the stream is shown at which second of the player, and back. The player counts on over holes. */

/** A segment as the player has it: where it begins in the player, and in the stream. Seconds; milliseconds since 1970. */
export interface Placed {
  readonly start: number
  readonly duration: number
  readonly programDateTime: number | null
}

/** A picture whose place is a rounding error before a segment belongs to it. */
const SLACK_SECONDS = 0.0005

/** @returns milliseconds since 1970, as finely as is known; null where nothing is there. */
export function toStream(segments: readonly Placed[], seconds: number): number | null {
  const at = segments.findLast(({ start }) => start <= seconds + SLACK_SECONDS) ?? segments[0]
  if (at === undefined || at.programDateTime === null) return null
  return at.programDateTime + (seconds - at.start) * 1000
}

/** Where `ms` is shown; in a hole, where it goes on behind it; at the end, the end. */
export function toPlayer(segments: readonly Placed[], ms: number): number {
  let last: Placed | null = null
  for (const segment of segments) {
    const begins = segment.programDateTime ?? Number.NaN
    if (ms < begins) return segment.start
    if (ms < begins + segment.duration * 1000) return segment.start + (ms - begins) / 1000
    last = segment
  }
  return last === null ? 0 : last.start + last.duration
}

/** The whole millisecond in which a picture is shown first: as a range's start it is the first picture, as its end the first left out. */
export const markOf = (ms: number): number => Math.floor(ms + 0.05)

/** A part of what a player has that is to be shown: the segments `from` up to before `to`, and of them no more than the range. */
export interface Part {
  readonly startMs: number
  readonly endMs: number
  readonly from: number
  readonly to: number
}

/** Where each part lies in the player, in seconds. */
export const stretchesOf = (segments: readonly Placed[], parts: readonly Part[]) =>
  parts.map(({ startMs, endMs, from, to }) => {
    const own = segments.slice(from, to)
    return { start: toPlayer(own, startMs), end: toPlayer(own, endMs) }
  })
