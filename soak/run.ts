/** One run: a script is played to a world, everything comes to rest, and what must hold is looked at. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Chronicle } from './chronicle.js'
import { count } from './chronicle.js'
import { Faults } from './faults.js'
import { type Violation, violations } from './invariants.js'
import { Moments } from './moments.js'
import { People } from './people.js'
import { comeToRest, isQuiet } from './rest.js'
import type { Script } from './script.js'
import { keepEvidence, logOf } from './evidence.js'
import { type Setting, World } from './world.js'

/** Once the faults are over; in milliseconds. */
const REST_MS = 15_000
/** Of a node that is told to stop. */
const STOP_MS = 10_000

export interface Outcome {
  readonly script: Script
  readonly violations: readonly Violation[]
  readonly chronicle: Chronicle
  /** Videos by the states that they ended in. */
  readonly states: ReadonlyMap<string, number>
  /** How long it took from the beginning, and from the end of the faults until all was at rest. */
  readonly seconds: number
  readonly restSeconds: number
  /** Of the videos that went wrong, a line an event. */
  readonly logs: ReadonlyMap<string, readonly string[]>
  /** Where everything is that can tell about it; null where nothing is wrong. */
  readonly evidence: string | null
}

/** @param evidenceFolder what is kept of a run that went wrong lies there. */
export async function play(script: Script, setting: Setting, evidenceFolder: string): Promise<Outcome> {
  const beganMs = performance.now()
  await using world = await World.make(setting)
  const people = new People(world)
  await act(script, world, people)
  const overMs = performance.now()
  let waiting = await comeToRest(world, people, REST_MS)
  const restSeconds = (performance.now() - overMs) / 1000
  world.chronicle.note('  all is at rest')
  if (script.lingersMs > 0) {
    await pause(script.lingersMs)
    waiting = await comeToRest(world, people, REST_MS)
  }
  const ends = await Promise.all(world.nodes.map((node) => node.stop(STOP_MS)))
  const found = await violations(world, people, waiting, ends)
  const wrong = [...new Set(found.flatMap(({ video }) => video ?? []))]
  return {
    script,
    violations: found,
    logs: new Map(await Promise.all(wrong.map(async (id) => [id, await logOf(world, id)] as const))),
    chronicle: world.chronicle,
    states: await statesOf(world),
    seconds: (performance.now() - beganMs) / 1000,
    restSeconds,
    evidence: found.length === 0 ? null : await keepEvidence(world, script, found, evidenceFolder),
  }
}

/** So long at most; in milliseconds. A busy machine takes longer to come to the moments of a script. */
const LONGEST_MS = 8_000

async function untilNothingMoves(world: World): Promise<void> {
  const until = performance.now() + LONGEST_MS
  while (performance.now() < until && !(await isQuiet(world))) await pause(100)
}

/** People and faults, each at its time. */
async function act(script: Script, world: World, people: People): Promise<void> {
  const moments = await Moments.of(world)
  const faults = new Faults(world, moments, script.seed + script.run)
  const playing = Promise.all(script.faults.map((fault) => faults.play(fault)))
  const wanting = script.videos.map(async (video) => {
    await pause(video.atMs)
    return people.want(video)
  })
  const acting = Promise.all([
    ...wanting,
    ...script.acts.map(async (deed) => {
      const met = await moments.wait(deed.when)
      const id = met?.video ?? (met && (await wanting[deed.video]))
      if (id) await people.do(deed, id)
    }),
  ])
  // what goes wrong here itself is told as they are waited for
  for (const promise of [playing, acting]) promise.catch(() => undefined)
  await pause(script.lastsMs)
  await Promise.race([playing, untilNothingMoves(world)])
  await moments[Symbol.asyncDispose]()
  await playing
  await faults.end()
  await acting
  if (await world.serves()) world.chronicle.note('  all nodes serve')
}

async function statesOf({ db }: World): Promise<Map<string, number>> {
  const { rows } = await db.query<{ state: string; n: number }>(
    'select state, count(*)::int as n from reelstate.videos group by state',
  )
  const states = new Map<string, number>()
  for (const { state, n } of rows) count(states, state, n)
  return states
}
