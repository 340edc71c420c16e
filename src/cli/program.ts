/** Every command of `reelstate`, and what all of them have in common. */
import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { filled } from './arguments.js'

// beside src/ in a checkout as well as in a build
const packageFile = new URL('../../package.json', import.meta.url)
const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }

/** In the order in which help lists them. A module is loaded for its own commands only: most of a short command is that. */
const modules: readonly [names: readonly string[], load: () => Promise<Command[]>][] = [
  [['serve'], async () => [(await import('./serve.js')).serveCommand(version)]],
  [['demo'], async () => [(await import('./demo.js')).demoCommand(version)]],
  [['ingest'], async () => [(await import('./ingest.js')).ingestCommand()]],
  [['backfill'], async () => [(await import('./backfill.js')).backfillCommand()]],
  [['videos', 'show', 'why', 'create'], async () => (await import('./videos.js')).videosCommands()],
  [['import'], async () => [(await import('./import.js')).importCommand()]],
  [['edit', 'reset', 'retry'], async () => (await import('./edit.js')).editCommands()],
  [['link'], async () => [(await import('./link.js')).linkCommand()]],
  [['resolve'], async () => (await import('./resolve.js')).resolveCommands()],
  [['log'], async () => [(await import('./log.js')).logCommand()]],
  [['replay'], async () => [(await import('./replay.js')).replayCommand()]],
  [['cut'], async () => [(await import('./cut.js')).cutCommand()]],
  [['frame'], async () => [(await import('./frame.js')).frameCommand()]],
  [['waveform'], async () => [(await import('./waveform.js')).waveformCommand()]],
  [['recut'], async () => [(await import('./recut.js')).recutCommand()]],
  [['modify'], async () => [(await import('./modify.js')).modifyCommand()]],
  [['orphans'], async () => [(await import('./orphans.js')).orphansCommand()]],
  [['template'], async () => [(await import('./template.js')).templateCommand()]],
  [['image'], async () => [(await import('./image.js')).imageCommand()]],
  [['thumbnail'], async () => [(await import('./thumbnail.js')).thumbnailCommand()]],
  [['playlist'], async () => [(await import('./playlist.js')).playlistCommand()]],
  [['nodes'], async () => [(await import('./nodes.js')).nodesCommand()]],
  [['location'], async () => [(await import('./location.js')).locationCommand()]],
  [['coverage'], async () => [(await import('./coverage.js')).coverageCommand()]],
  [['quota'], async () => [(await import('./quota.js')).quotaCommand()]],
  [['webhook'], async () => [(await import('./webhook.js')).webhookCommand()]],
  [['role'], async () => [(await import('./role.js')).roleCommand()]],
  [['key'], async () => [(await import('./key.js')).keyCommand()]],
  [['diagram'], async () => [(await import('./diagram.js')).diagramCommand()]],
  [['db'], async () => [(await import('./db.js')).dbCommand()]],
  [['doctor'], async () => [(await import('./doctor.js')).doctorCommand()]],
]

/**
 * The program with the commands that `args` may mean: those whose name is among them, wherever it stands. Where there is
 * none, as in `--help` or a name with a slip in it, all of them.
 */
export async function programFor(args: readonly string[]): Promise<Command> {
  const named = modules.filter(([names]) => names.some((name) => args.includes(name)))
  const loaded = await Promise.all((named.length > 0 ? named : modules).map(([, load]) => load()))
  const program = newProgram()
  for (const command of loaded.flat()) program.addCommand(withGlobalOptions(command, program))
  return program
}

const newProgram = (): Command =>
  new Command('reelstate')
    .description('Cuts ranges of a recorded live stream and publishes them.')
    .version(version)
    .option(
      '--data <dir>',
      'folder of all that belongs to this machine (default: $REELSTATE_DATA, else ./data)',
      filled,
    )
    .option(
      '--config <file>',
      'configuration (default: $REELSTATE_CONFIG, else DATA/reelstate.json if it is there)',
      filled,
    )
    .option('--json', 'JSON on standard output, and nothing else there')
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true })
    .exitOverride()
    .configureOutput({ outputError })
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
  REELSTATE_KEY    who asks, for commands with --url
  REELSTATE_DATA, REELSTATE_CONFIG, REELSTATE_ACTOR (who acts, for the log), FFMPEG_PATH, FFPROBE_PATH

Examples:
  reelstate demo                              see it work, from a stream to a published video
  reelstate serve                             run a node
  reelstate ingest stream.m3u8 --channel main --quality source --start 2026-01-31T18:00:00Z
  reelstate create --description "The raffle" && reelstate edit ID --file edit.json
  reelstate log --follow`,
    )

const outputError = (text: string, write: (line: string) => void): void =>
  write(`reelstate: ${oneLine(text)} (try --help)\n`)

/** The global options stand before or after the command, as people write them. */
function withGlobalOptions(command: Command, program: Command): Command {
  command.exitOverride().configureHelp({ showGlobalOptions: true }).configureOutput({ outputError })
  for (const option of program.options) if (option.long !== '--version') command.addOption(option)
  for (const sub of command.commands) withGlobalOptions(sub, program)
  return command
}

/** A wrong use is one line, as every other failure. */
export function oneLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ')
}
