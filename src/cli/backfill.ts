/** `reelstate backfill`: gets what this machine lacks of a stretch of time from others that have it. */
import { hostname } from 'node:os'
import { Command } from 'commander'
import { liveNodes } from '../log/nodes.js'
import { bestSequence } from '../segments/bestSequence.js'
import type { Plan, Wanted } from '../segments/peers/look.js'
import type { Peer } from '../segments/peers/peer.js'
import type { FetchReport } from '../segments/peers/report.js'
import type { Range } from '../segments/segment.js'
import { segmentsFor } from '../segments/store.js'
import { type FetchConfiguration, usualFetch } from '../service/fetchConfiguration.js'
import { fetchKey } from '../service/fetchKey.js'
import { peersAmong } from '../service/peers.js'
import { wrongUrl } from '../service/webhookConfiguration.js'
import { exitCodes, Failure } from './failure.js'
import { requireName } from './footageOptions.js'
import { timeOption } from './ingest.js'
import { interruption } from './interruption.js'
import { type GlobalOptions, type Ground, openGround, withDatabase } from './opened.js'
import { progressBar } from './progressBar.js'

interface BackfillOptions extends GlobalOptions {
  readonly channel: string
  readonly quality: string
  readonly start: string
  readonly end: string
  readonly from?: string[]
  readonly dryRun?: true
}

export const backfillCommand = (): Command =>
  new Command('backfill')
    .description(
      'Fetch the segments that this machine lacks of a stretch of time from other nodes, each checked by its hash. Stopped at any time, it goes on where it was when it is run again.',
    )
    .requiredOption('--channel <name>', 'the channel')
    .option('--quality <name>', 'its quality', 'source')
    .requiredOption('--start <time>', 'UTC')
    .requiredOption('--end <time>', 'UTC')
    .option(
      '--from <peer...>',
      "whom to ask: names of nodes, or addresses of what serves /files and /segments as wubloader's restreamer does (default: all nodes that run, and the configuration's fetch.peers)",
    )
    .option('--dry-run', 'only say what there is to fetch')
    .addHelpText(
      'after',
      `
How fast it fetches and what it leaves free of the disk is in the configuration (fetch). With addresses alone it needs no database.

Examples:
  reelstate backfill --channel main --start 2026-01-31T18:00:00Z --end 2026-02-01T02:00:00Z
  reelstate backfill --channel main --quality 720p --start 2026-01-31T18:00:00Z --end 2026-01-31T19:00:00Z --from node-b --dry-run
  reelstate backfill --channel main --start 2026-01-31T18:00:00Z --end 2026-01-31T19:00:00Z --from https://restreamer.example.org --json`,
    )
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<BackfillOptions>()
      const range = rangeOf(options)
      const ground = openGround(options)
      const bounds = ground.configuration.fetch ?? usualFetch()
      const { channel, quality } = options
      const wanted = { channel, quality, ranges: [range], peers: await peersOf(options, ground, bounds) }
      // its HTTP client takes long to load, and most commands need none
      const { Fetcher } = await import('../segments/peers/fetcher.js')
      const fetcher = new Fetcher(ground.configuration.segments, bounds)
      const interrupted = interruption()
      const bar = progressBar(ground.console, 'fetching', 'segments')
      try {
        if (options.dryRun) {
          const plan = await fetcher.look(wanted, interrupted.signal).catch((error: unknown) => {
            throw interrupted.signal.aborted ? new Failure('interrupted') : error
          })
          return conclude(ground, wanted, range, planned(plan), await holesOf(ground, wanted, range, plan), true)
        }
        const report = await fetcher.fetch(wanted, interrupted.signal, ({ done, total }) => bar.update(done, total))
        bar.stop()
        conclude(ground, wanted, range, report, await holesOf(ground, wanted, range), false)
      } finally {
        bar.stop()
        interrupted.close()
      }
    })

function rangeOf({ channel, quality, start, end }: BackfillOptions): Range {
  requireName('--channel', channel)
  requireName('--quality', quality)
  const range = { startMs: timeOption('--start', start), endMs: timeOption('--end', end) }
  if (range.endMs <= range.startMs)
    throw new Failure(`--end: found ${end}, which is not after --start`, exitCodes.invalid)
  return range
}

