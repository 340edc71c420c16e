/** `reelstate videos`: the list, with the filters of `GET /api/videos`. */
import { Command, InvalidArgumentError, Option } from 'commander'
import { isLeft } from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { Instant } from '../../machines/codecs.js'
import { video } from '../../machines/video.js'
import { type Wait, waitNames } from '../../machines/waiting.js'
import {
  type ErrorClass,
  errorClasses,
  type ListedVideo,
  type Order,
  orders,
  substates,
  type VideoFilter,
} from '../log/list.js'
import { TextSearch } from '../log/textSearch.js'
import { filled, whole } from './arguments.js'
import { paintState, table } from './console.js'
import { duration } from './duration.js'
import { reachable, type ReachOptions, withVideos } from './reach/reached.js'

interface ListOptions extends ReachOptions {
  readonly state?: readonly string[]
  readonly substate?: string
  readonly node?: string
  readonly location?: string
  readonly editor?: string
  readonly text?: string
  readonly longerThan?: number
  readonly shorterThan?: number
  readonly since?: string
  readonly waitsFor?: Wait
  readonly error?: ErrorClass | true
  readonly warning?: true
  readonly orphans?: true
  readonly order: Order
  readonly limit: number
}

export const listCommand = (): Command =>
  reachable(new Command('videos'))
    .description('List videos: all, or those that pass every filter.')
    .addOption(new Option('--state <states...>', 'in one of these states').choices(Object.keys(video.states)))
    .addOption(new Option('--substate <substate>', 'in this substate').choices(substates))
    .option('--node <name>', 'that this node has, or had, in hand', filled)
    .option('--location <name>', 'for this location', filled)
    .option('--editor <name>', 'last edited by this person', filled)
    .option('--text <text>', 'with this in the id, the title, a description or the notes', decoded(TextSearch))
    .option('--longer-than <duration>', 'in their state for at least so long: 90s, 30m, 2h or 1d', duration)
    .option('--shorter-than <duration>', 'in their state for at most so long', duration)
    .option('--since <time>', 'in their state since this time (UTC), or later', decoded(Instant))
    .addOption(new Option('--waits-for <what>', 'that wait for this').choices(waitNames))
    .addOption(
      new Option(
        '--error [class]',
        'with an error: one that a person must look at, or one after which it is tried again',
      ).choices(errorClasses),
    )
    .option('--warning', 'with a warning')
    .option('--orphans', 'that have left something behind at a destination')
    .addOption(
      new Option('--order <order>', 'the last edited first, or what has been in its state for the longest')
        .choices(orders)
        .default('edited'),
    )
    .option('--limit <n>', 'at most so many', whole, 100)
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate videos --state FAILED UNCERTAIN\n  reelstate videos --waits-for segments --longer-than 1h --order state\n  reelstate videos --text raffle\n  reelstate videos --json | jq -r ".[].id"',
    )
    .action((_, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>()
      return withVideos(options, async (reached, console) => {
        const { order, limit } = options
        const { videos, total } = await reached.videos({ filter: filterOf(options), order, limit })
        console.result(videos, () => (videos.length === 0 ? 'No videos.' : shown(videos)))
        if (total && total.count > videos.length)
          console.note(`${videos.length} of ${total.isExact ? '' : 'at least '}${total.count} videos; see --limit`)
      })
    })

function filterOf(options: ListOptions): VideoFilter {
  const { state, substate, node, location, editor, text, longerThan, shorterThan, since, waitsFor, error } = options
  const given = {
    ...{ states: state, substate, node, location, editor, text, since, waitsFor },
    minAge: longerThan === undefined ? undefined : longerThan / 1_000,
    maxAge: shorterThan === undefined ? undefined : shorterThan / 1_000,
    hasError: error === undefined ? undefined : true,
    errorClass: error === true ? undefined : error,
    hasWarning: options.warning,
    hasOrphans: options.orphans,
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const shown = (videos: readonly ListedVideo[]): string =>
  table(
    ['id', 'state', 'since (UTC)', 'waits for', 'title', 'location', 'node', 'error or warning'],
    videos.map((v) => [
      v.id,
      paintState(v.state),
      v.stateSince?.slice(0, 19).replace('T', ' ') ?? '',
      v.waitsFor ?? '',
      v.title ?? '',
      v.publishedLocation ?? v.uploadLocation ?? '',
      v.uploader ?? '',
      v.error ?? v.warning ?? '',
    ]),
  )

function decoded(codec: t.Type<string, string, unknown>): (text: string) => string {
  return (text) => {
    const value = codec.decode(text)
    if (isLeft(value)) throw new InvalidArgumentError(`Allowed is ${codec.name}.`)
    return value.right
  }
}
