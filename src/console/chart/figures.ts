/** What is shown in the chart beside the counts. Whatever is missing is not known, and its place stays empty. */

export interface StateFigures {
  /** How long the oldest video has been in the state. */
  readonly oldestSeconds?: number | null
  /** 95 of 100 videos have left the state after so long. */
  readonly p95Seconds?: number | null
  /** How hot it is drawn: 0 as ever, to 3: videos stay much longer than is usual. */
  readonly heat?: 0 | 1 | 2 | 3
}

export interface ChartFigures {
  readonly states: Readonly<Record<string, StateFigures>>
  /** By `EDITED CLAIMED`: how many videos went that way in the last hour. */
  readonly flow: Readonly<Record<string, number>>
}

export const noFigures: ChartFigures = { states: {}, flow: {} }

/** A way that a video took, as the keys of the chart have it. */
export const wayOf = (from: string, to: string): string => `${from} ${to}`
