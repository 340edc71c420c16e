/** `reelstate log`: what happened, of one video or of all, and what happens. */
import { Command } from 'commander'
import { isRight } from 'fp-ts/lib/Either.js'
import { saysOf } from '../../machines/upcasters.js'
import { follow } from '../log/follow.js'
import { listen } from '../log/listen.js'
import { readStream, type Recorded } from '../log/read.js'
import { type Cursor, endOfLog, readTail } from '../log/tail.js'
import { Troubles } from '../service/health.js'
import { whole } from './arguments.js'
import { paint, paintState, table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { videoStream } from '../log/append.js'
import { type Opened, withDatabase } from './opened.js'
import { reachable, type ReachOptions, withVideos } from './reach/reached.js'

export const logCommand = (): Command =>
  reachable(new Command('log'))
    .description('Show the events of a video (or of a location or an account), or the newest of all.')
    .argument('[id]', 'the video; location/NAME or account/NAME for the events of those')
    .option('--follow', 'go on with what happens, until interrupted')
    .option('--limit <n>', 'without a video: at most so many', whole, 50)
    .addHelpText('after', '\nExamples:\n  reelstate log k3f9w2m7qc\n  reelstate log --follow --json | jq -r .type')
    .action((id: string | undefined, _, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { follow?: true; limit: number }>()
      if (options.url !== undefined) return overUrl(id, options)
      return withDatabase(options, async (opened) => {
        // taken before the past is read: what happens in between is read twice, not never
        const end = await endOfLog(opened.db)
        const past =
          id === undefined
            ? (await readTail(opened.db, await endOfLog(opened.db, options.limit), options.limit)).events
            : await readStream(opened.db, streamNamed(id))
        if (id !== undefined && past.length === 0) throw new Failure(nothingOf(id), exitCodes.notFound)
        if (!options.follow) return opened.console.result(past.map(eventJson), () => eventTable(past))
        for (const event of past) print(opened, event)
        return followOn(opened, id, end, new Set(past.map(({ position }) => position)))
      })
    })

/** Over HTTP there are the events of a video, up to now. */
function overUrl(id: string | undefined, options: ReachOptions & { follow?: true }): Promise<void> {
  if (id === undefined || options.follow || streamNamed(id) === id)
    throw new Failure('--url: only with the id of a video, and without --follow', exitCodes.invalid)
  return withVideos(options, async (videos, console) => {
    const past = await videos.history(id)
    if (past.length === 0) throw new Failure(nothingOf(id), exitCodes.notFound)
    console.result(past.map(eventJson), () => eventTable(past))
  })
}

/** A video's id has no slash in it. */
const streamNamed = (id: string): string => (/^(location|account)\//.test(id) ? id : videoStream(id))
const nothingOf = (id: string): string =>
  streamNamed(id) === id ? `nothing has been noted of ${id}` : `there is no video ${id}`

async function followOn(
  opened: Opened,
  id: string | undefined,
  cursor: Cursor,
  printed: ReadonlySet<string>,
): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort())
  process.stdout.once('error', () => stop.abort())
  const trouble = new Troubles((said) => opened.console.note(said)).of('log')
  const wakes = new Set<() => void>()
  const ring = (): void => wakes.forEach((wake) => wake())
  const listening = await listen(
    { url: opened.database.url, name: 'reelstate log', db: opened.db },
    {
      onNotice: ring,
      onConnected() {
        trouble.over()
        ring()
      },
      onLost: trouble.begun,
    },
  )
  try {
    const wakeups = (wake: () => void) => (wakes.add(wake), () => wakes.delete(wake))
    for await (const event of follow(opened.db, cursor, wakeups, stop.signal))
      if ((id === undefined || event.stream === streamNamed(id)) && !printed.has(event.position)) print(opened, event)
  } finally {
    await listening.close()
  }
}

const print = ({ console }: Opened, event: Recorded): void => console.result(eventJson(event), () => line(event))

/** An event as scripts get it. What cannot be decoded says so, with its position. */
export const eventJson = ({ event, ...record }: Recorded) => ({
  ...record,
  ...(isRight(event) ? {} : { undecodable: event.left.why }),
})

const line = (e: Recorded): string =>
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
