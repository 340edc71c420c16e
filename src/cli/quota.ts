/** `reelstate quota`: what is used of the daily quota of accounts. */
import { Command } from 'commander'
import { type Allowance, quotaUsed, type QuotaStanding } from '../log/quota.js'
import { quotaDay, quotaStanding } from '../service/quota.js'
import { filled } from './arguments.js'
import { table } from './console.js'
import { exitCodes, Failure } from './failure.js'
import { type GlobalOptions, withDatabase } from './opened.js'

export const quotaCommand = (): Command =>
  new Command('quota')
    .description("Show what nodes have used of each account's quota today, and how long the rest will last.")
    .option('--account <name>', 'only this account', filled)
    .addHelpText(
      'after',
      "\nThe day is YouTube's: it ends at midnight in California. What nodes used in the last 30 seconds may be missing; what\nothers use of the same project is not known here.\n\nExamples:\n  reelstate quota\n  reelstate quota --account channel --json | jq '.[].units.used'",
    )
    .action((_, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions & { account?: string }>()
      return withDatabase(options, async ({ db, console, configuration }) => {
        const { accounts } = configuration
        const names = options.account === undefined ? Object.keys(accounts) : [options.account]
        const nowMs = Date.now()
        const standings: QuotaStanding[] = []
        for (const name of names) {
          const account = Object.hasOwn(accounts, name) ? accounts[name] : undefined
          if (!account) {
            const known = Object.keys(accounts).join(', ') || 'none: the configuration has no accounts'
            throw new Failure(`--account: found ${JSON.stringify(name)}; allowed is ${known}`, exitCodes.invalid)
          }
          standings.push(quotaStanding(name, account, await quotaUsed(db, name, quotaDay(nowMs)), nowMs))
        }
        console.result(standings, () =>
          standings.length === 0 ? 'The configuration has no accounts.' : standings.map(shown).join('\n\n'),
        )
      })
    })

const shown = ({ account, day, dayEndsAt, uploads, units, methods }: QuotaStanding): string =>
  [
    `${account}: ${day} in California, until ${local(dayEndsAt)}`,
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
