/** Runs the command that is asked for: the one place where failures become a line and an exit code. */
import { CommanderError } from 'commander'
import { databaseTrouble, isConnectionError } from '../log/connectionError.js'
import { type ExitCode, exitCodes, Failure, LoggedFailure, stackOf } from './failure.js'
import { oneLine, programFor } from './program.js'

// whoever reads may stop early (`| head`): that is no failure, and what is left to do is done all the same
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') fail(exitCodes.failed, `standard output: ${error.message}`, null)
})

try {
  await (await programFor(process.argv.slice(2))).parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has printed help or its error itself
    if (error.exitCode === 0) process.exitCode = exitCodes.done
    else fail(exitCodes.invalid, null, error.code === 'commander.help' ? 'a command is needed' : oneLine(error.message))
  } else if (error instanceof Failure) {
    const line = error instanceof LoggedFailure ? null : error.message
    fail(error.code, line, error.details && error.message, error.details ?? {})
  } else if (error instanceof Error) {
    fail(exitCodes.failed, isExpected(error) ? messageOf(error) : stackOf(error), messageOf(error))
  } else fail(exitCodes.failed, String(error), String(error))
}

/** Ends with `code`: a line for people, and for scripts the same as JSON; null where it has been said there already. */
function fail(
  code: ExitCode,
  line: string | null,
  json: string | null,
  details: Readonly<Record<string, unknown>> = {},
): void {
  process.exitCode = code
  if (line !== null) process.stderr.write(`reelstate: ${line}\n`)
  if (json !== null && process.argv.includes('--json'))
    process.stdout.write(`${JSON.stringify({ error: json, ...details })}\n`)
}

/** PostgreSQL's own words for a server that only reads, or is full, say little about what to do. */
function messageOf(error: Error): string {
  return 'severity' in error && isConnectionError(error) ? databaseTrouble(error) : error.message
}

/** What an operator can do something about, and says it all in its message; everything else is a bug and shows where. */
function isExpected(error: Error): boolean {
  const ours = ['DatabaseUnavailable', 'NameTaken', 'CutError', 'MoveRefused', 'IngestError']
  return ours.includes(error.name) || 'syscall' in error || isConnectionError(error)
}
