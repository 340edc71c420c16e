/** The videos as commands reach them: in the database, or over a node's HTTP with `--url`. Both fail with the same words and codes. */
import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import type { ByHand } from '../../../machines/remedies.js'
import type { Why } from '../../../machines/why.js'
import type { PauseEnd } from '../../log/locationCommands.js'
import type { ListedLocation } from '../../log/locations.js'
import type { SeenNode } from '../../log/nodes.js'
import type { ListedOrphan } from '../../log/orphans.js'
import type { QuotaStanding } from '../../log/quota.js'
import type { Recorded } from '../../log/read.js'
import type { Cursor } from '../../log/tail.js'
import type { FilledHole } from '../../log/filledHoles.js'
import type { ListedVideo, Order, Total, VideoFilter } from '../../log/list.js'
import { filled } from '../arguments.js'
import { type Console, openConsole, paintState } from '../console.js'
import { exitCodes, Failure } from '../failure.js'
import { type GlobalOptions, withDatabase } from '../opened.js'
import { inDatabase } from './inDatabase.js'
import { overHttp } from './overHttp.js'

/** What came of a command. */
export interface Done {
  readonly id: string
  readonly version: number
  readonly event: string
  readonly state: string
}

/** What came of a command to a location. */
export interface LocationDone {
  readonly name: string
  readonly version: number
  readonly event: string
  readonly state: string
  /** When one video is tried; null where it is not paused, or until somebody resumes it. */
  readonly until: string | null
}

/** As it is printed while it happens. */
export interface Happening {
  readonly position: string
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly state: string
  readonly actor: string | null
  readonly node: string | null
  readonly recordedAt: string
}

export interface Following {
  /** Only of this one; null: of all. */
  readonly stream: string | null
  readonly signal: AbortSignal
  readonly note: (line: string) => void
}

export interface Listing {
  readonly filter: VideoFilter
  readonly order: Order
  readonly limit: number
}

/** Each is a Failure where it is refused, or cannot be done. */
export interface Reached {
  /** At most `limit`; and how many there are in all, where there may be more. */
  videos(asked: Listing): Promise<{ readonly videos: readonly ListedVideo[]; readonly total: Total | null }>
  /** null where there is no such video. */
  row(id: string): Promise<Record<string, unknown> | null>
  why(id: string): Promise<Why | null>
  /** Holes with which it was published, and of which a node has footage now. */
  filled(id: string): Promise<readonly FilledHole[]>
  locations(): Promise<readonly ListedLocation[]>
  history(id: string): Promise<readonly Recorded[]>
  /** All events of a stream, or the newest of all, at most so many; the oldest first. */
  past(of: { readonly stream: string } | { readonly newest: number }): Promise<readonly Recorded[]>
  /** The end of the log as it is now: what `follow` begins behind. */
  end(): Promise<Cursor>
  /** Each event behind `after` once, in order, until the signal; a lost connection is made anew. */
  follow(after: Cursor, following: Following): AsyncGenerator<Happening, void>
  /** The oldest first. */
  orphans(): Promise<readonly ListedOrphan[]>
  nodes(): Promise<readonly SeenNode[]>
  /** Of the accounts that the configuration has: ours, or that of the node that is asked. */
  quota(): Promise<readonly QuotaStanding[]>
  pause(location: string, why: string, end: PauseEnd): Promise<LocationDone>
  resume(location: string, why: string): Promise<LocationDone>
  create(id: string | null, source: Readonly<Record<string, unknown>>): Promise<Done>
  /** @param body as HTTP has it. */
  act(event: ByHand, id: string, body: unknown): Promise<Done>
}

export interface ReachOptions extends GlobalOptions {
  readonly url?: string
  readonly keyFile?: string
}

/** The options of every command that goes over HTTP, too. */
export const reachable = (command: Command): Command =>
  command
    .addOption(new Option('--url <address>', 'ask this node over HTTP, instead of the database').argParser(filled))
    .addOption(
      new Option('--key-file <file>', 'with --url: a file that has the key (default: $REELSTATE_KEY)').argParser(
        filled,
      ),
    )

export async function withVideos<A>(
  options: ReachOptions,
  work: (reached: Reached, console: Console) => Promise<A>,
): Promise<A> {
  const { url, keyFile } = options
  if (url === undefined) {
    if (keyFile !== undefined) throw new Failure('--key-file: only with --url', exitCodes.invalid)
    return withDatabase(options, (opened) => work(inDatabase(opened), opened.console))
  }
  if (!URL.canParse(url) || !/^https?:\/\//.test(url))
    throw new Failure('--url: allowed is an address that begins with http:// or https://', exitCodes.invalid)
  return work(overHttp(url, keyOf(keyFile)), openConsole(options.json === true))
}

/** Never on the command line: whoever lists processes would see it. */
function keyOf(file: string | undefined): string | null {
  if (file === undefined) return process.env['REELSTATE_KEY']?.trim() || null
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new Failure(
      `--key-file ${file}: ${error instanceof Error ? error.message : String(error)}`,
      exitCodes.invalid,
    )
  }
}

export const tellDone = (console: Console, done: Done): void =>
  console.result({ ...done }, () => `${done.id} is ${paintState(done.state)} (event ${done.version}: ${done.event})`)
