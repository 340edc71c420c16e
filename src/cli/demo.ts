/** `reelstate demo`: one video's whole life, from a stream to a published file, as it happens. */
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { Command, Option } from 'commander'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { formatInstant } from '../../machines/codecs.js'
import { metaOf } from '../../machines/video.js'
import type { CutType } from '../cut/cut.js'
import { probe } from '../cut/probe.js'
import { createVideo, editVideo, modifyVideo, newVideoId } from '../log/commands.js'
import { follow } from '../log/follow.js'
import { readHistory, type Recorded } from '../log/read.js'
import { beginning } from '../log/tail.js'
import { migrate } from '../log/migrate.js'
import type { Configuration } from '../service/configuration.js'
import type { Database } from '../service/postgres/database.js'
import { type Console, paint, paintState } from './console.js'
import { demoNode, liveIn, type LivedIn } from './demo/livedIn.js'
import { chooseRanges, fitRanges, parseRanges, type SecondsRange } from './demo/ranges.js'
import { type Simulator, startSimulator } from './demo/simulator.js'
import { type DemoStream, prepareStream } from './demo/stream.js'
import { demoTemplate, keepDemoTemplate } from './demo/template.js'
import { exitCodes, Failure, refused } from './failure.js'
import { interruption } from './interruption.js'
import { eventTable } from './log.js'
import { actor, type GlobalOptions, openGround, reachDatabase } from './opened.js'
import { progressBar } from './progressBar.js'
import { serve, type Serving } from './serve.js'

interface DemoOptions extends GlobalOptions {
  readonly source?: string
  readonly range?: string[]
  readonly cut: CutType
  readonly to: 'folder' | 'youtube'
  readonly exit?: true
  readonly plain?: true
  readonly port?: string
}

export const demoCommand = (version: string): Command =>
  new Command('demo')
    .description(
      'Show it all at work: ingest a stream, create and edit a video, cut it, publish it into a folder, and watch it in the console, among made-up videos in every state.',
    )
    .option('--source <file>', 'a video file or playlist (default: a synthetic stream of two minutes)')
    .option(
      '--range <start-end...>',
      "seconds from the stream's first timestamp; several follow one another (default: two of its own choice)",
    )
    .addOption(new Option('--cut <type>', 'how to cut').choices(['fast', 'full', 'rough']).default('fast'))
    .addOption(
      new Option(
        '--to <destination>',
        'where to publish: a folder; or, in a checkout, a YouTube simulator, with a thumbnail, and then with another title',
      )
        .choices(['folder', 'youtube'])
        .default('folder'),
    )
    .option('--port <number>', 'port of the page (default: 8080, or a free one)')
    .option('--plain', 'no made-up videos and nodes: nothing but the one video')
    .option('--exit', 'stop at the end instead of going on serving; exits with 0 only if the video is DONE')
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate demo\n  reelstate demo --plain\n  reelstate demo --to youtube\n  reelstate demo --source talk.mp4 --range 10-25 --range 61.5-80 --exit --json',
    )
    .action((_, command: Command) => demo(command.optsWithGlobals<DemoOptions>(), version))

async function demo(options: DemoOptions, version: string): Promise<void> {
  const asked = options.range && parseRanges(options.range)
  const { console, data, configuration } = openGround(options)
  const interrupted = interruption()
  const database = await reachDatabase({ console, data, configuration })
  const simulator = options.to === 'youtube' ? await startSimulator(data).catch(closing(database)) : null
  try {
    const stream = await ingestWithBar(options.source, data, configuration.segments, console, interrupted.signal)
    const ranges = asked ? fitRanges(asked, stream) : chooseRanges(stream)
    // gone after the node, which would take what the made-up one has in hand from it
    await using livedIn = options.plain ? null : await makeUp(database, version, console)
    const serving = await serveSomewhere(options.port, (port) =>
      serve({
        // it is made for the person in front of it
        auth: false,
        host: '127.0.0.1',
        port,
        console,
        configuration: demoConfiguration(configuration, data, options.cut, simulator),
        database,
        version,
        isDemo: livedIn !== null,
      }),
    )
    try {
      const id = newVideoId()
      console.note(`watch it at ${serving.url}`)
      if (simulator) await keepDemoTemplate(serving.node.db, actor())
      const state = await live({ serving, id, stream, ranges, console, signal: interrupted.signal, simulator })
      await conclude(serving, id, state, stream, ranges, console)
      if (options.exit) {
        if (state !== 'DONE') throw new Failure(`the video is ${state}, not DONE`, exitCodes.failed, null)
      } else {
        console.note(`\nstill serving ${serving.url}; Ctrl-C stops it`)
        await serving.untilStopped(interrupted.signal)
        return
      }
    } finally {
      await serving.stop()
    }
  } finally {
    simulator?.stop()
    interrupted.close()
    await database.close()
  }
}

