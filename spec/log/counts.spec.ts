import assert from 'node:assert/strict'
import { condenseCounts, countsByState } from '../../src/log/counts.js'
import { moveLog } from '../../src/log/move.js'
import { registerNode } from '../../src/log/nodes.js'
import { rebuild } from '../../src/log/rebuild.js'
import { happens, livedVideo, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

describe('how many videos are in each state', function () {
  this.timeout(60_000)
  let log: TestLog
  beforeEach(async () => (log = await testLog()))
  afterEach(() => log.close())

  const changes = async () =>
    (await log.db.query<{ count: number }>('select count(*)::integer as count from reelstate.state_counts')).rows[0]
      ?.count ?? 0
  const addRows = (state: string, most: number) =>
    log.db.query(`insert into reelstate.state_counts select $1, 1 from generate_series(1, $2::integer)`, [state, most])

  it('is kept with each event, in its transaction', async () => {
    await happens(log.db, 'a', 'Created', { source })
    await happens(log.db, 'b', 'Created', { source })
    assert.deepEqual(await countsByState(log.db), { UNEDITED: 2 })
    await happens(log.db, 'a', 'Edited', { edit })
    assert.deepEqual(await countsByState(log.db), { EDITED: 1, UNEDITED: 1 })
    const on = await log.db.connect()
    try {
      await on.query('begin')
      await happens(on as never, 'b', 'Edited', { edit })
      assert.deepEqual(await countsByState(log.db), { EDITED: 1, UNEDITED: 1 })
      assert.deepEqual(await countsByState(on), { EDITED: 2 })
      await on.query('rollback')
    } finally {
      on.release()
    }
    assert.deepEqual(await countsByState(log.db), { EDITED: 1, UNEDITED: 1 })
  })

  it('is the same once the changes are put together, also by two at once and while events come', async () => {
    await happens(log.db, 'a', 'Created', { source })
    await addRows('DONE', 500)
    const before = { ...(await countsByState(log.db)) }
    const done = await Promise.all([
      condenseCounts(log.db),
      condenseCounts(log.db),
      happens(log.db, 'a', 'Edited', { edit }),
    ])
    assert.ok(done[0] || done[1])
    assert.deepEqual(before, { DONE: 500, UNEDITED: 1 })
    assert.deepEqual(await countsByState(log.db), { DONE: 500, EDITED: 1 })
    assert.ok((await changes()) < 10)
    await addRows('DONE', 0)
    await log.db.query(`insert into reelstate.state_counts values ('DONE', -500)`)
  })

  it('lets nobody wait: whoever appends goes on while the changes are put together', async () => {
    await happens(log.db, 'a', 'Created', { source })
    await addRows('DONE', 500)
    const on = await log.db.connect()
    try {
      await on.query('begin')
      assert.equal(await condenseCounts(on), true)
      await happens(log.db, 'a', 'Edited', { edit })
      assert.deepEqual(await countsByState(log.db), { DONE: 500, EDITED: 1 })
      await on.query('commit')
    } finally {
      on.release()
    }
    assert.deepEqual(await countsByState(log.db), { DONE: 500, EDITED: 1 })
    await log.db.query(`insert into reelstate.state_counts values ('DONE', -500)`)
  })

  it('stays right when the rows are rebuilt, moved to another server, deleted or truncated', async () => {
    await livedVideo(log.db, 'a')
    await happens(log.db, 'b', 'Created', { source })
    const whole = await countsByState(log.db)
    assert.deepEqual(whole, { MODIFIED: 1, UNEDITED: 1 })
    await rebuild(log.db)
    assert.deepEqual(await countsByState(log.db), whole)
    const other = await testLog()
    try {
      await moveLog(log.db, other.db, () => undefined)
      assert.deepEqual(await countsByState(other.db), whole)
    } finally {
      await other.close()
    }
    await log.db.query(`delete from reelstate.videos where id = 'b'`)
    assert.deepEqual(await countsByState(log.db), { MODIFIED: 1 })
    await log.db.query('truncate reelstate.videos')
    assert.deepEqual(await countsByState(log.db), {})
    assert.deepEqual((await log.db.query('select from reelstate.video_texts')).rows, [])
    await rebuild(log.db)
    assert.deepEqual(await countsByState(log.db), whole)
  })

  it('is right, as is since when, where a node of the version before appends and rebuilds', async () => {
    await registerNode(log.db, { name: 'old', host: 'h', pid: 1, version: '0', locations: {} })
    await happens(log.db, 'a', 'Created', { source })
    const since = async () =>
      (await log.db.query<{ since: Date }>(`select state_since as since from reelstate.videos where id = 'a'`)).rows[0]
        ?.since
    // what its statements do to the row: they name every column but the one that they do not know
    const olds = (version: number, type: string, data: object, state: string, at: string) =>
      log.db.query(
        `with moved as (update reelstate.videos set version = $1, state = $4 where id = 'a' returning id)
         insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at)
         select 'video/' || id, $1, $2, 1, $4, 3, $3, $5 from moved`,
        [version, type, data, state, at],
      )
    const at = (ms: number) => `2999-01-01T00:00:00.00${ms}Z`
    await olds(2, 'Edited', { edit }, 'EDITED', at(1))
    assert.deepEqual(await since(), new Date(at(1)))
    await olds(3, 'Warned', { kind: 'holes', message: 'a hole' }, 'EDITED', at(2))
    assert.deepEqual(await since(), new Date(at(1)))
    await olds(4, 'Reset', { force: false, reason: null }, 'UNEDITED', at(3))
    assert.deepEqual(await since(), new Date(at(3)))
    await log.db.query(
      `with gone as (delete from reelstate.videos returning *)
       insert into reelstate.videos select r.* from gone, jsonb_populate_record(null::reelstate.videos, to_jsonb(gone) - 'state_since') r`,
    )
    assert.deepEqual(await since(), new Date(at(3)))
    assert.deepEqual(await countsByState(log.db), { UNEDITED: 1 })
    await rebuild(log.db)
    assert.deepEqual(await since(), new Date(at(3)))
  })
})
