/** What can end a cut and upload before it is published. */
import { CutError } from '../cut/cut.js'
import type { Trouble } from '../../machines/locationEvents.js'
import type { Refusal } from '../log/act.js'
import { DatabaseAway } from '../log/connectionError.js'
import type { UploadError } from '../upload/backend.js'

/** Thrown when the chart refuses the attempt's event: another event has ended the attempt. */
export class AttemptOver extends Error {
  override readonly name = 'AttemptOver'
  constructor(readonly refusal: Refusal) {
    super('the attempt is over')
  }
}

/** Thrown when the work cannot go on, with what the log shall say of it. */
export class GivenUp extends Error {
  override readonly name = 'GivenUp'
  constructor(
    message: string,
    readonly retryable: boolean,
    /** Before so much time has passed nothing would come of it; in milliseconds. */
    readonly waitMs?: number,
    /** What keeps others from the location, too. */
    readonly trouble?: Trouble,
  ) {
    super(message)
  }
}

/** What a backend has said. */
export const givenUp = ({ message, retryable, waitMs, trouble }: UploadError): GivenUp =>
  new GivenUp(message, retryable, waitMs, trouble)

export interface Cause {
  readonly message: string
  readonly retryable: boolean
  /** Towards the location's limit. */
  readonly counts: boolean
  /** The attempt is known to be over: nothing is to be said. */
  readonly over: boolean
  /** Not to be tried again before so much time has passed, in milliseconds; by the usual backoff where it is not said. */
  readonly waitMs?: number
  /** It is the location's rather than the video's. */
  readonly trouble?: Trouble
}

/** What the log shall say of `error`. An error that nobody foresaw may pass, so it is worth another attempt. */
export function causeOf(error: unknown, signal: AbortSignal): Cause {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof AttemptOver) return { message, retryable: false, counts: false, over: true }
  if (signal.aborted && signal.reason === 'shutdown')
    return { message: 'its node was shut down', retryable: true, counts: false, over: false }
  if (signal.aborted) return { message: 'cancelled', retryable: false, counts: false, over: true }
  // neither the video's fault nor the location's: it is cut again as soon as the log can be told
  if (error instanceof DatabaseAway) return { message, retryable: true, counts: false, over: false }
  if (error instanceof GivenUp) {
    const { retryable, waitMs, trouble } = error
    const counts = waitMs === undefined && (trouble === undefined || trouble === 'unavailable')
    return {
      ...{ message, retryable, counts, over: false },
      ...(waitMs !== undefined && { waitMs }),
      ...(trouble !== undefined && { trouble }),
    }
  }
  return { message, retryable: !(error instanceof CutError), counts: true, over: false }
}
