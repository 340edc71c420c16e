/** `reelstate log`: what happened, of one video or of all, and what happens. */
import { Command } from 'commander'
import { isRight } from 'fp-ts/lib/Either.js'
import { saysOf } from '../../machines/upcasters.js'
import type { Recorded } from '../log/read.js'
import { whole } from './arguments.js'
import { paint, paintState, table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { videoStream } from '../log/append.js'
import { type Happening, reachable, type ReachOptions, withVideos } from './reach/reached.js'

export const logCommand = (): Command =>
  reachable(new Command('log'))
    .description('Show the events of a video (or of a location or an account), or the newest of all.')
    .argument('[id]', 'the video; location/NAME or account/NAME for the events of those')
    .option('--follow', 'go on with what happens, until interrupted; a lost connection is made anew')
    .option('--limit <n>', 'without a video: at most so many', whole, 50)
    .addHelpText(
      'after',
      `
With --url, what --follow adds has no data of its events: \`reelstate log ID --url …\` has them.

Examples:
  reelstate log k3f9w2m7qc
  reelstate log --follow --json | jq -r .type
  reelstate log --follow --url https://node-a.example.org --key-file me.key`,
    )
    .action((id: string | undefined, _, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { follow?: true; limit: number }>()
      return withVideos(options, async (reached, console) => {
        // taken before the past is read: what happens in between is read twice, not never
        const end = await reached.end()
        const stream = id === undefined ? null : streamNamed(id)
        const past = await reached.past(stream === null ? { newest: options.limit } : { stream })
        if (id !== undefined && past.length === 0) throw new Failure(nothingOf(id), exitCodes.notFound)
        if (!options.follow) return console.result(past.map(eventJson), () => eventTable(past))
        for (const event of past) console.result(eventJson(event), () => line(event))
        const printed = new Set(past.map(({ position }) => position))
        const following = { stream, signal: untilInterrupted(), note: (said: string) => console.note(said) }
        for await (const event of reached.follow(end, following))
          if (!printed.has(event.position)) console.result(happeningJson(event), () => line(event))
      })
    })

/** A video's id has no slash in it. */
const streamNamed = (id: string): string => (/^(location|account)\//.test(id) ? id : videoStream(id))
const nothingOf = (id: string): string =>
  streamNamed(id) === id ? `nothing has been noted of ${id}` : `there is no video ${id}`

function untilInterrupted(): AbortSignal {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
  process.stdout.once('error', () => stop.abort())
  return stop.signal
}

const happeningJson = (event: Happening) => ('event' in event ? eventJson(event as Recorded) : event)

/** An event as scripts get it. What cannot be decoded says so, with its position. */
export const eventJson = ({ event, ...record }: Recorded) => ({
  ...record,
  ...(isRight(event) ? {} : { undecodable: event.left.why }),
})

const line = (e: Happening): string =>
  `${e.recordedAt}  ${e.stream.padEnd(18)} ${String(e.version).padStart(4)}  ${e.type.padEnd(18)} ${paintState(e.state)}  ${paint('gray', e.actor ?? e.node ?? '')}`

export const eventTable = (history: readonly Recorded[]): string =>
  table(
    ['when (UTC)', 'video', '#', 'event', 'leads to', 'by', 'says'],
    history.map((e) => [
      e.recordedAt.slice(0, 23).replace('T', ' '),
      e.stream.replace('video/', ''),
      String(e.version),
      e.type,
      paintState(e.state),
      e.actor ?? e.node ?? '',
      says(e),
    ]),
  )

function says({ stream, event }: Recorded): string {
  if (!isRight(event)) return `cannot be read: ${event.left.why}`
  const { data, type } = event.right
  if ('cause' in data) return data.cause
  if ('message' in data) return data.message
  if ('video_link' in data) return data.video_link
  if ('why' in data && data.why !== null) return data.why
  return saysOf(stream, type)
}