/** @throws Failure where there is nobody to ask, and for who is neither an address nor a node that runs. */
async function peersOf(options: BackfillOptions, ground: Ground, bounds: FetchConfiguration): Promise<readonly Peer[]> {
  const { from } = options
  const isAddress = (text: string) => /^\w+:\/\//.test(text)
  for (const text of from?.filter(isAddress) ?? []) {
    const wrong = wrongUrl(text)
    if (wrong !== null) throw new Failure(`--from: found ${wrong}; allowed is http:// or https://`, exitCodes.invalid)
  }
  if (from?.every(isAddress)) return from.map((url) => ({ name: url, url }))
  const { node } = ground.configuration
  const nodes = await withDatabase(options, ({ db }) => liveNodes(db, node))
  const own = { host: hostname(), url: null }
  const key = await fetchKey(bounds, (line) => ground.console.note(line))
  if (from === undefined) {
    const all = peersAmong(nodes, bounds.peers, own, key)
    if (all.length > 0) return all
    throw new Failure(
      'there is nobody to ask: no other node runs, and the configuration has no fetch.peers. Name somebody with --from',
    )
  }
  const reachable = peersAmong(nodes, [], own, key)
  return from.map((text) => {
    const peer = isAddress(text) ? { name: text, url: text } : reachable.find(({ name }) => name === text)
    if (peer !== undefined) return peer
    const names = reachable.map(({ name }) => name).join(', ') || 'there are none'
    throw new Failure(
      `--from: found ${JSON.stringify(text)}; allowed are addresses (https://…) and other nodes that run and can be reached: ${names}`,
      exitCodes.invalid,
    )
  })
}

/** What a fetch would bring, if each peer sent what it is asked for first. */
function planned({ units, failures, asked }: Plan): FetchReport {
  const counts = new Map<string, number>()
  for (const { peers } of units.flat()) {
    const name = peers[0]?.name ?? ''
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return {
    asked: asked.map(({ name }) => name),
    fetched: [...counts].map(([peer, segments]) => ({ peer, segments, bytes: 0 })),
    troubles: failures.map(({ peer, reason }) => ({ peer: peer.name, reason, times: 1 })),
    missed: 0,
    stopped: null,
  }
}

/** What is missing now, or would still be after what is planned. */
async function holesOf(
  { configuration }: Ground,
  { channel, quality }: Wanted,
  range: Range,
  plan?: Plan,
): Promise<readonly Range[]> {
  const { segments, holes } = await segmentsFor(configuration.segments, channel, quality, range)
  const coming = plan?.units.flat().map(({ segment }) => segment) ?? []
  return coming.length === 0 ? holes : bestSequence([...segments, ...coming], range).holes
}

function conclude(
  { console }: Ground,
  { channel, quality }: Wanted,
  range: Range,
  report: FetchReport,
  holes: readonly Range[],
  isDry: boolean,
): void {
  const { asked, fetched, troubles, missed, stopped } = report
  const json = {
    ...{ channel, quality, ...iso(range), dryRun: isDry, asked },
    // of a dry run nobody knows the sizes
    fetched: isDry ? fetched.map(({ peer, segments }) => ({ peer, segments })) : fetched,
    ...{ troubles, missed, stopped: stopped?.by ?? null },
    missing: holes.map(iso),
  }
  console.result(json, () => describe(report, holes, isDry).join('\n'))
  if (stopped !== null)
    throw new Failure(
      stopped.by === 'time' ? 'interrupted: run it again to go on' : stopped.message,
      exitCodes.failed,
      null,
    )
  if (missed > 0 || troubles.length > 0)
    throw new Failure('not all could be asked for, or had: run it again to go on', exitCodes.failed, null)
}

const iso = ({ startMs, endMs }: Range) => ({
  start: new Date(startMs).toISOString(),
  end: new Date(endMs).toISOString(),
})

const SHOWN = 10

function describe(
  { asked, fetched, troubles, missed }: FetchReport,
  holes: readonly Range[],
  isDry: boolean,
): string[] {
  const segments = fetched.reduce((sum, one) => sum + one.segments, 0)
  const mebibytes = fetched.reduce((sum, one) => sum + one.bytes, 0) / 2 ** 20
  const size = isDry ? '' : ` (${mebibytes.toFixed(1)} MiB)`
  const from = fetched.map((one) => `${one.segments} from ${one.peer}`).join(', ')
  const done = isDry ? 'to fetch' : 'fetched'
  const isSure = troubles.length === 0 && missed === 0
  return [
    segments === 0 ? `nothing ${done}` : `${segments} segments ${done}${size}: ${from}`,
    ...troubles.map(({ peer, reason, times }) => `${peer}: ${reason}${times > 1 ? ` (${times} times)` : ''}`),
    ...holes.slice(0, SHOWN).map((hole) => {
      const { start, end } = iso(hole)
      const whose = asked.length > 0 && isSure ? `none of ${asked.join(', ')} has` : 'still missing:'
      return `${whose} ${start} to ${end} (${((hole.endMs - hole.startMs) / 1000).toFixed(3)} s)`
    }),
    ...(holes.length > SHOWN ? [`and ${holes.length - SHOWN} more holes`] : []),
    ...(holes.length === 0 ? [isDry ? 'all of it will be here then' : 'all of it is here'] : []),
  ]
}
