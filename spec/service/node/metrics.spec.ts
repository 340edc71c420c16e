import assert from 'node:assert/strict'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { resetVideo } from '../../../src/log/commands.js'
import { Exposition } from '../../support/exposition.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { ownFootage, range } from '../../support/nodeFootage.js'
import { becomes, becomesDone, editedVideo, editor, newVideo } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

describe('the metrics of a node at work', function () {
  this.timeout(300_000)
  let log: TestLog
  let machine: Machine
  let node: NodeProcess
  let simulator: YoutubeSimulator
  let paths: string[]

  before(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start()
    const own = await ownFootage()
    paths = own.paths
    machine = await Machine.make(log.url)
    const credentials = join(machine.data, 'credentials.json')
    const file = join(machine.data, 'file')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    await writeFile(file, '')
    await machine.configure({
      segments: own.root,
      locations: {
        unwritable: { path: join(file, 'below'), cut: 'rough', attempts: 2 },
        tube: { type: 'youtube', account: 'main', path: undefined, cut: 'fast' },
      },
      accounts: {
        main: { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` },
      },
    })
    node = await machine.serve('node-a')
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await simulator.stop()
    await log.close()
  })

  const scrape = async (): Promise<Exposition> => Exposition.parse(await (await fetch(`${node.url}/metrics`)).text())

  /** How many of the log's events there are of each type, all or those of this node. */
  async function eventsOf(by: string | null): Promise<Record<string, number>> {
    const { rows } = await log.db.query<{ type: string; count: number }>(
      `select type, count(*)::integer as count from reelstate.events where $1::text is null or node = $1 group by type`,
      [by],
    )
    return Object.fromEntries(rows.map(({ type, count }) => [type, count]))
  }

  /** A scrape that has seen the whole log. */
  async function upToDate(): Promise<Exposition> {
    let seen = await scrape()
    await until(
      async () => {
        const all = await eventsOf(null)
        seen = await scrape()
        return Object.entries(all).every(
          ([type, count]) => seen.by('reelstate_events_seen_total', 'type')[type] === count,
        )
      },
      'the node has seen the whole log',
      60,
    )
    return seen
  }

  it('say what the log says, whatever becomes of the videos', async () => {
    await truncate(paths[7] ?? '', 0)
    const done = await editedVideo(log.db)
    await becomesDone(log.db, done)
    const tube = await editedVideo(log.db, { upload_location: 'tube', video_ranges: [range(1, 5)] })
    await becomesDone(log.db, tube)
    const damaged = await editedVideo(log.db, { video_ranges: [range(13, 17)] })
    await becomes(log.db, damaged, 'has FAILED', ({ state }) => state === 'FAILED')
    const retried = await editedVideo(log.db, { upload_location: 'unwritable', video_ranges: [range(20, 22)] })
    await becomes(log.db, retried, 'has FAILED', ({ state }) => state === 'FAILED')
    const slow = await editedVideo(log.db, { upload_location: 'slow', video_ranges: [range(18, 28)] })
    await node.cutting()
    assert.ok(isRight(await resetVideo(log.db, slow, false, null, editor)))
    await becomes(log.db, slow, 'is UNEDITED', ({ state }) => state === 'UNEDITED')

    const seen = await upToDate()
    const [all, own] = [await eventsOf(null), await eventsOf('node-a')]
    assert.deepEqual(seen.by('reelstate_events_seen_total', 'type'), all)
    assert.deepEqual(seen.by('reelstate_events_appended_total', 'type'), own)
    assert.deepEqual(seen.by('reelstate_videos', 'state'), { DONE: 2, FAILED: 2, UNEDITED: 1 })
    assert.equal(seen.value('reelstate_claim_seconds_count'), own['Claimed'])
    assert.deepEqual(seen.by('reelstate_errors_total', 'class'), { attempt: own['Released'], final: own['Failed'] })
    assert.deepEqual(seen.by('reelstate_errors_total', 'node'), {
      'node-a': (own['Released'] ?? 0) + (own['Failed'] ?? 0),
    })
    // the last one was the limit
    assert.deepEqual(seen.by('reelstate_retries_total', 'class'), { attempt: 1 })
    for (const end of ['', '_total']) {
      assert.equal(seen.value(`videos_uploaded${end}`), 2)
      assert.equal(seen.value(`videos_marked_done${end}`), 1)
      assert.ok(seen.value(`no_candidates${end}`) > 0)
      assert.deepEqual(seen.by(`upload_errors${end}`, 'final_state'), { EDITED: 2, UNEDITED: 1 })
    }
    assert.equal(seen.value('videos_transcoding'), 0)
    const { rows } = await log.db.query<{ bytes: number; location: string }>(
      `select (e.data->>'bytes')::integer as bytes, v.upload_location as location
       from reelstate.events e join reelstate.videos v on e.stream = 'video/' || v.id where type = 'FinalizeStarted'`,
    )
    const sent = seen.by('reelstate_upload_bytes_total', 'location')
    for (const { location, bytes } of rows.filter((row) => row.location === 'tube')) assert.equal(sent[location], bytes)
    assert.ok((sent['local'] ?? 0) >= (rows.find(({ location }) => location === 'local')?.bytes ?? Infinity))
    const cut = seen.by('reelstate_cut_seconds_total', 'type')
    // the last that a cut tells of itself is when its last picture begins
    assert.ok(Math.abs((cut['fast'] ?? 0) - 4) < 0.05, `${cut['fast']} s`)
    assert.ok((cut['full'] ?? 0) >= 2 && (cut['full'] ?? 0) < 2 + 4 + 10, `${cut['full']} s`)
    assert.equal(
      seen.value('reelstate_read_lag_seconds_count'),
      Object.values(all).reduce((sum, each) => sum + each),
    )
    const heard = Object.entries(all).reduce((sum, [type, count]) => sum + (type === 'Claimed' ? 0 : count), 0)
    assert.equal(seen.value('reelstate_notify_lag_seconds_count'), heard)
  })

  it('show for how long an open transaction holds up whoever reads the log, and that it is over', async () => {
    const client = await log.db.connect()
    await client.query('begin')
    await client.query('select pg_current_xact_id()')
    try {
      await newVideo(log.db)
      const isBehind = async () => (await scrape()).value('reelstate_log_behind_seconds') > 0
      await until(isBehind, 'something is announced, but cannot be read', 30)
    } finally {
      await client.query('rollback')
      client.release()
    }
    await until(async () => (await scrape()).value('reelstate_log_behind_seconds') === 0, 'it is read', 60)
  })

  it('have nothing of what only people and destinations may know', async () => {
    const text = await (await fetch(`${node.url}/metrics`)).text()
    const { refresh_token: refresh, client_secret: secret } = CREDENTIALS
    for (const hidden of [refresh, secret, 'The raffle']) assert.ok(!text.includes(hidden), hidden)
    assert.ok((await readFile(join(machine.data, 'credentials.json'), 'utf8')).includes(refresh))
  })
})
