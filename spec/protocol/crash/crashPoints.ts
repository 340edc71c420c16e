/** Every place at which a process can be killed, and what comes of it, as a table. */
import { enact, type Enacted } from './enact.js'
import { scenarios } from './scenarios.js'

const both = ['another node', 'the same node'] as const

/**
 * @param thoroughly each of them twice: another node goes on, and the same one does; else they take turns.
 * @returns what came of each life: first those in which nothing is interrupted.
 */
export async function allCrashes(url: string, thoroughly: boolean): Promise<Enacted[]> {
  const whole = await enact(
    url,
    scenarios.map((scenario) => ({ scenario, before: null, by: both[0] })),
  )
  const lives = whole.flatMap(({ scenario, operations }) =>
    [...operations.keys()].flatMap((before) =>
      (thoroughly ? both : [both[before % 2] ?? both[0]]).map((by) => ({ scenario, before, by })),
    ),
  )
  return [...whole, ...(await enact(url, lives))]
}

const placeOf = ({ before, operations }: Enacted): string =>
  before === null
    ? 'after all of that'
    : `before ${operations.at(-1) ?? ''}`.replace('before the middle', 'in the middle')

export const outcomeOf = ({ then, after: { state, leaves } }: Enacted): string => {
  const left = leaves.length === 0 ? '' : `; left: ${leaves.join(', ')}`
  return `${then.length === 0 ? '' : `${then.join(', ')}: `}${state}${left}`
}

export const command = 'REELSTATE_WRITE=1 npx mocha spec/protocol/crashPoints.spec.ts'

const heading = `What comes of a node's effects that are killed between two operations: where, what the log gets from whoever goes on, and how it
ends. Whatever only reads is left out: killed before or after it, an effect leaves the same.
Made by \`${command}\`: change spec/protocol/crash/scenarios.ts, not this file.

`

/** A line for each place. */
export function table(crashes: readonly Enacted[]): string {
  const parts = scenarios.map((scenario) => {
    const lives = crashes.filter((life) => life.scenario === scenario)
    // where it mattered who goes on, there are two
    const rows = [...new Map(lives.map((life) => [placeOf(life) + outcomeOf(life), life])).values()]
    const [whole, ...killed] = rows.map((life) => [placeOf(life), outcomeOf(life)] as const)
    const width = Math.max(...rows.map((life) => placeOf(life).length))
    const lines = [...killed, whole].map(
      ([place = '', outcome = ''] = ['', '']) => `  ${place.padEnd(width)}  ${outcome}`,
    )
    return [scenario.name, '', ...lines, ''].join('\n')
  })
  return heading + parts.join('\n')
}