/** @returns null where it has to be left out. */
async function makeUp(database: Database, version: string, console: Console): Promise<LivedIn | null> {
  await migrate(database.url)
  const livedIn = await liveIn(database.url, version)
  if (typeof livedIn !== 'string') {
    console.note(`beside it are ${livedIn.videos} made-up videos, so that there is something to see (--plain: none)`)
    return livedIn
  }
  console.note(
    `made-up videos are left out: ${livedIn}, and the log forgets nothing; for a board full of them, --data FOLDER`,
  )
  return null
}

const closing =
  (database: Database) =>
  async (error: unknown): Promise<never> => {
    await database.close()
    throw error
  }

/** A node of its own, so that it disturbs none: its location is offered by nobody else. */
const demoConfiguration = (
  configuration: Configuration,
  data: string,
  cut: CutType,
  simulator: Simulator | null,
): Configuration => ({
  ...configuration,
  node: demoNode,
  graceSeconds: 5,
  accounts: simulator ? { simulator: simulator.account } : {},
  locations: {
    demo: simulator
      ? { type: 'youtube', account: 'simulator', cut, tags: ['demo'] }
      : { type: 'local', path: join(data, 'videos'), cut },
  },
  webhooks: [],
})

async function ingestWithBar(
  source: string | undefined,
  data: string,
  root: string,
  console: Console,
  signal: AbortSignal,
): Promise<DemoStream> {
  const bar = progressBar(console, 'ingesting', 'seconds')
  try {
    return await prepareStream({
      source,
      data,
      root,
      signal,
      onProgress: (done, total) => bar.update(done, total),
      note: (line) => console.note(line),
    })
  } finally {
    bar.stop()
  }
}

async function serveSomewhere(port: string | undefined, start: (port: number) => Promise<Serving>): Promise<Serving> {
  if (port !== undefined) {
    if (!/^\d+$/.test(port) || Number(port) > 65_535)
      throw new Failure(`--port: found ${JSON.stringify(port)}; allowed is a port from 0 to 65535`, exitCodes.invalid)
    return start(Number(port))
  }
  try {
    return await start(8080)
  } catch (error) {
    if (error instanceof Failure && /EADDRINUSE/.test(error.message)) return start(0)
    throw error
  }
}

const at = (stream: DemoStream, seconds: number): string => formatInstant(stream.firstMs + Math.round(seconds * 1000))

interface Life {
  readonly serving: Serving
  readonly id: string
  readonly stream: DemoStream
  readonly ranges: readonly SecondsRange[]
  readonly console: Console
  readonly signal: AbortSignal
  readonly simulator: Simulator | null
}

/**
 * Creates and edits the video, then shows each event until the video has arrived; where its destination can change it, it gets
 * another title then. @returns its last state.
 */
