/** What `npm run soak` is told. */
import { parseArgs } from 'node:util'
import { mutationNames, type MutationName } from './mutation.js'

export const help = `Usage: npm run soak [-- options]

Real nodes, a real PostgreSQL and a strict simulator of YouTube; nodes are killed and frozen, lines are cut, the database falls,
clocks jump, and people edit, cancel and reset meanwhile. After each run everything has to come to rest, and everything has to be as
the log says. All chance comes from one seed: a run that went wrong is played again with its seed and number.

Scenarios:
  --scenario faults                 the fault machine (default)
  --scenario churn                  three nodes that are killed and started again every few seconds: all videos are published once
  --scenario faults-at-destination  a tenth of all calls fail: all videos are published once, or say why not

Options:
  --runs N           how many runs of the fault machine (default 300)
  --seed N           the seed (default: a new one, which is printed)
  --run N            only this run of the seed
  --from N           begins with this run (default 1)
  --resume           goes on where the last soak was interrupted
  --keep-going       goes on after a run that went wrong, and counts
  --pace N           how many times as fast time goes for nodes and database (default 10)
  --videos N         of the scenarios churn (default 300) and faults-at-destination (default 200)
  --mutation NAME    takes a fence out of the program first: ${mutationNames.join(', ')}; something has to be found then
  --json             the result as JSON on standard output
  --help             this

Examples:
  npm run soak
  npm run soak -- --runs 50 --seed 7
  npm run soak -- --seed 7 --run 23
  npm run soak -- --resume
  npm run soak -- --scenario churn --videos 300
  npm run soak -- --mutation unconfirmed-abort --runs 50

Ctrl-C finishes the run and says how to go on. What is kept of a run that went wrong is in data/soak.
`

export const scenarios = ['faults', 'churn', 'faults-at-destination'] as const
export type Scenario = (typeof scenarios)[number]

export interface Options {
  readonly scenario: Scenario
  readonly runs: number
  readonly seed: number | null
  /** Only this one. */
  readonly run: number | null
  readonly from: number
  readonly resume: boolean
  readonly keepGoing: boolean
  readonly pace: number
  readonly videos: number | null
  readonly mutation: MutationName | null
  readonly json: boolean
}

/** A line that says what is wrong; null where help is asked for. */
export function readOptions(args: readonly string[]): Options | string | null {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', default: 'faults' },
        runs: { type: 'string', default: '300' },
        seed: { type: 'string' },
        run: { type: 'string' },
        from: { type: 'string', default: '1' },
        resume: { type: 'boolean', default: false },
        'keep-going': { type: 'boolean', default: false },
        pace: { type: 'string', default: '10' },
        videos: { type: 'string' },
        mutation: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  if (values.help) return null
  const { scenario, mutation } = values
  if (!isOneOf(scenarios, scenario)) return `--scenario ${scenario}: allowed are ${scenarios.join(', ')}`
  if (mutation !== undefined && !isOneOf(mutationNames, mutation))
    return `--mutation ${mutation}: allowed are ${mutationNames.join(', ')}`
  const wrong: string[] = []
  const whole = (name: string, text: string | undefined): number | null => {
    if (text === undefined) return null
    if (!/^\d{1,10}$/.test(text)) wrong.push(`--${name} ${text}: a whole number is allowed`)
    return Number(text)
  }
  const options: Options = {
    scenario,
    runs: whole('runs', values.runs) ?? 0,
    seed: whole('seed', values.seed),
    run: whole('run', values.run),
    from: whole('from', values.from) ?? 1,
    resume: values.resume,
    keepGoing: values['keep-going'],
    pace: Math.max(1, whole('pace', values.pace) ?? 1),
    videos: whole('videos', values.videos),
    mutation: mutation ?? null,
    json: values.json,
  }
  if (options.run !== null && options.seed === null) wrong.push('--run: the --seed that it is of is needed, too')
  return wrong[0] ?? options
}

const isOneOf = <A extends string>(all: readonly A[], one: string): one is A => all.includes(one as A)
