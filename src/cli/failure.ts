/** What a command ends with when it does not end well. */
import type { NotAllowed } from '../../machines/decide.js'
import { locationEvents } from '../../machines/locationEvents.js'
import { describeProblem } from '../../machines/problems.js'
import type { Refusal } from '../log/act.js'
import type { Invalid } from '../log/commands.js'
import type { LocationRefusal } from '../log/locations.js'

/** Exit codes, as `reelstate --help` documents them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  invalid: 2,
  notAllowed: 3,
  notFound: 4,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Thrown by a command: its message is all that a person gets to read, its code what a script gets. */
export class Failure extends Error {
  override readonly name = 'Failure'
  constructor(
    message: string,
    readonly code: ExitCode = exitCodes.failed,
    /** For `--json`: the same as data; null where the command's result is on standard output already and says it. */
    readonly details: Readonly<Record<string, unknown>> | null = {},
  ) {
    super(message)
  }
}

/** One that is in the node's own log already: people are told nothing more of it. */
export class LoggedFailure extends Failure {}

/** Where a bug is, and what it was caused by: for whoever mends it. (`inspect` would show an error's fields, and with them requests.) */
export function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const stack = error.stack ?? error.message
  return error.cause instanceof Error ? `${stack}\ncaused by ${stackOf(error.cause)}` : stack
}

export function refused(refusal: Invalid | Refusal): Failure {
  switch (refusal._tag) {
    case 'Invalid':
      return new Failure(refusal.problems.map(describeProblem).join('\n'), exitCodes.invalid, {
        problems: refusal.problems,
      })
    case 'NotAllowed':
      return notAllowed(refusal)
    case 'Conflict':
      return new Failure('the video keeps changing: try again', exitCodes.failed)
    case 'Unreadable':
      return new Failure(
        `event ${refusal.version} of video ${refusal.video} (position ${refusal.position}) cannot be read: ${refusal.why}`,
      )
  }
}

export function refusedOfLocation(refusal: Invalid | LocationRefusal): Failure {
  switch (refusal._tag) {
    case 'LocationNotAllowed': {
      const { location, event, state, possible } = refusal
      const byHand = possible.filter((type) => locationEvents[type].by === 'operator')
      return new Failure(
        `location ${location} is ${state}: ${event} is not possible. Possible by hand now: ${byHand.join(', ')}`,
        exitCodes.notAllowed,
        { location, event, state, possible },
      )
    }
    case 'Conflict':
      return new Failure('the location keeps changing: try again', exitCodes.failed)
    case 'Unreadable':
      return new Failure(
        `event ${refusal.version} of ${refusal.video} (position ${refusal.position}) cannot be read: ${refusal.why}`,
      )
    case 'Invalid':
      return refused(refusal)
  }
}

function notAllowed({ video, event, state, possible }: NotAllowed): Failure {
  if (state === null) return new Failure(`there is no video ${video}`, exitCodes.notFound, { video })
  const details = { video, event, state, possible }
  if (event === 'Created')
    return new Failure(`there is a video ${video} already: it is ${state}`, exitCodes.notAllowed, details)
  const force = event === 'Reset' ? ' without --force' : ''
  const elsewhere = event === 'ManualLinked' && state === 'EDITED' ? ', for its edit goes elsewhere' : ''
  return new Failure(
    `video ${video} is ${state}: ${event} is not possible${force}${elsewhere}. Possible now: ${possible.join(', ')}`,
    exitCodes.notAllowed,
    details,
  )
}