async function live({ serving: { node }, id, stream, ranges, console, signal, simulator }: Life): Promise<string> {
  const by = { actor: actor() }
  const created = await createVideo(
    node.db,
    id,
    { description: 'Made by the demo', event_start: at(stream, ranges[0]?.startSeconds ?? 0) },
    by,
  )
  if (isLeft(created)) throw refused(created.left)
  const edit = {
    video_title: `Demo of ${stream.channel}`,
    video_description: 'Cut and published by Reelstate.',
    video_channel: stream.channel,
    video_quality: stream.quality,
    video_ranges: ranges.map(({ startSeconds, endSeconds }) => [at(stream, startSeconds), at(stream, endSeconds)]),
    upload_location: 'demo',
    uploader_whitelist: ['demo'],
    ...(simulator && {
      thumbnail_mode: 'TEMPLATE',
      thumbnail_template: demoTemplate,
      thumbnail_time: at(stream, ranges[0]?.startSeconds ?? 0),
    }),
  }
  const edited = await editVideo(node.db, id, edit, by)
  if (isLeft(edited)) throw refused(edited.left)

  const bar = progressBar(console, 'cutting', 'seconds')
  const poll = setInterval(() => void showProgress(node.db, id, bar).catch(() => undefined), 250)
  const ended = new AbortController()
  let state = 'UNEDITED'
  let isModified = false
  try {
    const died = node.died.catch((error: unknown) => ended.abort(error))
    void died
    for await (const event of follow(
      node.db,
      beginning,
      (wake) => node.onNews(wake),
      AbortSignal.any([signal, ended.signal]),
    )) {
      if (event.stream !== `video/${id}`) continue
      state = event.state
      if (event.type === 'FinalizeStarted') bar.stop()
      if (!console.json) console.note(line(event))
      if (!hasArrived(state)) continue
      if (state !== 'DONE' || simulator === null || isModified) break
      isModified = true
      const modified = await modifyVideo(node.db, id, { video_title: `${edit.video_title}, with another title` }, by)
      if (isLeft(modified)) throw refused(modified.left)
    }
  } finally {
    clearInterval(poll)
    bar.stop()
  }
  if (signal.aborted) throw new Failure('interrupted')
  return state
}

/** DONE, or a state that waits for a person. */
const hasArrived = (state: string): boolean => {
  const meta = metaOf(state)
  return meta?.waitsFor === null || meta?.error === true
}

async function showProgress(db: Serving['node']['db'], id: string, bar: ReturnType<typeof progressBar>): Promise<void> {
  const { rows } = await db.query<{ done_seconds: number; total_seconds: number }>(
    'select done_seconds, total_seconds from reelstate.progress where stream = $1',
    [`video/${id}`],
  )
  if (rows[0]) bar.update(rows[0].done_seconds, rows[0].total_seconds)
}

const line = (event: Recorded): string =>
  `  ${event.recordedAt.slice(11, 23)}  ${event.type.padEnd(16)} → ${paintState(event.state, process.stderr)}`

/** The end: the file, its duration, and the log as a table; with `--json` one object. */
async function conclude(
  { node }: Serving,
  id: string,
  state: string,
  stream: DemoStream,
  ranges: readonly SecondsRange[],
  console: Console,
): Promise<void> {
  const history = await readHistory(node.db, id)
  const uploaded = history
    .flatMap(({ event }) => (isRight(event) && event.right.type === 'Uploaded' ? [event.right.data.video_link] : []))
    .at(-1)
  const file = uploaded?.startsWith('file:') ? fileURLToPath(uploaded) : null
  const durationSeconds = file === null ? null : ((await probe(file)).durationSeconds ?? null)
  const json = {
    video: id,
    state,
    link: uploaded ?? null,
    file,
    durationSeconds,
    ranges: ranges.map(({ startSeconds, endSeconds }) => ({
      start: at(stream, startSeconds),
      end: at(stream, endSeconds),
      startSeconds,
      endSeconds,
    })),
    source: { segments: stream.segments, channel: stream.channel, quality: stream.quality },
    events: history.map(({ version, type, state, recordedAt }) => ({ version, type, state, recordedAt })),
  }
  console.result(json, () =>
    [
      eventTable(history),
      '',
      `${paint('bold', id)} is ${paintState(state)}`,
      ...(file === null
        ? [`link      ${uploaded ?? 'none'}`]
        : [`file      ${file}`, `duration  ${durationSeconds ?? '?'} s`]),
    ].join('\n'),
  )
}
