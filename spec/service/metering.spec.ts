import assert from 'node:assert/strict'
import { quotaUsed } from '../../src/log/quota.js'
import { beginning, readTail } from '../../src/log/tail.js'
import { Metering } from '../../src/service/metering.js'
import { type TestLog, testLog } from '../support/log.js'

describe('the metering of a node', () => {
  let log: TestLog
  beforeEach(async () => (log = await testLog()))
  afterEach(() => log.close())

  it('appends one event an account and day for all that was spent, and none where nothing was', async () => {
    let nowMs = Date.parse('2026-01-31T07:59:00Z')
    const metering = new Metering('node-a', () => nowMs)
    for (let i = 0; i < 40; i++) metering.count('main', 'videos.list', 1)
    metering.count('other', 'videos.update', 50)
    nowMs += 120_000
    metering.count('main', 'videos.list', 1)
    assert.equal(await metering.round(log.db), 30_000)
    await metering.round(log.db)
    const { events } = await readTail(log.db, beginning)
    assert.deepEqual(
      events.map(({ stream, version, node }) => [stream, version, node]),
      [
        ['account/main', 1, 'node-a'],
        ['account/main', 2, 'node-a'],
        ['account/other', 1, 'node-a'],
      ],
    )
    assert.deepEqual(await quotaUsed(log.db, 'main', '2026-01-30'), { 'videos.list': { calls: 40, units: 40 } })
    assert.deepEqual(await quotaUsed(log.db, 'main', '2026-01-31'), { 'videos.list': { calls: 1, units: 1 } })
  })

  it('keeps what it could not tell, adds what comes meanwhile, and tells all of it later, once', async () => {
    const metering = new Metering('node-a', () => Date.parse('2026-01-31T20:00:00Z'))
    metering.count('main', 'videos.list', 1)
    await log.db.query('alter table reelstate.accounts rename to away')
    await assert.rejects(metering.flush(log.db), /accounts/)
    metering.count('main', 'videos.list', 1)
    await assert.rejects(metering.flush(log.db), /accounts/)
    await log.db.query('alter table reelstate.away rename to accounts')
    await metering.flush(log.db)
    assert.deepEqual(await quotaUsed(log.db, 'main', '2026-01-31'), { 'videos.list': { calls: 2, units: 2 } })
  })
})
