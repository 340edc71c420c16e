import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import type { Run } from './runs.js'

/** Where on the finished video's clock a run lies: [startTicks, endTicks), back to back with the next. */
export interface Placed {
  readonly run: Run
  readonly startTicks: number
  readonly endTicks: number
}

/** Where the finished video begins: late enough that no decoding time and no encoder's lead-in comes before zero. */
export const VIDEO_START_TICKS = TICKS_PER_SECOND

/** Lays runs one after another; the last picture of each is shown for its usual step. */
export function layOut(runs: readonly Run[]): Placed[] {
  const placed: Placed[] = []
  let startTicks = VIDEO_START_TICKS
  for (const run of runs) {
    const endTicks = startTicks + run.lastTicks - run.firstTicks + run.stepTicks
    placed.push({ run, startTicks, endTicks })
    startTicks = endTicks
  }
  return placed
}

/** How long the finished video is. */
export function totalSeconds(placed: readonly Placed[]): number {
  return ((placed.at(-1)?.endTicks ?? VIDEO_START_TICKS) - VIDEO_START_TICKS) / TICKS_PER_SECOND
}
