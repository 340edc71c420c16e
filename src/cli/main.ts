/** The program `reelstate`: one file a command, and one place where failures become a line and an exit code. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { isConnectionError } from '../log/connectionError.js'
import { demoCommand } from './demo.js'
import { cutCommand } from './cut.js'
import { dbCommand } from './db.js'
import { diagramCommand } from './diagram.js'
import { doctorCommand } from './doctor.js'
import { editCommands } from './edit.js'
import { type ExitCode, exitCodes, Failure } from './failure.js'
import { ingestCommand } from './ingest.js'
import { logCommand } from './log.js'
import { replayCommand } from './replay.js'
import { resolveCommands } from './resolve.js'
import { serveCommand } from './serve.js'
import { videosCommands } from './videos.js'

// beside src/ in a checkout as well as in a build
const packageFile = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

const program = new Command('reelstate')
  .description('Cuts ranges of a recorded live stream and publishes them.')
  .version(version)
  .option('--data <dir>', 'folder of all that belongs to this machine (default: $REELSTATE_DATA, else ./data)')
  .option('--config <file>', 'configuration (default: $REELSTATE_CONFIG, else DATA/reelstate.json if it is there)')
  .option('--json', 'JSON on standard output, and nothing else there')
  .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
  .exitOverride()
  .addHelpText(
    'after',
    `
Exit codes:
  0  done
  1  failed: the database, the disk, the cut or the destination; the message says what to do
  2  wrong use or invalid input; nothing was changed
  3  the video's state does not allow it; nothing was changed
  4  there is no such video

Environment:
  DATABASE_URL     a PostgreSQL server to use instead of the embedded one
  REELSTATE_DATA, REELSTATE_CONFIG, REELSTATE_ACTOR (who acts, for the log), FFMPEG_PATH, FFPROBE_PATH

Examples:
  reelstate demo                              see it work, from a stream to a published video
  reelstate serve                             run a node
  reelstate ingest stream.m3u8 --channel main --quality source --start 2026-01-31T18:00:00Z
  reelstate create --description "The raffle" && reelstate edit ID --file edit.json
  reelstate log --follow`,
  )

// a wrong use is one line, as every other failure
const outputError = (text: string, write: (line: string) => void): void =>
  write(`reelstate: ${oneLine(text)} (try --help)\n`)
program.configureOutput({ outputError })

for (const command of [
  serveCommand(version),
  demoCommand(version),
  ingestCommand(),
  ...videosCommands(),
  ...editCommands(),
  ...resolveCommands(),
  logCommand(),
  replayCommand(),
  cutCommand(),
  diagramCommand(),
  dbCommand(),
  doctorCommand(),
])
  program.addCommand(withGlobalOptions(command))

/** The global options stand before or after the command, as people write them. */
function withGlobalOptions(command: Command): Command {
  command.exitOverride().configureHelp({ showGlobalOptions: true }).configureOutput({ outputError })
  for (const option of program.options) if (option.long !== '--version') command.addOption(option)
  for (const sub of command.commands) withGlobalOptions(sub)
  return command
}

function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}

// whoever reads may stop early (`| head`): that is no failure, and what is left to do is done all the same
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') fail(exitCodes.failed, `standard output: ${error.message}`, null)
})

try {
  await program.parseAsync()
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has printed help or its error itself
    if (error.exitCode === 0) process.exitCode = exitCodes.done
    else fail(exitCodes.invalid, null, error.code === 'commander.help' ? 'a command is needed' : oneLine(error.message))
  } else if (error instanceof Failure) {
    fail(error.code, error.message, error.details && error.message, error.details ?? {})
  } else if (error instanceof Error) {
    fail(exitCodes.failed, isExpected(error) ? error.message : (error.stack ?? error.message), error.message)
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

/** What an operator can do something about, and says it all in its message; everything else is a bug and shows where. */
function isExpected(error: Error): boolean {
  const ours = ['DatabaseUnavailable', 'NameTaken', 'CutError', 'MoveRefused', 'IngestError']
  return ours.includes(error.name) || 'syscall' in error || isConnectionError(error)
}
