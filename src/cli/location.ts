/** `reelstate location`: destinations that are open for work or paused. */
import { Command, InvalidArgumentError } from 'commander'
import { type Either, isLeft } from 'fp-ts/lib/Either.js'
import { Instant } from '../../machines/codecs.js'
import { stateName } from '../../machines/decide.js'
import type { Invalid } from '../log/commands.js'
import { pauseLocation, type PauseEnd, resumeLocation } from '../log/locationCommands.js'
import { type ActedOnLocation, listLocations, type ListedLocation, type LocationRefusal } from '../log/locations.js'
import { filled } from './arguments.js'
import { type Console, paintState, table } from './console.js'
import { duration } from './duration.js'
import { exitCodes, Failure, refusedOfLocation } from './failure.js'
import { actor, type GlobalOptions, withDatabase } from './opened.js'

export const locationCommand = (): Command =>
  new Command('location')
    .description('See which locations take videos, pause one, or have a paused one tried again.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate location list\n  reelstate location pause youtube --why "the channel is being moved" --for 2h\n  reelstate location resume youtube --why "moved"',
    )
    .addCommand(listCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())

const listCommand = (): Command =>
  new Command('list')
    .description('List locations: which are paused, why and until when, and how many videos wait.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate location list\n  reelstate location list --json | jq ".[] | select(.state != \\"READY\\")"',
    )
    .action((_, command: Command) =>
      withDatabase(command.optsWithGlobals<GlobalOptions>(), async ({ db, console }) => {
        const locations = await listLocations(db)
        console.result(locations, () => (locations.length === 0 ? 'No locations.' : tableOf(locations)))
      }),
    )

const tableOf = (locations: readonly ListedLocation[]): string =>
  table(
    ['name', 'state', 'until (UTC)', 'waiting', 'by', 'reason'],
    locations.map(({ name, state, until, waiting, pausedBy, reason }) => [
      name,
      paintState(state),
      state === 'PAUSED' ? (until?.slice(0, 19).replace('T', ' ') ?? 'somebody resumes it') : '',
      String(waiting),
      reason === null ? '' : (pausedBy ?? 'itself'),
      reason ?? '',
    ]),
  )

interface PauseOptions extends GlobalOptions {
  readonly why: string
  readonly until?: string
  readonly for?: number
}

const pauseCommand = (): Command =>
  new Command('pause')
    .description('From now on no node claims a video for it; uploads that are under way go on.')
    .argument('<name>', 'the location')
    .requiredOption('--why <text>', 'for the log, and for whoever wonders', filled)
    .option('--until <time>', 'when one video is tried, UTC (default: when somebody resumes it)', instant)
    .option('--for <duration>', 'the same from now on: 90s, 30m, 2h or 1d', duration)
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate location pause youtube --why "new credentials are on their way"\n  reelstate location pause youtube --why "the line is needed" --for 2h',
    )
    .action((name: string, _, command: Command) => {
      const options = command.optsWithGlobals<PauseOptions>()
      const { why, until, for: forMs } = options
      if (until !== undefined && forMs !== undefined)
        throw new Failure('either --until TIME or --for DURATION is allowed, not both', exitCodes.invalid)
      const end: PauseEnd = until !== undefined ? { until } : forMs !== undefined ? { forMs } : null
      return withDatabase(options, async ({ db, console }) =>
        report(console, name, await pauseLocation(db, name, why, end, { actor: actor() })),
      )
    })

const resumeCommand = (): Command =>
  new Command('resume')
    .description('Try a paused location now, with one video: where that gets through, all may come.')
    .argument('<name>', 'the location')
    .requiredOption('--why <text>', 'for the log', filled)
    .addHelpText('after', '\nExample:\n  reelstate location resume youtube --why "signed in anew"')
    .action((name: string, _, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { why: string }>()
      return withDatabase(options, async ({ db, console }) =>
        report(console, name, await resumeLocation(db, name, options.why, { actor: actor() })),
      )
    })

function report(console: Console, name: string, outcome: Either<Invalid | LocationRefusal, ActedOnLocation>): void {
  if (isLeft(outcome)) throw refusedOfLocation(outcome.left)
  const { version, event, snapshot } = outcome.right
  const state = stateName(snapshot)
  const until = snapshot.matches('PAUSED') ? (snapshot.context.pause?.until ?? null) : null
  console.result(
    { name, version, event: event.type, state, until },
    () => `${name} is ${paintState(state)}${until === null ? '' : ` until ${until}`} (event ${version}: ${event.type})`,
  )
}

function instant(text: string): string {
  const decoded = Instant.decode(text)
  if (isLeft(decoded)) throw new InvalidArgumentError(`Allowed is ${Instant.name}.`)
  return decoded.right
}
