/** `npm run soak`: the fault machine. */
import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Console, openConsole } from '../src/cli/console.js'
import { progressBar } from '../src/cli/progressBar.js'
import { churn } from './churn.js'
import { faultsAtDestination } from './faultsAtDestination.js'
import { Ground } from './ground.js'
import { ONCE } from './invariants.js'
import type { MutationName } from './mutation.js'
import { help, type Options, readOptions } from './options.js'
import { toldOfFailure, toldOfTally } from './report.js'
import { play } from './run.js'
import { scriptOf } from './script.js'
import { Tally } from './tally.js'

const kept = resolve('data/soak')
/** Several times as long as the longest run. */
const OVERDUE_MS = 240_000
const stateFile = join(kept, 'state.json')

const options = readOptions(process.argv.slice(2))
if (options === null) process.stdout.write(help)
else if (typeof options === 'string') {
  process.stderr.write(`soak: ${options}\n`)
  process.exitCode = 2
} else process.exitCode = await soak(options)
// what a run has left behind in this process must not keep it
setTimeout(() => process.exit(), 5_000).unref()

async function soak(options: Options): Promise<number> {
  switch (options.scenario) {
    case 'faults':
      return faults(options)
    case 'churn':
      return churn(options)
    case 'faults-at-destination':
      return faultsAtDestination(options)
  }
}

async function faults(options: Options): Promise<number> {
  const tally = await begun(options)
  if (tally === null) {
    process.stderr.write('soak: there is nothing to go on with\n')
    return 2
  }
  const console = openConsole(options.json)
  console.note(`seed ${tally.seed}, runs ${tally.next} to ${tally.last}`)
  let interrupted = false
  const interrupt = (): void => {
    interrupted = true
    console.note('this run is finished first')
  }
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt)
  await using ground = await Ground.lay(options)
  if (!ground.setting.smallDisk) console.note('no disk can be mounted here, so none will be full')
  const bar = progressBar(console, 'Runs', 'runs')
  const first = tally.next
  while (tally.next <= tally.last && !interrupted) {
    bar.update(tally.next - first, tally.last - first + 1)
    const overdue = setTimeout(() => hang(tally), OVERDUE_MS)
    const outcome = await play(scriptOf(tally.seed, tally.next, ground.setting), ground.setting, kept)
    clearTimeout(overdue)
    tally.add(outcome)
    if (options.run === null && options.mutation === null) await tally.save(stateFile)
    if (outcome.violations.length === 0) continue
    if (options.mutation !== null) {
      if (outcome.violations.some(({ invariant }) => invariant === ONCE)) break
      continue
    }
    bar.stop()
    process.stderr.write(toldOfFailure(outcome))
    if (!options.keepGoing) break
  }
  bar.stop()
  if (options.mutation !== null) return toldOfMutation(console, options.mutation, tally)
  console.result(tally.toJson(), () => toldOfTally(tally))
  if (interrupted && tally.next <= tally.last) console.note('go on with: npm run soak -- --resume')
  else if (tally.next > tally.last && options.run === null) await rm(stateFile, { force: true })
  return tally.failed.length > 0 ? 1 : 0
}

/** Everything in a run has its own end; where one comes to none, nobody who is asleep shall find out in the morning. */
function hang({ seed, next }: Tally): void {
  process.stderr.write(`soak: seed ${seed}, run ${next} does not come to an end: the machine itself hangs\n`)
  process.exit(3)
}

/** Without a fence something is published twice: where that is not found, the machine sees nothing. */
function toldOfMutation(console: Console, mutation: MutationName, { seed, runs, failed }: Tally): number {
  const found = failed.flatMap(({ run, what }) =>
    what.filter((line) => line.startsWith(ONCE)).map((line) => ({ run, line })),
  )
  console.result({ mutation, seed, runs, found }, () =>
    [
      `seed ${seed}, without the fence "${mutation}": ${found.length === 0 ? `nothing was published twice in ${runs} runs` : 'found'}`,
      ...found.map(({ run, line }) => `  run ${run}: ${line}`),
    ].join('\n'),
  )
  return found.length > 0 ? 0 : 1
}

/** Null where one shall be gone on with that is not there. */
async function begun({ resume, seed, run, from, runs }: Options): Promise<Tally | null> {
  if (resume) return Tally.load(stateFile)
  const chosen = seed ?? Math.floor(Math.random() * 1e6)
  return run === null ? new Tally(chosen, from, from + runs - 1) : new Tally(chosen, run, run)
}
