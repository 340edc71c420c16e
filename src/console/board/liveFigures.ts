/** What of the board stands in the chart: how long videos have been in their states against how long that usually takes, and what moves. */
import type { StateMeta } from '../../../machines/video.js'
import type { Board, StateOnBoard } from '../../log/board.js'
import { type ChartFigures, type Heat, type StateFigures, wayOf } from '../chart/figures.js'

/** So many times as long as is usual. */
const hotter = [1, 3, 10] as const

/** @param metaOf what the chart says of a state. @param nowMs for the ages, which go on between two answers. */
export function figuresOf(
  board: Pick<Board, 'states' | 'flow'>,
  metaOf: (state: string) => StateMeta | null | undefined,
  nowMs: number,
): ChartFigures {
  return {
    states: Object.fromEntries(
      Object.entries(board.states).map(([state, now]) => [state, figuresOfState(now, metaOf(state), nowMs)]),
    ),
    flow: Object.fromEntries(board.flow.map(({ from, to, moves }) => [wayOf(from ?? '', to), moves])),
  }
}

function figuresOfState(now: StateOnBoard, meta: StateMeta | null | undefined, nowMs: number): StateFigures {
  // whoever has arrived may stay as long as they like
  if (meta?.waitsFor === null) return {}
  const sinceMs = now.oldestSince === null ? null : Date.parse(now.oldestSince)
  // the clock of this machine may be behind the database's
  const oldestSeconds = sinceMs === null ? null : Math.max(now.oldestSeconds ?? 0, (nowMs - sinceMs) / 1000)
  const p95Seconds = now.stay95Seconds
  const known = { oldestSeconds, p95Seconds }
  return oldestSeconds === null || p95Seconds === null ? known : { ...known, heat: heatOf(oldestSeconds, p95Seconds) }
}

/** @param usual that 95 of 100 stay no longer, in seconds. */
export const heatOf = (seconds: number, usual: number): Heat =>
  hotter.filter((times) => seconds > times * usual).length as Heat
