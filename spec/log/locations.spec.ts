import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { stateName } from '../../machines/decide.js'
import { listen, type Notice } from '../../src/log/listen.js'
import { pauseLocation, resumeLocation } from '../../src/log/locationCommands.js'
import { actOnLocation, listLocations, readGate, readLocation } from '../../src/log/locations.js'
import { moveLog } from '../../src/log/move.js'
import { signOff } from '../../src/log/nodes.js'
import { noteQuota, quotaUsed } from '../../src/log/quota.js'
import { rebuild } from '../../src/log/rebuild.js'
import { beginning, readTail } from '../../src/log/tail.js'
import { brokenEvents } from '../../src/log/verify.js'
import { claimable, nextDueMs } from '../../src/log/work.js'
import { befalls, locationOf, offering, troubled } from '../support/locations.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

const by = { actor: 'somebody' }
const hence = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

describe('a location in the log', () => {
  let log: TestLog
  beforeEach(async () => (log = await testLog()))
  afterEach(() => log.close())

  async function waits(id: string, upload_location = 'tube'): Promise<void> {
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit: { ...edit, upload_location } })
  }
  async function claimableFor(...locations: string[]): Promise<string[]> {
    const found: string[] = []
    for await (const { id, putOff } of claimable(log.db, { node: 'node-a', locations, onlyNamed: false }, 2))
      found.push(putOff ? `(${id})` : id)
    return found
  }

  it('is paused for all of its videos and for no other, and tells the listeners', async () => {
    await offering(log.db, ['tube', 'disk'])
    for (const id of ['a', 'b', 'c']) await waits(id)
    await waits('d', 'disk')
    const notices: Notice[] = []
    let wake: () => void = () => undefined
    const listening = await listen(
      { url: log.url, name: 'spec listener', db: log.db },
      {
        onNotice: (notice) => (notices.push(notice), wake()),
        onConnected: () => undefined,
        onLost: () => undefined,
      },
    )
    try {
      const arrived = new Promise<void>((resolve) => (wake = resolve))
      assert.ok(isRight(await pauseLocation(log.db, 'tube', 'the line is needed', null, by)))
      await arrived
      const [{ position = 0 } = {}] = notices
      assert.deepEqual(notices, [
        { id: null, stream: 'location/tube', version: 1, position, type: 'Paused', state: 'PAUSED' },
      ])
    } finally {
      await listening.close()
    }
    assert.deepEqual(await claimableFor('tube', 'disk'), ['d'])
    const { pausedAt, ...tube } = await locationOf(log.db, 'tube')
    assert.ok(pausedAt)
    assert.deepEqual(tube, {
      ...{ name: 'tube', type: 'local', account: null, state: 'PAUSED', reason: 'the line is needed', until: null },
      ...{ version: 1, pausedBy: 'somebody', waiting: 3, failures: 0, probe: null },
    })
    assert.ok(isRight(await resumeLocation(log.db, 'tube', 'it is free', by)))
    assert.deepEqual(await claimableFor('tube', 'disk'), ['a', 'b', 'c', 'd'])
  })

  it('is refused where nobody knows it, where the time is past, and where it is not paused', async () => {
    const none = await pauseLocation(log.db, 'tube', 'why', null, by)
    assert.ok(isLeft(none) && none.left._tag === 'Invalid')
    assert.match(none.left.problems[0]?.allowed ?? '', /no node has ever been started/)
    await offering(log.db, ['tube', 'disk'])
    const unknown = await pauseLocation(log.db, 'tub', 'why', null, by)
    assert.ok(isLeft(unknown) && unknown.left._tag === 'Invalid')
    assert.deepEqual(unknown.left.problems, [
      { field: 'location', found: '"tub"', allowed: 'one of the known locations: disk, tube' },
    ])
    const past = await pauseLocation(log.db, 'tube', 'why', { until: hence(-1) }, by)
    assert.ok(isLeft(past) && past.left._tag === 'Invalid')
    assert.match(past.left.problems[0]?.allowed ?? '', /still to come; now it is 20/)
    const ready = await resumeLocation(log.db, 'tube', 'why', by)
    assert.ok(isLeft(ready) && ready.left._tag === 'LocationNotAllowed')
    assert.deepEqual([ready.left.state, ready.left.possible], ['READY', ['Troubled', 'Paused']])
    assert.deepEqual((await readTail(log.db, beginning)).events, [])
  })

  it('wakes who waits for it when its pause ends, and then lets one video be tried', async () => {
    await offering(log.db, ['tube'])
    await waits('a')
    assert.equal(await nextDueMs(log.db, ['tube']), null)
    assert.ok(isRight(await pauseLocation(log.db, 'tube', 'a moment', { forMs: 300 }, by)))
    assert.deepEqual(await claimableFor('tube'), [])
    const dueMs = await nextDueMs(log.db, ['tube'])
    assert.ok(dueMs !== null && dueMs > 0 && dueMs <= 300, String(dueMs))
    assert.equal(await nextDueMs(log.db, ['disk']), null)
    const early = await actOnLocation(log.db, 'tube', {
      ...{ type: 'ProbeStarted', data: () => ({ video: 'a', attempt: '1', instead_of: null }), by },
    })
    assert.ok(isLeft(early))
    while ((await readGate(log.db, 'tube')).gate === 'closed');
    assert.equal((await readGate(log.db, 'tube')).gate, 'probe')
    assert.deepEqual(await claimableFor('tube'), ['a'])
    await befalls(log.db, 'tube', 'ProbeStarted', { video: 'a', attempt: '1', instead_of: null })
    assert.deepEqual(await claimableFor('tube'), [])
    await befalls(log.db, 'tube', 'Probed', { attempt: '1' })
    assert.deepEqual(await claimableFor('tube'), ['a'])
  })

  it('tries another video before the one that failed last', async () => {
    for (const id of ['a', 'b', 'c']) await waits(id)
    await befalls(log.db, 'tube', 'Troubled', troubled('1', { video: 'a', limit: 1 }))
    await befalls(log.db, 'tube', 'Resumed', { why: 'try' })
    assert.deepEqual(await claimableFor('tube'), ['(a)', 'b', 'c'])
    await befalls(log.db, 'tube', 'ProbeStarted', { video: 'b', attempt: '2', instead_of: null })
    await befalls(log.db, 'tube', 'Probed', { attempt: '2' })
    assert.deepEqual(await claimableFor('tube'), ['a', 'b', 'c'])
  })

  it('waits for what is tried as long as a living node is at work on it, and no longer', async () => {
    await offering(log.db, ['tube'])
    await waits('a')
    await waits('b')
    await befalls(log.db, 'tube', 'Paused', { why: 'why', until: null })
    await befalls(log.db, 'tube', 'Resumed', { why: 'why' })
    await befalls(log.db, 'tube', 'ProbeStarted', { video: 'a', attempt: '1', instead_of: null })
    // as if it were an hour ago: the grace between the two appends of a claim is over
    const older = () =>
      log.db.query(`update reelstate.locations set probe_at = probe_at - interval '1 hour' where name = 'tube'`)
    await older()
    const gate = async () => (await readGate(log.db, 'tube')).gate
    assert.equal(await gate(), 'probe', 'it was never claimed')
    await happens(log.db, 'a', 'Claimed', { attempt: '1', attempts_limit: 3, why: null })
    assert.equal(await gate(), 'closed', 'its node is at work')
    await log.db.query(`update reelstate.nodes set beat_at = beat_at - interval '1 hour'`)
    assert.equal(await gate(), 'probe', 'its node is silent')
    await offering(log.db, ['tube'])
    assert.equal(await gate(), 'closed', 'it is back')
    await signOff(log.db, 'node-a')
    assert.equal(await gate(), 'probe', 'its node was stopped')
    const takeOver = (instead_of: string | null) =>
      actOnLocation(log.db, 'tube', {
        ...{ type: 'ProbeStarted', data: () => ({ video: 'b', attempt: '2', instead_of }), by },
      })
    assert.ok(isLeft(await takeOver(null)))
    assert.ok(isRight(await takeOver('1')))
    assert.equal(await gate(), 'closed')
  })

  it('finds what may be claimed by the index, however many wait for a paused location', async () => {
    for (const id of ['a', 'b']) await waits(id, 'disk')
    await waits('paused')
    await log.db.query(
      `insert into reelstate.videos select r.* from reelstate.videos v, generate_series(1, 20000) n,
         jsonb_populate_record(v, jsonb_build_object('id', 'p' || n)) r where v.id = 'paused'`,
    )
    await log.db.query('analyze reelstate.videos')
    await befalls(log.db, 'tube', 'Paused', { why: 'why', until: null })
    const on = await log.db.connect()
    try {
      // the node's own statement, looked at from within the server
      await on.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on`)
      await on.query('set auto_explain.log_level = notice; set client_min_messages = notice')
      const plans: string[] = []
      on.on('notice', ({ message }) => plans.push(message ?? ''))
      const found: string[] = []
      for await (const { id } of claimable(on, { node: 'node-a', locations: ['tube', 'disk'], onlyNamed: false }))
        found.push(id)
      assert.equal(await nextDueMs(on, ['tube', 'disk']), null)
      assert.deepEqual(found, ['a', 'b'])
      const plan = plans.join('\n')
      assert.match(plan, /Index Scan using videos_turn/)
      assert.match(plan, /Index (Only )?Scan using videos_due/)
      assert.doesNotMatch(plan, /Seq Scan on videos/)
      assert.doesNotMatch(plan, /Rows Removed by Filter: \d{3,}/)
    } finally {
      on.release(true)
      await log.db.query(`delete from reelstate.videos where id like 'p_%' and id <> 'paused'`)
    }
  })

  it('loses no event of many at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        actOnLocation(log.db, 'tube', { type: 'Troubled', data: () => troubled(`a${i}`, { limit: 100 }), by }),
      ),
    )
    assert.ok(outcomes.every(isRight))
    const read = await readLocation(log.db, 'tube')
    assert.ok(isRight(read))
    assert.deepEqual([read.right.version, read.right.snapshot.context.failures.length], [12, 12])
  })

  it('is the same, byte for byte, when all is rebuilt, and when the log has moved to another server', async () => {
    const to = await testLog()
    try {
      await waits('a')
      for (const attempt of ['1', '2', '3'])
        await befalls(log.db, 'tube', 'Troubled', troubled(attempt, { video: 'a', until: hence(60) }))
      await befalls(log.db, 'disk', 'Paused', { why: 'why', until: null })
      await befalls(log.db, 'disk', 'Resumed', { why: 'why' })
      await befalls(log.db, 'disk', 'ProbeStarted', { video: 'a', attempt: '4', instead_of: null })
      await noteQuota(log.db, 'main', { day: '2026-01-31', used: { 'videos.list': { calls: 2, units: 2 } } }, 'node-a')
      await noteQuota(log.db, 'main', { day: '2026-02-01', used: { 'videos.list': { calls: 1, units: 1 } } }, 'node-b')
      const rows = async ({ db }: TestLog) =>
        (
          await db.query<{ row: string }>(
            `select l::text as row from reelstate.locations l union all select a::text from reelstate.accounts a
             union all select q::text from reelstate.quota_used q order by 1`,
          )
        ).rows
      const before = await rows(log)
      assert.equal(before.length, 5)
      assert.deepEqual(await rebuild(log.db), { videos: 1, locations: 2, accounts: 1, unreadable: [] })
      assert.deepEqual(await rows(log), before)
      assert.deepEqual(await brokenEvents(log.db), [])
      await moveLog(log.db, to.db, () => undefined)
      assert.deepEqual(await rows(to), before)
      await befalls(to.db, 'disk', 'Probed', { attempt: '4' })
      assert.ok((await readTail(to.db, beginning)).events.every(({ event }) => isRight(event)))
    } finally {
      await to.close()
    }
  })

  it('stands still where an event cannot be read, and says which', async () => {
    await befalls(log.db, 'tube', 'Paused', { why: 'why', until: null })
    await log.db.query(`insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at)
      values ('location/tube', 2, 'Painted', 1, 'BLUE', 9, '{}', now())`)
    assert.deepEqual((await rebuild(log.db)).unreadable, ['location/tube'])
    const { events } = await readTail(log.db, beginning)
    assert.deepEqual(
      events.map(({ event, state }) => [isRight(event), state]),
      [
        [true, 'PAUSED'],
        [false, 'BLUE'],
      ],
    )
  })

  it('is folded anew where another version of the chart has folded it', async () => {
    await befalls(log.db, 'tube', 'Paused', { why: 'why', until: null })
    await log.db.query(`update reelstate.locations set chart = 0, snapshot = '{"value": "GONE", "context": {}}'`)
    const read = await readLocation(log.db, 'tube')
    assert.ok(isRight(read) && stateName(read.right.snapshot) === 'PAUSED')
    assert.ok(isRight(await resumeLocation(log.db, 'tube', 'why', by)))
    assert.deepEqual(
      (await listLocations(log.db)).map(({ name, state, type }) => [name, state, type]),
      [['tube', 'PROBING.WAITING', null]],
    )
  })
})

describe('the quota of an account in the log', () => {
  let log: TestLog
  before(async () => (log = await testLog()))
  after(() => log.close())

  it('adds up what nodes have spent at the same time, by day and method, and loses nothing', async () => {
    const spent = { 'videos.insert': { calls: 1, units: 0 }, 'videos.list': { calls: 3, units: 3 } }
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        noteQuota(log.db, 'main', { day: `2026-01-${i % 2 === 0 ? '30' : '31'}`, used: spent }, `node-${i}`),
      ),
    )
    assert.deepEqual(await quotaUsed(log.db, 'main', '2026-01-31'), {
      'videos.insert': { calls: 10, units: 0 },
      'videos.list': { calls: 30, units: 30 },
    })
    assert.deepEqual(await quotaUsed(log.db, 'main', '2026-02-01'), {})
    const { events } = await readTail(log.db, beginning)
    assert.deepEqual(
      events.map(({ version, stream }) => `${stream} ${version}`).sort(),
      Array.from({ length: 20 }, (_, i) => `account/main ${i + 1}`).sort(),
    )
    assert.deepEqual(await brokenEvents(log.db), [])
  })

  it('notifies nobody: commits that notify go one at a time', async () => {
    const notices: Notice[] = []
    let wake: () => void = () => undefined
    const listening = await listen(
      { url: log.url, name: 'spec listener', db: log.db },
      {
        onNotice: (notice) => (notices.push(notice), wake()),
        onConnected: () => undefined,
        onLost: () => undefined,
      },
    )
    try {
      const arrived = new Promise<void>((resolve) => (wake = resolve))
      await noteQuota(log.db, 'main', { day: '2026-01-31', used: { 'videos.list': { calls: 1, units: 1 } } }, 'node-a')
      await befalls(log.db, 'tube', 'Paused', { why: 'why', until: null })
      await arrived
      assert.deepEqual(
        notices.map(({ stream }) => stream),
        ['location/tube'],
      )
    } finally {
      await listening.close()
    }
  })
})
