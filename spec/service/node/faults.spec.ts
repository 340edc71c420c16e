import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { editedVideo, rowOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { randomFrom } from '../../support/random.js'
import { assertWhole } from '../../support/whole.js'
import { errors } from '../../youtube/errors.js'
import type { Fault } from '../../youtube/faults.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

/** `npm run soak` has more of them. */
const videos = Number(process.env['REELSTATE_FAULT_VIDEOS'] ?? 12)
const seed = Number(process.env['REELSTATE_SEED'] ?? 1)

/** What may go wrong with any request; what is answered late comes late enough to matter, and soon enough to go on. */
const kinds: readonly Fault[] = [
  { kind: 'error', error: errors.backendError },
  { kind: 'error', error: errors.rateLimitExceeded, retryAfterSeconds: 1 },
  { kind: 'error', error: errors.notSignedIn },
  { kind: 'drop', afterBytes: 100_000 },
  { kind: 'keep', bytes: 262_144 },
  { kind: 'late', ms: 500 },
  { kind: 'lose answer' },
]

describe(`${videos} videos at a destination of which a tenth of all calls fail`, function () {
  this.timeout(60_000 + videos * 20_000)
  let log: TestLog
  let simulator: YoutubeSimulator
  let machine: Machine

  before(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start({ inserts: videos * 10, units: 1e6 })
    machine = await Machine.make(log.url)
    const credentials = join(machine.data, 'credentials.json')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    const account = { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` }
    const tube = { type: 'youtube', account: 'main', path: undefined, cut: 'fast', chunk_mebibytes: 1 }
    await machine.configure({ locations: { tube }, accounts: { main: account } })
  })
  after(async () => {
    await machine?.[Symbol.asyncDispose]()
    await simulator?.stop()
    await log?.close()
  })

  it('all are DONE or say why not, and none is there twice', async () => {
    const random = randomFrom(seed)
    let faults = 0
    simulator.faults.atRandom(() => {
      if (random() >= 0.1) return undefined
      faults++
      return kinds[Math.floor(random() * kinds.length)]
    })
    await machine.serve('node-a')
    await machine.serve('node-b')
    const ids: string[] = []
    for (let n = 0; n < videos; n++) {
      const start = (n * 3) % 20
      ids.push(await editedVideo(log.db, { upload_location: 'tube', video_ranges: [range(start, start + 4)] }))
    }
    const states = async () => {
      const { rows } = await log.db.query<{ state: string; n: number }>(
        'select state, count(*)::integer as n from reelstate.videos group by state',
      )
      return Object.fromEntries(rows.map(({ state, n }) => [state, n]))
    }
    const arrived = ['DONE', 'FAILED', 'REJECTED', 'UNCERTAIN', 'OUT_OF_SYNC']
    try {
      await until(
        async () => Object.keys(await states()).every((state) => arrived.includes(state)),
        'all have arrived',
        50 + videos * 18,
      )
    } catch (error) {
      const { rows } = await log.db.query<{ name: string; reason: string }>('select * from reelstate.locations')
      throw new Error(`${String(error)}: ${JSON.stringify({ states: await states(), locations: rows, faults })}`, {
        cause: error,
      })
    }
    assert.ok(faults > videos / 4, `${faults} faults`)
    const published = simulator.videos.all().map(({ id }) => id)
    const claimed: string[] = []
    for (const id of ids) {
      const { state, error, video_id, orphans } = await rowOf(log.db, id)
      if (state === 'DONE') claimed.push(video_id ?? '')
      else assert.ok((error ?? '') !== '', `${id} is ${state} without a reason`)
      claimed.push(...orphans.map((orphan) => orphan.video_id ?? ''))
    }
    // each publication is one that the log knows, and each video has one at the most
    assert.deepEqual([...published].sort(), [...claimed].sort())
    assert.equal(new Set(claimed).size, claimed.length)
    await assertWhole(log.db, ids)
  })
})
