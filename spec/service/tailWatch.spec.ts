import assert from 'node:assert/strict'
import pg from 'pg'
import { connect } from '../../src/log/database.js'
import { TailWatch } from '../../src/service/tailWatch.js'
import { type TestLog, testLog } from '../support/log.js'

describe('a transaction that is left open', () => {
  let log: TestLog
  let open: pg.Client
  let pid: number
  before(async () => {
    log = await testLog()
    open = new pg.Client({ connectionString: log.url, application_name: 'a forgotten psql' })
    await open.connect()
    pid = (await open.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0
  })
  after(async () => {
    await open.end()
    await log.close()
  })
  beforeEach(() => open.query('begin'))
  afterEach(() => open.query('rollback'))

  function watch(db: pg.Pool, patienceMs: number) {
    let nowMs = Date.parse('2026-01-31T18:00:00.000Z')
    let warned: readonly string[] = []
    const tailWatch = new TailWatch({
      db,
      warn: (lines) => (warned = lines),
      now: () => nowMs,
      pace: { everyMs: 1_000, patienceMs },
    })
    return async (afterMs = 0): Promise<string[]> => {
      nowMs += afterMs
      await tailWatch.round()
      // whatever else runs beside this spec
      return warned.filter((line) => line.includes(`process ${pid} `))
    }
  }

  it('is named, with whose it is, since when, and what to do, for as long as it holds up the log', async () => {
    const look = watch(log.db, 0)
    assert.deepEqual(await look(), [], 'it has written nothing yet, so it holds up nobody')
    await open.query('create table reelstate.anything ()')
    const { rows } = await open.query<{ since: Date }>('select now() as since')
    const [line, ...more] = await look()
    assert.deepEqual(more, [])
    assert.equal(
      line,
      `process ${pid} of PostgreSQL (a forgotten psql, user reelstate, database ${new URL(log.url).pathname.slice(1)}) has had ` +
        `a transaction open since ${rows[0]?.since.toISOString()}, which holds up all who follow the log: ` +
        `end it there, or: select pg_terminate_backend(${pid})`,
    )
    assert.deepEqual(await look(), [line])
    await open.query('rollback')
    assert.deepEqual(await look(), [])
  })

  it('is let be while it is young', async () => {
    await open.query('create table reelstate.anything ()')
    assert.deepEqual(await watch(log.db, 60_000)(), [])
  })

  it('is named also to a user who may not see how old it is, once it has been seen for long', async () => {
    await log.db.query(`create role spec_narrow login password 'narrow'`)
    const url = new URL(log.url)
    url.username = 'spec_narrow'
    url.password = 'narrow'
    const narrow = connect({ url: url.href, name: 'spec' })
    try {
      const look = watch(narrow, 10_000)
      await open.query('create table reelstate.anything ()')
      assert.deepEqual(await look(), [])
      assert.deepEqual(await look(9_000), [])
      const [line] = await look(2_000)
      assert.match(line ?? '', /since 2026-01-31T18:00:00.000Z, which/)
      await open.query('rollback')
      await open.query('begin; create table reelstate.anything ()')
      assert.deepEqual(await look(20_000), [], 'another one begins anew')
    } finally {
      await narrow.end()
      await log.db.query('drop role spec_narrow')
    }
  })
})
