/** Lives of effects, the process of all of them killed once each has come to its place. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connect } from '../../../src/log/database.js'
import { typesOf } from '../../support/nodeVideos.js'
import { YoutubeSimulator } from '../../youtube/simulator.js'
import { type Aftermath, aftermath } from './aftermath.js'
import type { Run } from './run.js'
import { record, type Scenario, type Scene } from './scenarios.js'
import { survive } from './survivor.js'

export interface Life {
  readonly scenario: Scenario
  /** Before which operation it is killed; null for none. */
  readonly before: number | null
  /** Who goes on: another node, or the same one started anew. */
  readonly by: 'another node' | 'the same node'
}

export interface Enacted extends Life {
  /** What the effect has begun to do; the last of them was not done, unless it came to its end. */
  readonly operations: readonly string[]
  /** What the log got after the kill. */
  readonly then: readonly string[]
  readonly after: Aftermath
}

const victim = fileURLToPath(new URL('./victim.ts', import.meta.url))
const cwd = fileURLToPath(new URL('../../..', import.meta.url))
let lives = 0

/** So many are gone on with at a time. */
const SIDE_BY_SIDE = 4

export async function enact(url: string, all: readonly Life[]): Promise<Enacted[]> {
  const db = connect({ url, name: 'survivors', connections: 4 * SIDE_BY_SIDE })
  const scenes: Scene[] = []
  const footage = { whole: await record(false), damaged: await record(true) }
  const place = await mkdtemp(join(tmpdir(), 'reelstate-crash-'))
  try {
    for (const { scenario, before } of all) {
      const video = `life${++lives}`
      const simulator = scenario.to === 'youtube' ? await YoutubeSimulator.start() : null
      const at = simulator?.url ?? join(place, video, 'published')
      const root = footage[scenario.isDamaged === true ? 'damaged' : 'whole'].root
      const run: Run = {
        effect: scenario.effect,
        video,
        node: `${video}-victim`,
        destination: { type: scenario.to, at },
        root,
        before,
      }
      const scene = { db, run, simulator }
      scenes.push(scene)
      await scenario.prepare(scene)
      breakDown(scene, scenario)
    }
    const operations = await kill(
      url,
      scenes.map(({ run }) => run),
    )
    const enacted: Enacted[] = []
    const rest = [...all.entries()]
    async function goOn(): Promise<void> {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        const [n, life] = next
        const scene = scenes[n]
        if (scene !== undefined)
          enacted[n] = { ...life, operations: operations[n] ?? [], ...(await followUp(scene, life)) }
      }
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, goOn))
    return enacted
  } finally {
    for (const { simulator } of scenes) await simulator?.stop()
    for (const machine of Object.values(footage)) await machine[Symbol.asyncDispose]()
    await rm(place, { recursive: true, force: true })
    await db.end()
  }
}

async function followUp(scene: Scene, { by }: Life): Promise<Pick<Enacted, 'then' | 'after'>> {
  const { db, run, simulator } = scene
  simulator?.faults.atRandom(() => undefined)
  const before = await typesOf(db, run.video)
  await survive(db, run, by === 'the same node' ? run.node : `${run.video}-another`)
  return { then: (await typesOf(db, run.video)).slice(before.length), after: await aftermath(scene) }
}

function breakDown({ simulator }: Scene, { breaks, error }: Scenario): void {
  if (breaks === undefined || error === undefined) return
  simulator?.faults.atRandom(({ url = '', headers }) => {
    const isOfUpload = url.includes('upload_id=')
    return isOfUpload && breaks(headers['content-range'] ?? '') ? { kind: 'error', error } : undefined
  })
}

/** @returns what each has begun to do. */
async function kill(url: string, runs: readonly Run[]): Promise<string[][]> {
  const child = spawn(process.execPath, ['--import', 'tsx', victim], { cwd, stdio: ['pipe', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stdin.end(JSON.stringify({ url, runs }))
  const [code, signal] = (await closed) as [number | null, string | null]
  if (signal !== 'SIGKILL') throw new Error(`the victim ended by itself (${String(code ?? signal)}): ${output}`)
  return JSON.parse(output) as string[][]
}
