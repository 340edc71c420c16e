/** `reelstate coverage`: what there is of the footage, and what of it came after a video was published. */
import { Command } from 'commander'
import { notedHours } from '../log/coverage.js'
import { filledHoles } from '../log/filledHoles.js'
import { toldFilled } from '../http/coverage/filled.js'
import { type CoveredHour, covered, toldHour } from '../http/coverage/hours.js'
import { toldRounds } from '../http/coverage/rounds.js'
import { listRecorded } from '../segments/coverage/recorded.js'
import { survey } from '../segments/coverage/survey.js'
import { hourStartMs } from '../segments/path.js'
import { filled, whole } from './arguments.js'
import { type Console, openConsole, paint, table } from './console.js'
import { coverageText } from './coverageText.js'
import { exitCodes, Failure } from './failure.js'
import { timeOption } from './ingest.js'
import { type GlobalOptions, withDatabase } from './opened.js'
import { progressBar } from './progressBar.js'

interface CoverageOptions extends GlobalOptions {
  readonly node?: string
  readonly from?: string
  readonly to?: string
  readonly hours: number
  readonly segments?: string
  readonly filled?: true
}

/** What of the footage is asked for. */
interface Asked {
  readonly channel: string | undefined
  readonly quality: string | undefined
  readonly node: string | undefined
  readonly from: string | undefined
  readonly to: string | undefined
  /** The latest so many. */
  readonly hours: number
}

export const coverageCommand = (): Command =>
  new Command('coverage')
    .description(
      'Show what each node has of each hour of footage, as it last saw on its disk: a character for every minute.',
    )
    .argument('[channel]', 'only this channel')
    .argument('[quality]', 'only this quality of it')
    .option('--node <name>', 'only what this node has', filled)
    .option('--from <time>', 'not what is before, UTC')
    .option('--to <time>', 'not what is after, UTC')
    .option('--hours <n>', 'the latest so many hours', whole, 168)
    .option('--segments <dir>', 'look at this folder of channels instead; no database is needed', filled)
    .option('--filled', 'holes with which videos were published, and of which a node has footage now')
    .addHelpText(
      'after',
      `
Nodes look every five minutes ("coverage" in the configuration). An hour that still runs is judged up to its last segment.
With --json each hour has its holes (the first 50) and counts.

Examples:
  reelstate coverage
  reelstate coverage main source --node node-a --from 2026-01-31T18:00:00Z
  reelstate coverage main source --segments /srv/segments --json | jq '.coverage[] | select(.rawHoles > 0) | .hour'
  reelstate coverage --filled`,
    )
    .action(async (channel: string | undefined, quality: string | undefined, _, command: Command) => {
      const options = command.optsWithGlobals<CoverageOptions>()
      const { node, hours, segments } = options
      const [from, to] = (['from', 'to'] as const).map((name) => {
        const text = options[name]
        return text === undefined ? undefined : new Date(timeOption(`--${name}`, text)).toISOString()
      })
      const asked = { channel, quality, node, from, to, hours }
      if (segments !== undefined && (node !== undefined || options.filled))
        throw new Failure('--segments goes with neither --node nor --filled: no node is asked', exitCodes.invalid)
      if (segments !== undefined) return showFolder(openConsole(options.json === true), segments, asked)
      return options.filled ? showFilled(options) : showNoted(options, asked)
    })

const showNoted = (options: CoverageOptions, asked: Asked): Promise<void> =>
  withDatabase(options, async ({ db, console }) => {
    const noted = await notedHours(db, asked, asked.hours)
    const hours = covered(noted.hours)
    const nodes = (await toldRounds(db)).filter(({ node }) => asked.node === undefined || asked.node === node)
    console.result({ nodes, coverage: hours.map(toldHour) }, () => {
      if (hours.length > 0) return coverageText(hours, nodes, noted.isCut)
      return nodes.length === 0 ? 'No node has said yet what it has.' : 'No node has any of it.'
    })
  })

async function showFolder(console: Console, root: string, asked: Asked): Promise<void> {
  const listed = await listRecorded(root).catch((error: unknown) => {
    throw new Failure(`--segments: ${error instanceof Error ? error.message : String(error)}`)
  })
  const recorded = listed.recorded.flatMap(({ hours, ...of }) => {
    const isWanted = [undefined, of.channel].includes(asked.channel) && [undefined, of.quality].includes(asked.quality)
    const wanted = hours.filter((hour) => isWithin(hourStartMs(hour) ?? NaN, asked))
    return isWanted && wanted.length > 0 ? [{ ...of, hours: wanted.slice(-asked.hours) }] : []
  })
  const troubles = listed.unreadable.map(({ channel, quality, reason }) => `${channel}/${quality ?? ''}: ${reason}`)
  const total = recorded.reduce((sum, { hours }) => sum + hours.length, 0)
  const bar = progressBar(console, 'reading', 'hours')
  const hours: CoveredHour[] = []
  let done = 0
  for (const one of recorded) {
    const { channel, quality } = one
    for await (const seen of survey(one, { root, now: Date.now })) {
      bar.update(++done, total)
      const { hour } = seen
      if (seen.found === 'unreadable') troubles.push(`${channel}/${quality}/${hour}: ${seen.reason}`)
      if (seen.found !== 'measured') continue
      const { figures, pieces } = seen.measured
      hours.push({ node: '', channel, quality, hour, notedAt: new Date().toISOString(), figures, pieces })
    }
  }
  bar.stop()
  for (const trouble of troubles) console.note(`cannot be read: ${trouble}`)
  const coverage = hours.map((hour) => ({ ...toldHour(hour), node: null }))
  console.result({ nodes: [], coverage }, () =>
    hours.length === 0 ? `There is no footage of it in ${root}.` : coverageText(hours, [], false),
  )
}

function isWithin(startMs: number, { from, to }: Asked): boolean {
  const isAfter = from === undefined || startMs + 3_600_000 > Date.parse(from)
  return isAfter && (to === undefined || startMs < Date.parse(to))
}

const showFilled = (options: CoverageOptions): Promise<void> =>
  withDatabase(options, async ({ db, console }) => {
    const holes = (await filledHoles(db, 1_000)).map(toldFilled)
    console.result({ filled: holes }, () => {
      if (holes.length === 0) return 'No video of the last 14 days was published without something that a node has now.'
      const rows = holes.map(({ video, title, node, start, end, missingSeconds, since, again }) => [
        ...[video, title ?? '', `${clock(start)} to ${clock(end).slice(11)}`],
        missingSeconds > 0 ? paint('yellow', `all but ${missingSeconds.toFixed(1)} s`) : paint('green', 'all of it'),
        ...[node, clock(since), again[0] ?? ''],
      ])
      const head = ['video', 'title', 'hole', 'is there', 'at', 'since', 'to cut it again']
      return `${table(head, rows)}\nThe reset keeps the edit as a draft: then \`reelstate edit ID --file EDIT.json\`, or submit it anew in the editor.`
    })
  })

const clock = (utc: string): string => utc.slice(0, 19).replace('T', ' ')
