/** What is counted where it happens, because the log does not say it. Given to whoever counts; nobody has to. */
export interface Meter {
  /** So many seconds of finished video have been cut more. @param type of the cut: `fast`. */
  cut(type: string, seconds: number): void
  /** So many bytes more have been handed over to a destination. */
  sent(location: string, bytes: number): void
  /** This node has looked for something to cut, and there was nothing. */
  foundNothing(): void
  /** So many transactions are open for so long that they hold up whoever follows the log. */
  heldUp(transactions: number): void
}

export const noMeter: Meter = {
  cut: () => undefined,
  sent: () => undefined,
  foundNothing: () => undefined,
  heldUp: () => undefined,
}

/** Counts a cut of this type as far as it gets: what is given is called with how much of it is done. */
export function countingCut(meter: Meter, type: string): (progress: { readonly doneSeconds: number }) => void {
  let countedSeconds = 0
  return ({ doneSeconds }) => {
    // where it is begun anew, as another kind of cut, what was made twice is counted once
    if (doneSeconds <= countedSeconds) return
    meter.cut(type, doneSeconds - countedSeconds)
    countedSeconds = doneSeconds
  }
}
