/** `reelstate serve`: a node, until it is stopped. */
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { isLoopback } from '../http/signIn/trustworthy.js'
import { Command, InvalidArgumentError, Option } from 'commander'
import { requireFfmpeg } from '../cut/inspectFfmpeg.js'
import { unlistOrphan } from '../effects/unlistOrphan.js'
import { migrate } from '../log/migrate.js'
import { AttemptLines } from '../observe/attemptLines.js'
import { openExporting } from '../observe/traces/exporting.js'
import { Tracing } from '../observe/traces/tracing.js'
import { type Configuration, type LogForm } from '../service/configuration.js'
import { ADDRESS } from '../service/fetchConfiguration.js'
import { type Database } from '../service/postgres/database.js'
import { quotaStandings } from '../service/quota.js'
import { type RunningNode, startNode } from '../service/node.js'
import { addressFor } from '../service/peers.js'
import { Readiness } from '../service/readiness.js'
import { wrongUrl } from '../service/webhookConfiguration.js'
import { NameTaken } from '../service/presence.js'
import { watchForBugs } from './bugs.js'
import { type Console } from './console.js'
import { exitCodes, Failure, stackOf } from './failure.js'
import { interruption } from './interruption.js'
import { speakAs } from './nodeLog.js'
import { type GlobalOptions, type Ground, openGround, reachDatabase } from './opened.js'

interface ServeOptions extends GlobalOptions {
  readonly host: string
  readonly port: number
  readonly name?: string
  readonly url?: string
  readonly auth: boolean
  readonly openToAnybody?: true
  readonly log?: LogForm
}

export const serveCommand = (version: string): Command =>
  new Command('serve')
    .description(
      'Run a node: it cuts what editors have accepted, and shows it in a browser. SIGTERM lets work in flight finish; a second one ends it at once.',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 is any free one', portOption, 8080)
    .option('--name <name>', "the node's name (default: the configuration's, else the machine's)")
    .option(
      '--url <address>',
      "where other nodes reach this one (default: the configuration's, else the address it listens on, or this machine's name)",
    )
    .option(
      '--no-auth',
      'whoever reaches it may change everything, without signing in: for a machine that only you reach',
    )
    .option('--open-to-anybody', 'with --no-auth: also where others reach it (--host)')
    .addOption(
      new Option(
        '--log <form>',
        "how it says what people should know: lines of text, or of JSON with each video's attempts (default: the configuration's, else text)",
      ).choices(['text', 'json']),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  reelstate serve\n  reelstate serve --log json 2>> /var/log/reelstate.log\n  DATABASE_URL=postgres://reelstate@db.example/reelstate reelstate serve --name node-b --host 0.0.0.0 --url http://node-b.example:8080',
    )
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<ServeOptions>()
      requireLoopback(options)
      const ground = openGround(options)
      const configuration = reached(named(ground.configuration, options.name), options.url)
      const log = options.log ?? configuration.log ?? 'text'
      const { console, failed } = await speakAs(log, configuration.node, ground.console)
      try {
        await run({ ...options, log, version, console, configuration }, ground)
      } catch (error) {
        throw failed(error)
      }
    })

async function run(options: Omit<Serve, 'database'>, ground: Ground): Promise<void> {
  const { console } = options
  // whoever asks while it starts is heard once it has: then all that it has begun can be ended in order
  const interrupted = interruption()
  const database = await reachDatabase({ ...ground, console })
  try {
    const serving = await serve({ ...options, database })
    const stopped = serving.untilStopped(interrupted.signal)
    console.result(
      { node: serving.node.name, url: serving.url, database: database.describe(), pid: process.pid },
      () => `Node ${serving.node.name} serves ${serving.url} (database: ${database.describe()})`,
    )
    await stopped
  } finally {
    await database.close()
  }
}

function portOption(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('A port from 0 to 65535 is allowed.')
  return port
}

/** @throws Failure where others could change everything, and nobody has said that they may. */
function requireLoopback({ auth, host, openToAnybody }: ServeOptions): void {
  if (auth && openToAnybody === true)
    throw new Failure('--open-to-anybody means nothing without --no-auth', exitCodes.invalid)
  if (auth || openToAnybody === true || isLoopback(host)) return
  throw new Failure(
    `--no-auth: whoever reaches ${host} could change everything: listen on 127.0.0.1 (--host), let people sign in (sign_in in the configuration), or say that you mean it (--open-to-anybody)`,
    exitCodes.invalid,
  )
}

function named(configuration: Configuration, name: string | undefined): Configuration {
  if (name === undefined) return configuration
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}$/.test(name))
    throw new Failure(
      `--name: found ${JSON.stringify(name)}; allowed are letters, digits, '_', '-' and '.', not beginning with '.'`,
      exitCodes.invalid,
    )
  return { ...configuration, node: name }
}

function reached(configuration: Configuration, url: string | undefined): Configuration {
  if (url === undefined) return configuration
  const found = wrongUrl(url)
  // the address itself may hold a password
  if (found !== null) throw new Failure(`--url: found ${found}; allowed is ${ADDRESS}`, exitCodes.invalid)
  return { ...configuration, url }
}

/** By which people reach a node that listens there. */
function namesOf(host: string, url: string | null): string[] {
  const machine = hostname()
  return [host, machine, ...(url === null ? [] : [new URL(url).hostname])]
}

