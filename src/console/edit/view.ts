/** Which stretch of the footage is looked at, and how long such a stretch may be. */

export interface View {
  /** That is looked at: another one may be cut. */
  readonly quality: string
  readonly startMs: number
  readonly lengthMs: number
}

export const lengths = [1, 5, 10, 30, 60, 180, 360].map((minutes) => minutes * 60_000)

/** `view`, or as much longer that it holds what is recorded now. One that would be too long stays: nobody is taken elsewhere. */
export function reaching(view: View, nowMs: number): View {
  const lengthMs = lengths.find((ms) => ms >= view.lengthMs && view.startMs + ms > nowMs)
  return lengthMs === undefined || lengthMs === view.lengthMs ? view : { ...view, lengthMs }
}
