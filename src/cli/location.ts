/** `reelstate location`: destinations that are open for work or paused. */
import { Command, InvalidArgumentError } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import { Instant } from '../../machines/codecs.js'
import type { PauseEnd } from '../log/locationCommands.js'
import type { ListedLocation } from '../log/locations.js'
import { filled } from './arguments.js'
import { type Console, paintState, table } from './console.js'
import { duration } from './duration.js'
import { exitCodes, Failure } from './failure.js'
import { type LocationDone, reachable, type ReachOptions, withVideos } from './reach/reached.js'

export const locationCommand = (): Command =>
  new Command('location')
    .description('See which locations take videos, pause one, or have a paused one tried again.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate location list --url https://node-a.example.org\n  reelstate location pause youtube --why "the channel is being moved" --for 2h\n  reelstate location resume youtube --why "moved"',
    )
    .addCommand(listCommand())
    .addCommand(pauseCommand())
    .addCommand(resumeCommand())

const listCommand = (): Command =>
  reachable(new Command('list'))
    .description('List locations: which are paused, why and until when, and how many videos wait.')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate location list\n  reelstate location list --json | jq ".[] | select(.state != \\"READY\\")"',
    )
    .action((_, command: Command) =>
      withVideos(command.optsWithGlobals<ReachOptions>(), async (reached, console) => {
        const locations = await reached.locations()
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

interface PauseOptions extends ReachOptions {
  readonly why: string
  readonly until?: string
  readonly for?: number
}

const pauseCommand = (): Command =>
  reachable(new Command('pause'))
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
      return withVideos(options, async (reached, console) => report(console, await reached.pause(name, why, end)))
    })

const resumeCommand = (): Command =>
  reachable(new Command('resume'))
    .description('Try a paused location now, with one video: where that gets through, all may come.')
    .argument('<name>', 'the location')
    .requiredOption('--why <text>', 'for the log', filled)
    .addHelpText('after', '\nExample:\n  reelstate location resume youtube --why "signed in anew"')
    .action((name: string, _, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { why: string }>()
      return withVideos(options, async (reached, console) => report(console, await reached.resume(name, options.why)))
    })

const report = (console: Console, done: LocationDone): void =>
  console.result({ ...done }, () => {
    const { name, version, event, state, until } = done
    return `${name} is ${paintState(state)}${until === null ? '' : ` until ${until}`} (event ${version}: ${event})`
  })

function instant(text: string): string {
  const decoded = Instant.decode(text)
  if (isLeft(decoded)) throw new InvalidArgumentError(`Allowed is ${Instant.name}.`)
  return decoded.right
}
