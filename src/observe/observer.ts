/** What looks on while the log grows: metrics, traces, lines of a log. None of them has a say in what happens. */
import type { Recorded } from '../log/read.js'

export interface Observer {
  /**
   * An event, in the log's order, each once, from the start of the node on: its own and the others'.
   * @param lagSeconds from the time that it bears until it could be read here, on the database's clock.
   */
  see(event: Recorded, lagSeconds: number): void
  /** The notification of an event was heard so long after the time that the event bears. */
  hear?(event: Recorded, lagSeconds: number): void
  /** Nothing more comes; resolves once what it has is where it belongs, or cannot be brought there in a moment. */
  close?(): Promise<void>
}

const videoPrefix = 'video/'

/** The video whose event it is; null where it is of another stream. */
export const videoOf = ({ stream }: Pick<Recorded, 'stream'>): string | null =>
  stream.startsWith(videoPrefix) ? stream.slice(videoPrefix.length) : null

/** Where the event led, without the substate. */
export const stateAfter = ({ state }: Pick<Recorded, 'state'>): string => state.split('.')[0] ?? state
