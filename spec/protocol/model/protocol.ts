/** What can be left out of the protocol, to see that the model would tell. */
import type { Chart } from './chart.js'

export interface Protocol {
  /** The chart compares attempts. */
  readonly fenced: boolean
  /** FinalizeStarted is in the log before the last bytes are sent. */
  readonly announcesLastBytes: boolean
  /** Only what the destination says after an abort proves that nothing was published. */
  readonly confirmsAborts: boolean
  /** An upload that the destination does not know any more proves nothing. */
  readonly doubtsGone: boolean
  /** Who finds a publication that the video does not stand for says so. */
  readonly tellsOrphans: boolean
  /** Sessions of attempts that are over are looked at until it is known what became of them. */
  readonly endsSessions: boolean
  /** A node looks for attempts of its own that it is not at work on. */
  readonly findsOwn: boolean
}

export const whole: Protocol = {
  fenced: true,
  announcesLastBytes: true,
  confirmsAborts: true,
  doubtsGone: true,
  tellsOrphans: true,
  endsSessions: true,
  findsOwn: true,
}

/** What the model goes as far as. */
export interface Bounds {
  /** An EDITED video waits in vain for one more. */
  readonly attempts: number
  /** Of the location: so many that count, and the video is FAILED. */
  readonly limit: number
  /**
   * What makes no difference is left out: A is who claims first, B who looks at sessions that are left open, and not in the moment
   * before they are closed.
   */
  readonly reduced: boolean
}

export interface Rules {
  readonly chart: Chart
  readonly protocol: Protocol
  readonly bounds: Bounds
}
