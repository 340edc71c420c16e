/** What is shown in the chart beside the counts. Whatever is missing is not known, and its place stays empty. */

/** 0 as ever, to 3: the oldest has been there much longer than is usual. */
export type Heat = 0 | 1 | 2 | 3

export const heatMeaning: Readonly<Record<Heat, string>> = {
  0: 'the oldest has been there no longer than is usual',
  1: 'the oldest has been there longer than is usual',
  2: 'the oldest has been there more than 3 times as long as is usual',
  3: 'the oldest has been there more than 10 times as long as is usual',
}

export interface StateFigures {
  /** How long the oldest video has been in the state. */
  readonly oldestSeconds?: number | null
  /** 95 of 100 videos have left the state after so long. */
  readonly p95Seconds?: number | null
  /** Left out where it is not known what is usual, or where videos may stay for ever. */
  readonly heat?: Heat
}

export interface ChartFigures {
  readonly states: Readonly<Record<string, StateFigures>>
  /** By `EDITED CLAIMED`: how many videos went that way in the last hour. */
  readonly flow: Readonly<Record<string, number>>
}

export const noFigures: ChartFigures = { states: {}, flow: {} }

/** A way that a video took, as the keys of the chart have it. */
export const wayOf = (from: string, to: string): string => `${from} ${to}`
