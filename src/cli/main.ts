/** The program `reelstate`: one file a command, and one place where failures become a line and an exit code. */
import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { demoCommand } from './demo.js'
import { cutCommand } from './cut.js'
import { dbCommand } from './db.js'
import { diagramCommand } from './diagram.js'
import { doctorCommand } from './doctor.js'
import { editCommands } from './edit.js'
import { exitCodes, Failure } from './failure.js'
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
  .showHelpAfterError('(try --help)')
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
  command.exitOverride().configureHelp({ showGlobalOptions: true })
  for (const option of program.options) if (option.long !== '--version') command.addOption(option)
  for (const sub of command.commands) withGlobalOptions(sub)
  return command
}

try {
  await program.parseAsync()
} catch (error) {
  const asJson = process.argv.includes('--json')
  if (error instanceof CommanderError) {
    // commander has printed help or its error itself
    process.exitCode = error.exitCode === 0 ? exitCodes.done : exitCodes.invalid
    if (asJson && error.exitCode !== 0) process.stdout.write(`${JSON.stringify({ error: error.message })}\n`)
  } else if (error instanceof Failure) {
    process.stderr.write(`reelstate: ${error.message}\n`)
    if (asJson) process.stdout.write(`${JSON.stringify({ error: error.message, ...error.details })}\n`)
    process.exitCode = error.code
  } else {
    const expected =
      error instanceof Error &&
      ['DatabaseUnavailable', 'NameTaken', 'CutError', 'MoveRefused', 'IngestError'].includes(error.name)
    const message = error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)
    process.stderr.write(`reelstate: ${message}\n`)
    if (asJson)
      process.stdout.write(`${JSON.stringify({ error: error instanceof Error ? error.message : String(error) })}\n`)
    process.exitCode = exitCodes.failed
  }
}
