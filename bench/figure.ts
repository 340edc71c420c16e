/** One thing that was measured, over all its runs. */
export interface Figure {
  readonly name: string
  readonly unit: string
  readonly median: number
  readonly least: number
  readonly most: number
  /** What it should be, in words. */
  readonly goal?: string
}

export function figure(name: string, unit: string, values: readonly number[], goal?: string): Figure {
  const sorted = [...values].sort((a, b) => a - b)
  const round = (value = NaN) => Number(value.toPrecision(3))
  return {
    name,
    unit,
    median: round(sorted[sorted.length >> 1]),
    least: round(sorted[0]),
    most: round(sorted.at(-1)),
    ...(goal !== undefined && { goal }),
  }
}

/** The ratios of runs that came one after the other: the machine's mood counts for both. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): number[] =>
  ours.map((value, n) => value / (theirs[n] ?? NaN))
