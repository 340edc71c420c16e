/** How the runs of a full cut lie on the finished video's clock. */
import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import { type Crossfade, crossfadeOf, crossfadeTimes } from './crossfade.js'
import type { Transition } from './cut.js'
import type { Expected } from './outputCheck.js'
import { type Run, picturesOf, splitRun } from './runs.js'

/** Where on a clock a run lies: [startTicks, endTicks), back to back with the next. */
export interface Placed {
  readonly run: Run
  readonly startTicks: number
  readonly endTicks: number
}

/** The end of one range shown together with the beginning of the next; both are placed from 0 on. */
export interface Faded {
  readonly crossfade: Crossfade
  readonly tail: readonly Placed[]
  readonly head: readonly Placed[]
  readonly startTicks: number
  readonly endTicks: number
}

export type Piece = Placed | Faded

/** Where the finished video begins: late enough that no decoding time and no encoder's lead-in comes before zero. */
export const VIDEO_START_SECONDS = 1
export const VIDEO_START_TICKS = VIDEO_START_SECONDS * TICKS_PER_SECOND

/** Lays the runs of all ranges one after another, with the transitions between the ranges. */
export function layOut(ranges: readonly (readonly Run[])[], transitions: readonly (Transition | null)[] = []): Piece[] {
  const pieces: Piece[] = []
  let rest: readonly Run[] = []
  for (const [index, runs] of ranges.entries()) {
    const transition = transitions[index - 1] ?? null
    if (transition === null || rest.length === 0) {
      pieces.push(...placed(rest, endOf(pieces)))
      rest = runs
      continue
    }
    const crossfade = crossfadeOf(transition, rest.at(-1)?.surveys ?? [])
    const [before, tail] = splitAt(rest, lengthOf(rest) - crossfade.ticks)
    const [head, after] = splitAt(runs, crossfade.ticks)
    pieces.push(...placed(before, endOf(pieces)))
    const startTicks = endOf(pieces)
    const endTicks = startTicks + Math.round(crossfade.ticks)
    pieces.push({ crossfade, tail: placed(tail, 0), head: placed(head, 0), startTicks, endTicks })
    rest = after
  }
  return [...pieces, ...placed(rest, endOf(pieces))]
}

/** Every run of the pieces, in the order in which the filter graph takes them for its inputs. */
export function inputsOf(pieces: readonly Piece[]): Placed[] {
  return pieces.flatMap((piece) => ('run' in piece ? [piece] : [...piece.tail, ...piece.head]))
}

/** What the pictures of the finished video shall be. */
export function expectedOf(pieces: readonly Piece[]): Expected {
  const joins: [number, number][] = []
  let pictures = 0
  let sumTicks = 0
  let lastTicks = -Infinity
  for (const piece of pieces) {
    if (pictures > 0) joins.push([lastTicks, piece.startTicks])
    for (const ticks of timesIn(piece)) {
      pictures++
      sumTicks += ticks
      lastTicks = Math.max(lastTicks, ticks)
    }
  }
  return { pictures, sumTicks, firstTicks: VIDEO_START_TICKS, lastTicks, joins, endTicks: endOf(pieces) }
}

function* timesIn(piece: Piece): Generator<number> {
  if (!('run' in piece)) yield* crossfadeTimes(piece.crossfade, piece.startTicks)
  else for (const { ticks } of picturesOf(piece.run)) yield ticks - piece.run.firstTicks + piece.startTicks
}

/** How long the finished video is. */
export function totalSeconds(pieces: readonly Piece[]): number {
  return (endOf(pieces) - VIDEO_START_TICKS) / TICKS_PER_SECOND
}

const endOf = (pieces: readonly Piece[]): number => pieces.at(-1)?.endTicks ?? VIDEO_START_TICKS
/** The last picture of a run is shown for its usual step. */
const shownTicks = ({ firstTicks, lastTicks, stepTicks }: Run): number => lastTicks - firstTicks + stepTicks
const lengthOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + shownTicks(run), 0)

function placed(runs: readonly Run[], fromTicks: number): Placed[] {
  let startTicks = fromTicks
  return runs.map((run) => {
    const endTicks = startTicks + shownTicks(run)
    const place = { run, startTicks, endTicks }
    startTicks = endTicks
    return place
  })
}

/** Parts runs that follow one another where so many ticks of them have been shown, between two pictures. */
function splitAt(runs: readonly Run[], ticks: number): [Run[], Run[]] {
  const parts: [Run[], Run[]] = [[], []]
  for (const { run, startTicks } of placed(runs, 0)) {
    const [before, after] = splitRun(run, run.firstTicks + ticks - startTicks - run.stepTicks / 2)
    if (before !== undefined) parts[0].push(before)
    if (after !== undefined) parts[1].push(after)
  }
  return parts
}
