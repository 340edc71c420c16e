import assert from 'node:assert/strict'
import pg from 'pg'
import { connect, transaction } from '../../src/log/database.js'
import { isConnectionError } from '../../src/log/connectionError.js'
import { session } from '../../src/log/session.js'
import { testDatabase, type TestDatabase } from '../support/database.js'
import { Proxy } from '../support/nodeProxy.js'

describe('a connection to PostgreSQL', () => {
  let database: TestDatabase
  before(async () => (database = await testDatabase()))
  after(() => database.close())

  async function settingsOf(url: string): Promise<Record<string, string>> {
    const client = new pg.Client(session({ url, name: 'spec session' }))
    await client.connect()
    try {
      const { rows } = await client.query<{ name: string; setting: string }>('select name, setting from pg_settings')
      return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
    } finally {
      await client.end()
    }
  }

  it('is told by its name, and found out by the server within half a minute where its client is gone', async () => {
    const settings = await settingsOf(database.url)
    const { tcp_keepalives_idle: idle, tcp_keepalives_interval: interval, tcp_keepalives_count: count } = settings
    assert.ok(Number(idle) + Number(interval) * Number(count) <= 30)
    assert.ok(Number(settings['tcp_user_timeout']) <= 30_000)
    assert.ok(Number(settings['statement_timeout']) < 30_000)
    assert.equal(settings['TimeZone'], 'UTC')
    assert.equal(settings['application_name'], 'spec session')
  })

  it('keeps the options of its URL beside ours; where they say otherwise, they hold', async () => {
    const [address] = database.url.split('?')
    for (const query of [
      'options=-c%20geqo=off%20-c%20statement_timeout=1234',
      'sslmode=disable&options=-c+geqo%3Doff+-c+statement_timeout%3D1234',
      'options=-c%20geqo=off%20-c%20statement_timeout=1234&sslmode=disable',
    ]) {
      const { geqo, statement_timeout, TimeZone } = await settingsOf(`${address}?${query}`)
      const found = { geqo, statement_timeout, TimeZone }
      assert.deepEqual(found, { geqo: 'off', statement_timeout: '1234', TimeZone: 'UTC' })
    }
  })

  it('that has died without a word costs one statement, after its time: the next one has another connection', async () => {
    await using proxy = await Proxy.to(database.url)
    const db = connect({ url: proxy.url, name: 'spec', connections: 1, statementMs: 300 })
    try {
      const before = await pidOf(db)
      const kept = proxy.keepQuestion('nobody answers')
      const asked = db.query(`select 'nobody answers'`)
      await kept
      await assert.rejects(asked, (error) => isConnectionError(error))
      assert.notEqual(await pidOf(db), before)
    } finally {
      await db.end()
    }
  })

  it('whose statement takes too long is told so by the server, and can be used again', async () => {
    const db = connect({ url: database.url, name: 'spec', connections: 1, statementMs: 1_500 })
    try {
      await assert.rejects(db.query('select pg_sleep(5)'), { code: '57014' })
      assert.equal(typeof (await pidOf(db)), 'number')
    } finally {
      await db.end()
    }
  })

  it('whose client is frozen in the middle of a transaction is ended, and with it what it holds up', async () => {
    const db = connect({
      url: `${database.url}&options=-c%20idle_in_transaction_session_timeout=50`,
      name: 'spec frozen',
    })
    const other = connect({ url: database.url, name: 'spec' })
    try {
      await other.query('create table held (one integer)')
      const held = transaction(db, async (on) => {
        await on.query('lock table held')
        await other.query('insert into held values (1)')
        await on.query('select')
      })
      await assert.rejects(held, (error) => isConnectionError(error))
      assert.equal((await other.query('select * from held')).rowCount, 1)
    } finally {
      await db.end()
      await other.end()
    }
  })
})

async function pidOf(db: pg.Pool): Promise<number> {
  const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]?.pid ?? 0
}
