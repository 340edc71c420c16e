/** `reelstate quota`: what is used of the daily quota of accounts. */
import { Command } from 'commander'
import type { Allowance, QuotaStanding } from '../log/quota.js'
import { filled } from './arguments.js'
import { table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { reachable, type ReachOptions, withVideos } from './reach/reached.js'

export const quotaCommand = (): Command =>
  reachable(new Command('quota'))
    .description("Show what nodes have used of each account's quota today, and how long the rest will last.")
    .option('--account <name>', 'only this account', filled)
    .addHelpText(
      'after',
      "\nThe day is YouTube's: it ends at midnight in California. What nodes used in the last 30 seconds may be missing; what\nothers use of the same project is not known here.\n\nExamples:\n  reelstate quota\n  reelstate quota --url https://node-a.example.org\n  reelstate quota --account channel --json | jq '.[].units.used'",
    )
    .action((_, command: Command) => {
      const options = command.optsWithGlobals<ReachOptions & { account?: string }>()
      return withVideos(options, async (reached, console) => {
        const all = await reached.quota()
        const { account: wanted } = options
        const standings = all.filter(({ account }) => wanted === undefined || account === wanted)
        if (wanted !== undefined && standings.length === 0) {
          const known = all.map(({ account }) => account).join(', ') || 'none: no node has an account'
          throw new Failure(`--account: found ${JSON.stringify(wanted)}; allowed is ${known}`, exitCodes.invalid)
        }
        console.result(standings, () =>
          standings.length === 0 ? 'No node has an account.' : standings.map(shown).join('\n\n'),
        )
      })
    })

const shown = ({ account, isElsewhere, day, dayEndsAt, uploads, units, methods }: QuotaStanding): string =>
  [
    `${account}: ${day} in California, until ${local(dayEndsAt)}`,
    ...(isElsewhere ? ['Its limits are not known here, and taken for the usual ones.'] : []),
    table(
      ['', 'used', 'of', 'at this pace'],
      [
        ['uploads', ...row(uploads)],
        ['units', ...row(units)],
      ],
    ),
    ...(Object.keys(methods).length === 0
      ? []
      : [
          table(
            ['method', 'calls', 'units'],
            Object.entries(methods).map(([method, used]) => [method, String(used.calls), String(used.units)]),
          ),
        ]),
  ].join('\n')

const row = ({ used, limit, usedUpAt }: Allowance): string[] => [
  String(used),
  String(limit),
  used >= limit ? 'used up' : usedUpAt === null ? 'lasts until the day ends' : `used up at ${local(usedUpAt)}`,
]

/** In the time of this machine, with its zone. */
const local = (at: string): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at))
