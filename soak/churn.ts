/** Three nodes that are killed and started again every few seconds, and many videos: all of them come through, each once. */
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { openConsole } from '../src/cli/console.js'
import { progressBar } from '../src/cli/progressBar.js'
import { Dice } from './dice.js'
import { keepEvidence } from './evidence.js'
import { Ground } from './ground.js'
import { type Violation, violations } from './invariants.js'
import type { LocationName } from './locations.js'
import type { Options } from './options.js'
import { People } from './people.js'
import { comeToRest } from './rest.js'
import { frameRanges, type Script } from './script.js'
import { World } from './world.js'

const VIDEOS = 300
const places: readonly LocationName[] = ['tube', 'tube', 'spool', 'single', 'shelf', 'papers', 'attic']
/** As nodes count time. */
const BETWEEN_KILLS_SECONDS = [5, 30] as const
const BACK_SECONDS = [0, 10] as const
/** So long none may come through, in milliseconds: how long all of them take is up to the machine. */
const STUCK_MS = 180_000
const REST_MS = 30_000
const STOP_MS = 10_000

/** @returns the exit code. */
export async function churn(options: Options): Promise<number> {
  const seed = options.seed ?? Math.floor(Math.random() * 1e6)
  const count = options.videos ?? VIDEOS
  const console = openConsole(options.json)
  console.note(`seed ${seed}, ${count} videos`)
  const dice = new Dice(seed)
  await using ground = await Ground.lay(options)
  await using world = await World.make(ground.setting)
  const people = new People(world)
  const beganMs = performance.now()
  for (let n = 0; n < count; n++)
    await people.want({
      location: dice.pick(places),
      atMs: 0,
      ranges: frameRanges(dice),
      only: null,
      illustrated: dice.chance(0.1),
    })
  const { kills, retried } = await killUntilDone(world, people, dice, count, progressBar(console, 'Videos', 'videos'))
  await Promise.all(world.nodes.map((node) => node.mend()))
  await world.serves()
  const waiting = await comeToRest(world, people, REST_MS)
  const ends = await Promise.all(world.nodes.map((node) => node.stop(STOP_MS)))
  const notDone = await others(world)
  const found = [...(await violations(world, people, waiting, ends)), ...notDone]
  const seconds = Math.round((performance.now() - beganMs) / 1000)
  const published = world.simulator.videos.all().length
  const script: Script = { seed, run: 0, videos: [], acts: [], faults: [], lastsMs: 0, lingersMs: 0 }
  const evidence = found.length === 0 ? null : await keepEvidence(world, script, found, resolve('data/soak'))
  console.result({ seed, videos: count, kills, retried, published, seconds, violations: found, evidence }, () =>
    [
      `seed ${seed}: ${count} videos in ${seconds} s, while nodes were killed ${kills} times: ` +
        (found.length === 0 ? 'all are DONE, each published once' : `it went wrong (${evidence})`) +
        `; ${retried} had lost so many nodes that a person had to retry them`,
      ...found.map(({ invariant, what }) => `  ✗ ${invariant}: ${what}`),
    ].join('\n'),
  )
  return found.length === 0 ? 0 : 1
}

/**
 * A video whose node dies is tried elsewhere, but not for ever: it may be what kills them. Then it waits for a person, who tries it again
 * here.
 */
async function killUntilDone(
  world: World,
  people: People,
  dice: Dice,
  videos: number,
  bar: ReturnType<typeof progressBar>,
): Promise<{ kills: number; retried: number }> {
  const { pace } = world.setting
  const ms = ([least, most]: readonly [number, number]): number => (dice.whole(least, most) * 1000) / pace
  let done = 0
  let stuckAtMs = performance.now() + STUCK_MS
  let kills = 0
  let retried = 0
  for (;;) {
    const { rows } = await world.db.query<{ n: number }>(
      `select count(*)::int as n from reelstate.videos where state = 'DONE'`,
    )
    const now = rows[0]?.n ?? 0
    if (now > done) stuckAtMs = performance.now() + STUCK_MS
    done = now
    bar.update(done, videos)
    if (done === videos || performance.now() > stuckAtMs) break
    const failed = await world.db.query<{ id: string }>(`select id from reelstate.videos where state = 'FAILED'`)
    for (const { id } of failed.rows) {
      await people.retry(id)
      retried++
    }
    await pause(ms(BETWEEN_KILLS_SECONDS))
    const node = dice.pick(world.nodes)
    if (!node.isRunning) continue
    world.chronicle.fault('node killed (kill -9)', `${node.name} is killed`)
    node.kill(ms(BACK_SECONDS))
    kills++
  }
  bar.stop()
  return { kills, retried }
}

async function others({ db }: World): Promise<Violation[]> {
  const { rows } = await db.query<{ id: string; state: string; error: string | null }>(
    `select id, state, error from reelstate.videos where state <> 'DONE'`,
  )
  return rows.map(({ id, state, error }) => ({
    invariant: 'every video comes through',
    what: `${id} is ${state} (${error})`,
    video: id,
  }))
}
