/** Which ranges the demo cuts: those asked for, in seconds from the stream's first timestamp, or two of its own choice. */
import type { BestSequence } from '../../segments/segment.js'
import { exitCodes, Failure } from '../failure.js'

export interface SecondsRange {
  readonly startSeconds: number
  readonly endSeconds: number
}

const usage = 'allowed is START-END in seconds, such as 10.5-25'

/** `10-25`, `10/25`, `10,25`, or the two numbers as two words. @throws Failure */
export function parseRanges(words: readonly string[]): SecondsRange[] {
  const numbers = words
    .flatMap((word) => word.split(/\s*(?:-|\/|,|\.\.)\s*/))
    .map((text) => (text === '' ? Number.NaN : Number(text)))
  if (numbers.length % 2 !== 0 || numbers.some((n) => !Number.isFinite(n) || n < 0))
    throw new Failure(`--range: found ${JSON.stringify(words.join(' '))}; ${usage}`, exitCodes.invalid)
  return Array.from({ length: numbers.length / 2 }, (_, i) => ({
    startSeconds: milli(numbers[2 * i] ?? 0),
    endSeconds: milli(numbers[2 * i + 1] ?? 0),
  }))
}

const milli = (seconds: number): number => Math.round(seconds * 1000) / 1000

/** Checked against what the stream has. An end a little past the stream's is moved to it: its length is known only now. @throws Failure */
export function fitRanges(ranges: readonly SecondsRange[], footage: Footage): SecondsRange[] {
  return ranges.map(({ startSeconds, endSeconds }) => {
    const found = `--range: found ${startSeconds}-${endSeconds}`
    if (endSeconds <= startSeconds)
      throw new Failure(`${found}, which does not end after its start; ${usage}`, exitCodes.invalid)
    if (endSeconds > footage.lengthSeconds + 1)
      throw new Failure(`${found}, but the stream has ${footage.lengthSeconds} s`, exitCodes.invalid)
    const hole = footage.holes.find((h) => h.startSeconds < endSeconds && h.endSeconds > startSeconds)
    if (hole)
      throw new Failure(
        `${found}, but the stream has nothing from ${hole.startSeconds} to ${hole.endSeconds} s`,
        exitCodes.invalid,
      )
    return { startSeconds, endSeconds: Math.min(endSeconds, footage.lengthSeconds) }
  })
}

export interface Footage {
  readonly lengthSeconds: number
  readonly holes: readonly SecondsRange[]
}

export const footageOf = ({ holes }: BestSequence, firstMs: number, endMs: number): Footage => ({
  lengthSeconds: (endMs - firstMs) / 1000,
  holes: holes.map((hole) => ({
    startSeconds: (hole.startMs - firstMs) / 1000,
    endSeconds: (hole.endMs - firstMs) / 1000,
  })),
})

/** Two ranges, neither over a hole: of one unbroken stream a part of each half, else a part of the first and of the last stretch. */
export function chooseRanges({ lengthSeconds, holes }: Footage): SecondsRange[] {
  const borders = [0, ...holes.flatMap(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]), lengthSeconds]
  const stretches = Array.from(
    { length: borders.length / 2 },
    (_, i) => [borders[2 * i] ?? 0, borders[2 * i + 1] ?? 0] as const,
  )
  const nothing = [0, 0] as const
  const [first, last] = [stretches[0] ?? nothing, stretches.at(-1) ?? nothing]
  const part = ([from, to]: readonly [number, number], a: number, b: number): SecondsRange => ({
    startSeconds: milli(from + (to - from) * a),
    endSeconds: milli(from + (to - from) * b),
  })
  return stretches.length === 1
    ? [part(first, 0.12, 0.25), part(first, 0.55, 0.68)]
    : [part(first, 0.25, 0.75), part(last, 0.25, 0.75)]
}
