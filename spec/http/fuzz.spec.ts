import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { withoutSignIn } from '../../src/http/signIn/signIn.js'
import { type BadRequest, badRequests, type OpenApi } from './fuzz/badRequests.js'
import { send } from './fuzz/send.js'
import { openWorkplace, type Workplace } from './workplace.js'

const REQUESTS = 10_000
/** Of so many at a time the memory is looked at. */
const ROUND = 2_500
const AT_ONCE = 8
const SEED = Number(process.env['REELSTATE_FUZZ_SEED'] ?? 20_261_129)
const secret = 'what lies outside of the folder of channels'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

describe(`bad requests of every route (REELSTATE_FUZZ_SEED=${SEED})`, function () {
  this.timeout(300_000)
  let folder: string
  let place: Workplace
  const troubles: unknown[] = []
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reelstate-fuzz-'))
    const root = join(folder, 'segments')
    const hour = join(root, 'main', 'source', '2026-01-31T18')
    await mkdir(hour, { recursive: true })
    await writeFile(join(hour, '00:00.000-2.000-full-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA.ts'), 'no stream')
    for (const path of [join(folder, 'outside'), join(root, '.hidden'), join(hour, '.hidden')])
      await writeFile(path, secret)
    await symlink(join(folder, 'outside'), join(hour, 'link.ts'))
    place = await openWorkplace({
      segments: root,
      temporary: join(folder, 'temporary'),
      signIn: withoutSignIn,
      onTrouble: (error) => void troubles.push(error),
    })
    await place.edited('one')
  })
  after(async () => {
    await place[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  it(`get no answer of the kind 5xx, change nothing, see no file outside, and leave no memory behind: ${REQUESTS} of them`, async () => {
    const document = (await (await fetch(`${place.url}/api/openapi.json`)).json()) as OpenApi
    const operations = badRequests(document)
    assert.ok(operations.length > 50, `${operations.length} operations`)
    const perOperation = Math.ceil(REQUESTS / operations.length)
    const requests = operations.flatMap((one, n) => fc.sample(one, { numRuns: perOperation, seed: SEED + n }))
    const before = await state()
    const memory: number[] = []
    const statuses = new Map<number, number>()
    const wrong: string[] = []
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    for (let from = 0; from < requests.length; from += ROUND) {
      const round = shuffled(requests.slice(from, from + ROUND), from)
      await eachAtOnce(round, async (request) => {
        const { status, body } = await send(place.port, agent, request)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        // what is another's business says so, and is in the document
        const isFine = status < 500 || (status === 501 && isNotOurs(document, request))
        if (!isFine || body.includes(secret))
          wrong.push(
            `${status} ${request.method} ${request.path.slice(0, 300)} ${String(request.body ?? '').slice(0, 200)}: ${body.slice(0, 200)}`,
          )
      })
      collectGarbage()
      memory.push(process.memoryUsage().heapUsed)
    }
    agent.destroy()
    assert.deepEqual(
      { wrong: wrong.slice(0, 20), troubles: troubles.map(String).slice(0, 5) },
      { wrong: [], troubles: [] },
    )
    assert.deepEqual(await state(), before)
    // most of them were understood, and refused
    assert.ok((statuses.get(400) ?? 0) > REQUESTS / 5, JSON.stringify([...statuses]))
    const grown = ((memory.at(-1) ?? 0) - (memory[0] ?? 0)) / 2 ** 20
    assert.ok(grown < 24, `the heap has grown by ${grown.toFixed(1)} MiB: ${memory.join(', ')}`)
  })

  /** All that a request might have changed; the board's hours follow from the log, and are counted when somebody asks. */
  async function state(): Promise<unknown> {
    const { rows } = await place.db.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'reelstate' and tablename not like 'board%' order by tablename`,
    )
    const counts: Record<string, unknown> = {}
    for (const { tablename } of rows) {
      const counted = await place.db.query<{ n: number }>(`select count(*)::integer as n from reelstate."${tablename}"`)
      counts[tablename] = counted.rows[0]?.n
    }
    const { rows: videos } = await place.db.query(`select to_jsonb(v) as row from reelstate.videos v order by id`)
    return {
      counts,
      videos,
      files: (await readdir(folder, { recursive: true })).filter((name) => !name.startsWith('temporary')).sort(),
    }
  }
})

function isNotOurs({ paths }: OpenApi, { operation }: BadRequest): boolean {
  const [method = '', path = ''] = operation.split(' ')
  const known = paths[path]?.[method.toLowerCase()] as { readonly responses?: Readonly<Record<string, unknown>> }
  return known.responses?.['501'] !== undefined
}

async function eachAtOnce<A>(all: readonly A[], act: (one: A) => Promise<void>): Promise<void> {
  const left = [...all]
  const one = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await act(next)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, one))
}

/** In an order of their own, the same for the same seed. */
function shuffled<A>(all: readonly A[], seed: number): A[] {
  const keys = fc.sample(fc.nat(), { numRuns: all.length, seed: SEED + seed })
  return all
    .map((one, n) => [keys[n] ?? 0, one] as const)
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)
}
