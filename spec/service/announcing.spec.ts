import assert from 'node:assert/strict'
import pg from 'pg'
import type { Webhook } from '../../src/announce/webhook.js'
import { moveLog } from '../../src/log/move.js'
import { beginWebhooks } from '../../src/log/webhooks.js'
import { doneVideo, failedVideo, placeIn, Teller, waitingVideo, webhook } from '../support/announcing.js'
import { HookServer } from '../support/hookServer.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { befalls, troubled } from '../support/locations.js'
import { edit } from '../support/moment.js'
import { until } from '../support/processes.js'

describe('telling a webhook', () => {
  let log: TestLog
  let server: HookServer
  let name = ''
  let count = 0
  const tellers: Teller[] = []
  before(async () => (log = await testLog()))
  after(() => log.close())
  // each webhook is new, so it is told of nothing that was before
  beforeEach(async () => {
    name = `chat${++count}`
    server = await HookServer.start()
  })
  afterEach(async () => {
    await stopAll()
    await server[Symbol.asyncDispose]()
  })

  async function tell(over: Partial<Webhook> = {}, options: Parameters<typeof Teller.start>[2] = {}): Promise<Teller> {
    const hook = webhook(server.url, { name, ...over })
    await beginWebhooks(log.db, [hook.name])
    const teller = await Teller.start(log.url, hook, options)
    tellers.push(teller)
    return teller
  }

  const stopAll = async (): Promise<void> => {
    for (const teller of tellers.splice(0)) await teller[Symbol.asyncDispose]()
  }

  const videos = (of: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${of}-${i}`)
  const failuresIn = async (): Promise<number> => (await placeIn(log.db, name))?.failures ?? 0
  const hasFailed = (times: number): Promise<void> =>
    until(async () => (await failuresIn()) >= times, `it has failed ${times} times`)
  /** All that there is has been told, and noted. */
  const isTold = (): Promise<void> =>
    until(async () => {
      const { rows } = await log.db.query(
        `select from reelstate.events e, reelstate.webhooks w
         where w.name like $1 || '%' and (e.txid, e.position) > (w.txid, w.position)`,
        [name],
      )
      return rows.length === 0
    }, 'all is told and noted')

  it('of a video that is done: once, within a second, with what is known of it', async () => {
    await tell()
    const beganMs = Date.now()
    await doneVideo(log.db, 'raffle')
    await server.has(1)
    const [got] = server.got
    assert.ok(got && got.atMs - beganMs < 1_000, `${got?.atMs} - ${beganMs}`)
    const { at, ...message } = got.message
    assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(message, {
      id: 'raffle/2',
      event: 'ManualLinked',
      kind: 'done',
      video: 'raffle',
      state: 'DONE',
      title: 'The raffle',
      location: 'local',
      video_link: 'https://example.org/raffle',
      video_id: 'of-raffle',
      error: null,
      actor: 'somebody',
    })
    await happens(log.db, 'raffle', 'SourceChanged', { source: { notes: 'still done' } })
    await doneVideo(log.db, 'other')
    await server.has(2)
    await isTold()
    assert.deepEqual(server.ids(), ['raffle/2', 'other/2'])
    assert.ok((await placeIn(log.db, name))?.deliveredAt)
  })

  it('of everything that needs a person, as the event says it', async () => {
    await tell()
    await failedVideo(log.db, 'failed')
    await happens(log.db, 'failed', 'SourceChanged', { source: {} })
    await waitingVideo(log.db, 'warned')
    await happens(log.db, 'warned', 'Warned', { kind: 'holes', message: 'node-a has a hole' })
    await doneVideo(log.db, 'refused')
    await happens(log.db, 'refused', 'Rejected', { video_id: 'of-refused', cause: 'copyright' })
    await doneVideo(log.db, 'plain')
    await happens(log.db, 'plain', 'ThumbnailFailed', { video_id: 'of-plain', cause: 'too large' })
    await happens(log.db, 'plain', 'ModificationDropped', {})
    const left = {
      attempt: 'a',
      upload_location: 'local',
      video_id: 'second',
      video_link: 'https://example.org/second',
    }
    await happens(log.db, 'plain', 'OrphanFound', left)
    await server.has(8)
    await isTold()
    assert.deepEqual(
      server.got.map(({ message: { id, kind, event, state, error } }) => [id, kind, event, state, error]),
      [
        ['failed/3', 'attention', 'Failed', 'FAILED', 'nobody has the footage'],
        ['warned/3', 'attention', 'Warned', 'EDITED', 'node-a has a hole'],
        ['refused/2', 'done', 'ManualLinked', 'DONE', null],
        ['refused/3', 'attention', 'Rejected', 'REJECTED', 'copyright'],
        ['plain/2', 'done', 'ManualLinked', 'DONE', null],
        ['plain/3', 'attention', 'ThumbnailFailed', 'OUT_OF_SYNC', 'too large'],
        ['plain/4', 'done', 'ModificationDropped', 'DONE', null],
        [
          ...['plain/5', 'attention', 'OrphanFound', 'DONE'],
          'published at local by an attempt that was over: https://example.org/second',
        ],
      ],
    )
  })

  it('of a location that its own troubles have paused, but not each time that it is tried again', async () => {
    await tell({ locations: ['store'] })
    await befalls(log.db, 'store', 'Troubled', troubled('a', { limit: 2 }))
    const paused = troubled('b', { limit: 2, until: '2026-01-31T18:00:00.000Z' })
    await befalls(log.db, 'elsewhere', 'Troubled', troubled('c', { limit: 1 }))
    await befalls(log.db, 'store', 'Troubled', paused)
    await befalls(log.db, 'store', 'Resumed', { why: 'looked into it' })
    const again = { video: 'v', attempt: 'd', instead_of: null }
    await befalls(log.db, 'store', 'ProbeStarted', again)
    await befalls(log.db, 'store', 'Troubled', troubled('d', { limit: 1, until: '2026-01-31T19:00:00.000Z' }))
    const refused = { trouble: 'account', cause: 'invalid_grant', limit: 1 } as const
    await befalls(log.db, 'store', 'Troubled', troubled('e', refused))
    await server.has(2)
    await isTold()
    assert.deepEqual(
      server.got.map(({ message: { id, kind, event, video, state, location, error } }) => ({
        ...{ id, kind, event, video, state, location, error },
      })),
      [
        ['location/store/2', 'it answered 503'],
        ['location/store/6', 'invalid_grant (until somebody resumes it)'],
      ].map(([id, error]) => ({
        ...{ id, kind: 'attention', event: 'Troubled', video: null, state: 'PAUSED', location: 'store', error },
      })),
    )
  })

  it('of what was adopted: with where that is, not where a later edit would have gone', async () => {
    await doneVideo(log.db, 'adopted')
    await happens(log.db, 'adopted', 'Reset', { force: true, reason: null })
    await happens(log.db, 'adopted', 'Edited', { edit: { ...edit, upload_location: 'elsewhere' } })
    await tell({ locations: ['local'] })
    await happens(log.db, 'adopted', 'OrphanAdopted', { orphan: 'of-adopted', processing: false })
    await server.has(1)
    const { event, location } = server.got[0]?.message ?? {}
    assert.deepEqual([event, location], ['OrphanAdopted', 'local'])
  })

  it('of the kinds and locations only that it asks for', async () => {
    const one = await HookServer.start()
    const other = await HookServer.start()
    try {
      await tell({ name: 'one', url: one.url, on: ['done'] })
      await tell({ name: 'other', url: other.url, locations: ['there', 'elsewhere'] })
      await tell()
      await doneVideo(log.db, 'here')
      await doneVideo(log.db, 'there', 'there')
      await failedVideo(log.db, 'lost')
      // each is told by itself, in its own time
      await server.has(3)
      await one.has(2)
      await other.has(2)
      await isTold()
      assert.deepEqual(server.ids(), ['here/2', 'there/2', 'lost/3'])
      assert.deepEqual(one.ids(), ['here/2', 'there/2'])
      assert.deepEqual(other.ids(), ['there/2', 'lost/3'])
    } finally {
      await one[Symbol.asyncDispose]()
      await other[Symbol.asyncDispose]()
    }
  })

  it('begins at the present end of the log, and goes on from where it was', async () => {
    await doneVideo(log.db, 'long-ago')
    await tell()
    await doneVideo(log.db, 'now')
    await server.has(1)
    await isTold()
    await stopAll()
    for (const id of videos('more', 3)) await doneVideo(log.db, id)
    await tell()
    await server.has(4)
    assert.deepEqual(server.ids(), ['now/2', 'more-0/2', 'more-1/2', 'more-2/2'])
  })

  it('loses nothing while its server is down, and tells it all in order when it is back', async () => {
    const teller = await tell()
    await server.down()
    for (const id of videos('missed', 5)) await doneVideo(log.db, id)
    await hasFailed(1)
    const place = await placeIn(log.db, name)
    assert.equal(place?.lastError, "it can't be reached (ECONNREFUSED)")
    assert.ok(place.notBefore)
    await server.up()
    await server.has(5)
    await isTold()
    assert.deepEqual(
      server.ids(),
      videos('missed', 5).map((id) => `${id}/2`),
    )
    const { failures, lastError, notBefore } = (await placeIn(log.db, name)) ?? {}
    assert.deepEqual({ failures, lastError, notBefore }, { failures: 0, lastError: null, notBefore: null })
    assert.deepEqual(teller.notices, [
      `webhook ${name}: it can't be reached (ECONNREFUSED); missed-0/2 is tried again`,
      `webhook ${name}: missed-0/2 was delivered, the rest follows`,
    ])
  })

  it('tries again what was answered with anything but 2xx, such as a redirect, after a while that news do not shorten, and keeps the order', async () => {
    server.answer = () =>
      server.got.length > 1 ? 200 : (response) => response.writeHead(302, { Location: '/elsewhere' }).end()
    await tell()
    await doneVideo(log.db, 'first')
    await hasFailed(1)
    assert.equal((await placeIn(log.db, name))?.lastError, 'it answered 302')
    for (const id of videos('next', 3)) await doneVideo(log.db, id)
    await server.has(5)
    assert.deepEqual(server.ids(), ['first/2', 'first/2', 'next-0/2', 'next-1/2', 'next-2/2'])
    assert.ok(server.got.every(({ path }) => path === '/hook'))
    const [one, again] = server.got
    assert.ok(again && one && again.atMs - one.atMs >= 790, `${again?.atMs} - ${one?.atMs}`)
  })

  it('is not held up by a server that hangs, and no other webhook is', async () => {
    const other = await HookServer.start()
    try {
      server.answer = () => (server.got.length === 1 ? 'hang' : 204)
      await tell({}, { sending: { timeoutMs: 500, nowMs: () => Date.now() } })
      await tell({ name: 'other', url: other.url })
      await doneVideo(log.db, 'hung')
      await server.has(1)
      await doneVideo(log.db, 'behind')
      await other.has(2)
      assert.equal(server.got.length, 1)
      await server.has(3)
      assert.deepEqual(server.ids(), ['hung/2', 'hung/2', 'behind/2'])
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })

  it('stops where the answer is 410, with one notice, until somebody starts anew', async () => {
    server.answer = () => 410
    const teller = await tell()
    await doneVideo(log.db, 'gone-a')
    await hasFailed(1)
    await doneVideo(log.db, 'gone-b')
    // a second webhook has heard of it, so the first one has, too
    const other = await HookServer.start()
    await tell({ name: 'other', url: other.url })
    await doneVideo(log.db, 'gone-c')
    await other.has(1)
    assert.deepEqual(server.ids(), ['gone-a/2'])
    assert.deepEqual(teller.notices, [
      `webhook ${name}: it is gone (410): nothing more is sent to it until this node is started anew`,
    ])
    assert.match((await placeIn(log.db, name))?.lastError ?? '', /410/)
    await stopAll()
    await other[Symbol.asyncDispose]()
    server.answer = () => 204
    await tell()
    await server.has(4)
    assert.deepEqual(server.ids().slice(1), ['gone-a/2', 'gone-b/2', 'gone-c/2'])
  })

  it('skips what was tried for too long, and says so; what follows has its own time', async () => {
    server.answer = ({ message }) => (message.video === 'poison' ? 400 : 204)
    const teller = await tell({}, { giveUpMs: 500 })
    await doneVideo(log.db, 'poison')
    await hasFailed(1)
    await happens(log.db, 'poison', 'Rejected', { video_id: 'of-poison', cause: 'copyright' })
    await doneVideo(log.db, 'good')
    await until(() => Promise.resolve(teller.notices.length > 1), 'it says more')
    const skipped = 'poison/2 was skipped, tried in vain for too long: it answered 400'
    assert.deepEqual(teller.notices, [
      `webhook ${name}: it answered 400; poison/2 is tried again`,
      `webhook ${name}: ${skipped}`,
    ])
    await until(async () => (await failuresIn()) === 1, 'the next has failed once')
    assert.equal((await placeIn(log.db, name))?.lastError, 'it answered 400')
    await until(() => Promise.resolve(server.ids().includes('good/2')), 'the good one has come')
    assert.deepEqual(server.ids(), ['poison/2', 'poison/2', 'poison/3', 'poison/3', 'good/2'])
  })

  it('is done by one of several, and by another one when that stops', async () => {
    const first = await tell()
    await doneVideo(log.db, 'before')
    await server.has(1)
    const second = await tell()
    for (const id of videos('both', 10)) await doneVideo(log.db, id)
    await server.has(11)
    await isTold()
    assert.equal(new Set(server.ids()).size, 11)
    assert.equal(server.got.length, 11)
    await first[Symbol.asyncDispose]()
    tellers.splice(0, tellers.length, second)
    await doneVideo(log.db, 'afterwards')
    await server.has(12, 2)
    assert.equal(server.ids().at(-1), 'afterwards/2')
  })

  it('waits for an event that an older transaction hides, and loses none that commits late', async () => {
    await tell()
    const slow = new pg.Client({ connectionString: log.url })
    await slow.connect()
    try {
      await slow.query('begin')
      await doneVideo(slow as never, 'slow')
      await doneVideo(log.db, 'fast')
      await slow.query('commit')
      await server.has(2)
      assert.deepEqual(server.ids(), ['slow/2', 'fast/2'])
    } finally {
      await slow.end()
    }
  })

  it('goes on by itself where its connection breaks, and repeats what it could not note, under the same id', async () => {
    const teller = await tell()
    const holding = new pg.Client({ connectionString: log.url })
    await holding.connect()
    try {
      // it is told, and cannot be noted
      server.answer = () => (response) =>
        void holding
          .query('begin')
          .then(() => holding.query('select from reelstate.webhooks for update'))
          .then(() => response.writeHead(204).end())
      await doneVideo(log.db, 'broken')
      await server.has(1)
      server.answer = () => 204
      await until(async () => {
        const { rowCount } = await log.db.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'spec teller ' || $1 and wait_event_type = 'Lock' and datname = current_database()`,
          [name],
        )
        return rowCount === 1
      }, 'it was about to note it')
      await holding.query('rollback')
    } finally {
      await holding.end()
    }
    await server.has(2)
    await doneVideo(log.db, 'whole')
    await server.has(3)
    await isTold()
    // also where it breaks while nothing is going on
    const { rowCount } = await log.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'spec teller ' || $1`,
      [name],
    )
    assert.equal(rowCount, 1)
    await doneVideo(log.db, 'idle')
    await server.has(4)
    assert.deepEqual(server.ids(), ['broken/2', 'broken/2', 'whole/2', 'idle/2'])
    assert.deepEqual(server.got[0]?.message, server.got[1]?.message)
    for (const notice of teller.notices) assert.match(notice, /^trouble: /)
  })

  it('goes on from the same place where the log has moved to another server', async () => {
    const [old, moved] = [await testLog(), await testLog()]
    try {
      await beginWebhooks(old.db, [name])
      const teller = await Teller.start(old.url, webhook(server.url, { name }))
      await doneVideo(old.db, 'told')
      await server.has(1)
      await teller[Symbol.asyncDispose]()
      await doneVideo(old.db, 'untold')
      await moveLog(old.db, moved.db, () => undefined)
      tellers.push(await Teller.start(moved.url, webhook(server.url, { name })))
      await doneVideo(moved.db, 'later')
      await server.has(3)
      assert.deepEqual(server.ids(), ['told/2', 'untold/2', 'later/2'])
    } finally {
      await stopAll()
      await old.close()
      await moved.close()
    }
  })
})