export interface Serve {
  readonly host: string
  readonly port: number
  readonly console: Console
  readonly configuration: Configuration
  readonly database: Database
  readonly version: string
  /** Default: text, with nothing of what can be read in the log of videos. */
  readonly log?: LogForm
  /** Default: whoever changes something has to sign in. */
  readonly auth?: boolean
  /** Some of what it shows is made up, which the console says; by default nothing is. */
  readonly isDemo?: boolean
}

export interface Serving {
  readonly node: RunningNode
  readonly url: string
  /** Stops the node gracefully. */
  stop(): Promise<void>
  /** Resolves once the node has stopped, which it does when `interrupted` is aborted. @throws what the node died of. */
  untilStopped(interrupted: AbortSignal): Promise<void>
}

export async function serve({
  host,
  port,
  console,
  configuration,
  database,
  version,
  log = 'text',
  auth = true,
  isDemo = false,
}: Serve): Promise<Serving> {
  await requireFfmpeg().catch((error: unknown) => {
    throw new Failure(error instanceof Error ? error.message : String(error))
  })
  // the web server takes long to load, and only this command needs it
  const { createServer } = await import('../http/server.js')
  const { signInBy, withoutSignIn } = await import('../http/signIn/signIn.js')
  const { openMetrics } = await import('../observe/metrics/metrics.js')
  await migrate(database.url)
  const name = configuration.node
  const metrics = openMetrics({ node: name, version })
  const { traces: endpoint } = configuration
  const exporting = endpoint === null ? null : await openExporting({ endpoint, node: name, version })
  const node = await startNode({
    ...{ url: database.url, configuration, version, onNotice: console.note, meter: metrics.meter },
    observers: (db) => [
      metrics.observer,
      ...(log === 'json' ? [new AttemptLines(name, console.note)] : []),
      ...(exporting === null ? [] : [new Tracing({ db, node: name, exporting, onNotice: console.note })]),
    ],
  })
  metrics.looks.behindSeconds = () => node.behindSeconds()
  const readiness = new Readiness({
    ...{ db: node.db, health: () => node.health(), segments: configuration.segments },
    ...{ temporary: configuration.temporary, minFreeBytes: configuration.ready.minFreeBytes },
  })
  // ffmpeg is known before anybody asks
  void readiness.check()
  const http = createServer({
    db: node.db,
    node: node.name,
    segments: configuration.segments,
    temporary: configuration.temporary,
    signIn: auth ? await signInBy(node.db, configuration.signIn) : withoutSignIn,
    care: { ...configuration.http.care, names: namesOf(host, configuration.url) },
    ffmpeg: configuration.http.ffmpeg,
    clients: configuration.http.listeners,
    editing: configuration.editing,
    isDemo,
    unlist: (video, orphan, by) => unlistOrphan(node.db, node.locations, video, orphan, by),
    version,
    wakeups: (wake) => node.onNews(wake),
    metrics,
    health: () => node.health(),
    quota: () => quotaStandings(node.db, configuration.accounts, Date.now()),
    ready: readiness.check,
    onTrouble: (error) =>
      console.note(`http: ${error instanceof Error ? error.message : String(error)}`, { loop: 'http', level: 'error' }),
  })
  const stop = async (): Promise<void> => {
    try {
      await http.close()
    } finally {
      // whatever keeps the pages from ending, what the node has in hand is seen to
      await node.stop()
    }
  }
  let url: string
  try {
    url = await http.listen({ host, port })
  } catch (error) {
    await stop()
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new Failure(`cannot listen on ${host}:${port} (${code}): choose another --port or --host`)
  }
  const { port: taken } = http.server.address() as AddressInfo
  await node.reachedAt(configuration.url ?? addressFor(host, taken))
  const lost = new Promise<never>((_, reject) => database.onLost((line) => reject(new Failure(line))))
  lost.catch(() => undefined)
  return {
    node,
    url,
    stop,
    async untilStopped(interrupted) {
      const { graceSeconds } = configuration
      const asked = aborted(interrupted).then(() =>
        console.note(
          `${String(interrupted.reason)}: no new claims; work in flight has ${graceSeconds} s (once more: stop at once)`,
        ),
      )
      using bugs = watchForBugs((bug) => console.note(stackOf(bug), { level: 'error' }))
      const failures: Failure[] = []
      // also of what dies while the rest is finished
      const failed = Promise.race([node.died, lost, bugs.first]).catch((error: unknown) => {
        const told = error instanceof Failure || error instanceof NameTaken
        failures.push(new Failure(error instanceof Error ? error.message : String(error)))
        // whatever becomes of the rest
        process.exitCode = exitCodes.failed
        console.note(told ? error.message : stackOf(error), { level: 'error' })
        console.note(`this node ends: no new claims; work in flight has ${graceSeconds} s`, { level: 'error' })
      })
      await Promise.race([asked, failed])
      // what still waits for a database that does not come back must not keep the process
      setTimeout(() => process.exit(), (graceSeconds + 15) * 1000).unref()
      try {
        await stop()
      } catch (error) {
        console.note(stackOf(error), { level: 'error' })
        failures.push(new Failure('it could not be stopped in order'))
      }
      setTimeout(() => process.exit(), 2_000).unref()
      const [failure] = failures
      if (failure) throw failure
    },
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
