import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { act } from '../../src/log/act.js'
import { moveLog } from '../../src/log/move.js'
import { registerNode } from '../../src/log/nodes.js'
import { readCurrent, readHistory } from '../../src/log/read.js'
import { rebuild } from '../../src/log/rebuild.js'
import { disagreements, replay } from '../../src/log/replay.js'
import { beginning, readTail } from '../../src/log/tail.js'
import { brokenEvents } from '../../src/log/verify.js'
import { happens, livedVideo, type TestLog, testLog } from '../support/log.js'
import { source } from '../support/moment.js'

const rowsOf = async ({ db }: TestLog) =>
  (await db.query<{ row: string }>('select v::text as row from reelstate.videos v order by id')).rows

describe('a replay', () => {
  let log: TestLog
  before(async () => {
    log = await testLog()
    await livedVideo(log.db, 'a')
    await livedVideo(log.db, 'b')
  })
  after(() => log.close())

  it('goes through the states that the log says, and ends where the row is', async () => {
    const replayed = await replay(log.db, 'a')
    assert.ok(isRight(replayed))
    const { steps, row } = replayed.right
    assert.ok(steps.every(({ after, loggedState }) => after === loggedState))
    assert.deepEqual(
      steps.slice(1).map(({ before }) => before),
      steps.slice(0, -1).map(({ after }) => after),
    )
    assert.deepEqual(row && (await disagreements(log.db, row)), [])
    const claimed = steps.find(({ event }) => event.type === 'Claimed')
    assert.deepEqual(
      claimed?.effects.map(({ type }) => type),
      ['cutAndUpload'],
    )
    assert.ok(claimed?.changed.some(({ column, to }) => column === 'uploader' && to === 'node-a'))
  })

  it('agrees with the row at every version', async () => {
    const fresh = await testLog()
    try {
      for (const { event } of await readHistory(log.db, 'a')) {
        if (isLeft(event)) throw new Error(event.left.why)
        await happens(fresh.db, 'a', event.right.type, event.right.data as never, event.right.node ?? 'node-a')
        const replayed = await replay(fresh.db, 'a')
        assert.ok(isRight(replayed) && replayed.right.row)
        assert.deepEqual(await disagreements(fresh.db, replayed.right.row), [])
      }
    } finally {
      await fresh.close()
    }
  })

  it('says which columns a row that was changed by hand has wrong', async () => {
    await log.db.query(`update reelstate.videos set video_title = 'by hand' where id = 'b'`)
    const replayed = await replay(log.db, 'b')
    assert.ok(isRight(replayed) && replayed.right.row)
    assert.deepEqual(await disagreements(log.db, replayed.right.row), [
      { column: 'video_title', from: 'by hand', to: 'The raffle, part 1' },
    ])
    await rebuild(log.db)
    assert.deepEqual(await disagreements(log.db, replayed.right.row), [])
  })

  it('gives the same rows, byte for byte, when all are rebuilt', async () => {
    const before = await rowsOf(log)
    assert.deepEqual(await rebuild(log.db), { videos: 2, locations: 0, accounts: 0, unreadable: [] })
    assert.deepEqual(await rowsOf(log), before)
  })

  it('stops at an event that cannot be read, and only that video stands still', async () => {
    await happens(log.db, 'future', 'Created', { source })
    await log.db.query(`insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at)
      values ('video/future', 2, 'Teleported', 1, 'ELSEWHERE', 9, '{}', now())`)
    const replayed = await replay(log.db, 'future')
    assert.ok(isLeft(replayed))
    assert.equal(replayed.left.version, 2)
    assert.deepEqual((await rebuild(log.db)).unreadable, ['future'])
    assert.ok(isRight(await act(log.db, 'a', { type: 'SourceChanged', data: () => ({ source: {} }), by: {} })))
  })
})

describe('an event that the chart would not have taken', () => {
  it('leaves its video where it is, as one that cannot be read, and only that one', async () => {
    // what was written there is no life that the chart leads to: nothing of it is looked at in the end
    const log = await testLog(false)
    try {
      await livedVideo(log.db, 'a')
      await happens(log.db, 'odd', 'Created', { source })
      await log.db.query(`insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at)
        values ('video/odd', 2, 'Retried', 1, 'EDITED', 1, '{"modification": null}', now())`)
      await log.db.query(`update reelstate.videos set version = 2, chart = 0 where id = 'odd'`)
      for (const read of [await replay(log.db, 'odd'), await readCurrent(log.db, 'odd')]) {
        assert.ok(isLeft(read))
        assert.deepEqual([read.left._tag, read.left.version], ['Unreadable', 2])
        assert.match(read.left.why, /the chart refuses Retried in UNEDITED/)
      }
      const refused = await act(log.db, 'odd', { type: 'DraftSaved', data: () => ({ edit: {} }), by: {} })
      assert.ok(isLeft(refused) && refused.left._tag === 'Unreadable')
      assert.deepEqual((await rebuild(log.db)).unreadable, ['odd'])
    } finally {
      await log.close()
    }
  })
})

describe('a log that moves to another server', () => {
  it('keeps every event readable, in order, with its hash, and goes on there', async () => {
    const [from, to] = [await testLog(), await testLog()]
    try {
      for (let i = 0; i < 40; i++) await livedVideo(from.db, `v${i}`)
      await from.db.query(
        `insert into reelstate.blobs (sha256, media_type, content) select encode(sha256('x'), 'hex'), 'text/plain', 'x'`,
      )
      const before = (await readTail(from.db, beginning, 10_000)).events
      const progress: number[] = []
      const moved = await moveLog(from.db, to.db, ({ done }) => progress.push(done))
      assert.deepEqual(moved, { events: before.length, videos: 40, locations: 0, accounts: 0, unreadable: [] })
      assert.equal(progress.at(-1), before.length)
      const after = (await readTail(to.db, beginning, 10_000)).events
      const comparable = (events: typeof before) => events.map(({ txid, ...event }) => (void txid, event))
      assert.deepEqual(comparable(after), comparable(before))
      assert.deepEqual(await brokenEvents(to.db), [])
      assert.deepEqual(await rowsOf(to), await rowsOf(from))
      const { position } = await happens(to.db, 'v0', 'SourceChanged', { source: {} })
      assert.ok(BigInt(position) > BigInt(before.at(-1)?.position ?? 0))
      const { events } = await readTail(to.db, { txid: '0', position: before.at(-1)?.position ?? '0' })
      assert.deepEqual(
        events.map(({ type }) => type),
        ['SourceChanged'],
      )
    } finally {
      await from.close()
      await to.close()
    }
  })

  it('does not move onto another history, nor while a node is running', async () => {
    const [from, to] = [await testLog(), await testLog()]
    try {
      await livedVideo(from.db, 'a')
      await livedVideo(to.db, 'b')
      await assert.rejects(
        moveLog(from.db, to.db, () => undefined),
        /not empty/,
      )
      await registerNode(from.db, { name: 'busy', host: 'h', pid: 1, version: '0', locations: {} })
      await assert.rejects(
        moveLog(from.db, to.db, () => undefined),
        /nodes are running: busy/,
      )
      assert.equal((await rowsOf(to)).length, 1)
    } finally {
      await from.close()
      await to.close()
    }
  })
})
