import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { connect } from '../../src/log/database.js'
import { follow } from '../../src/log/follow.js'
import { openTransactions } from '../../src/log/heldUp.js'
import { listen } from '../../src/log/listen.js'
import { beginning, type Cursor, endOfLog, readTail } from '../../src/log/tail.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { source } from '../support/moment.js'
import { until } from '../support/processes.js'

describe('reading the tail of the log', () => {
  let log: TestLog
  beforeEach(async () => (log = await testLog()))
  afterEach(() => log.close())

  const insert = (on: Pick<pg.Client, 'query'>, stream: string) =>
    on.query(
      `insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at) values ($1, 1, 'Created', 1, 'UNEDITED', 1, '{}', now())`,
      [`video/${stream}`],
    )

  async function drain(
    from: Cursor,
    read: (cursor: Cursor) => Promise<{ streams: string[]; cursor: Cursor }>,
  ): Promise<{ streams: string[]; cursor: Cursor }> {
    const { streams, cursor } = await read(from)
    return streams.length === 0
      ? { streams, cursor }
      : drain(cursor, read).then((rest) => ({ streams: [...streams, ...rest.streams], cursor: rest.cursor }))
  }

  const gapSafe = (cursor: Cursor) =>
    readTail(log.db, cursor).then(({ events, cursor }) => ({ streams: events.map(({ stream }) => stream), cursor }))

  /** What readers do who don't know better: everything after the last position that they saw. */
  async function byPosition(cursor: Cursor): Promise<{ streams: string[]; cursor: Cursor }> {
    const { rows } = await log.db.query<{ stream: string; position: string }>(
      'select stream, position from reelstate.events where position > $1 order by position',
      [cursor.position],
    )
    return {
      streams: rows.map(({ stream }) => stream),
      cursor: { txid: '0', position: rows.at(-1)?.position ?? cursor.position },
    }
  }

  /** Two transactions that take their positions in one order and commit in the other, with a reader in between. */
  async function outOfOrder(
    read: (cursor: Cursor) => Promise<{ streams: string[]; cursor: Cursor }>,
  ): Promise<string[]> {
    const slow = new pg.Client({ connectionString: log.url })
    const fast = new pg.Client({ connectionString: log.url })
    await Promise.all([slow.connect(), fast.connect()])
    try {
      await slow.query('begin')
      await insert(slow, 'slow')
      await fast.query('begin')
      await insert(fast, 'fast')
      await fast.query('commit')
      const first = await drain(beginning, read)
      await slow.query('commit')
      const second = await drain(first.cursor, read)
      return [...first.streams, ...second.streams].sort()
    } finally {
      await Promise.all([slow.end(), fast.end()])
    }
  }

  it('has every event once although two transactions commit out of order', async () => {
    assert.deepEqual(await outOfOrder(gapSafe), ['video/fast', 'video/slow'])
  })

  it('would lose one by position alone, which shows that the case above is the dangerous one', async () => {
    assert.deepEqual(await outOfOrder(byPosition), ['video/fast'])
  })

  it('has every event once while many append at the same time', async () => {
    const writers = Array.from({ length: 6 }, async (_, writer) => {
      for (let i = 0; i < 25; i++) await happens(log.db, `w${writer}-${i}`, 'Created', { source })
    })
    const done = Promise.all(writers)
    const seen: string[] = []
    let cursor = beginning
    let writing = true
    void done.finally(() => (writing = false))
    while (writing || seen.length < 150) {
      const page = await readTail(log.db, cursor, 7)
      cursor = page.cursor
      seen.push(...page.events.map(({ stream }) => stream))
    }
    await done
    assert.equal(new Set(seen).size, 150)
    assert.equal(seen.length, 150)
  })

  it('follows: each event as it is appended, and what an open transaction held up as soon as it ends', async () => {
    const wakes = new Set<() => void>()
    const ring = (): void => wakes.forEach((wake) => wake())
    const listening = await listen(
      { url: log.url, name: 'spec follower', db: log.db },
      {
        onNotice: ring,
        onConnected: ring,
        onLost: () => undefined,
      },
    )
    const stop = new AbortController()
    const open = new pg.Client({ connectionString: log.url })
    await open.connect()
    try {
      const following = follow(
        log.db,
        await endOfLog(log.db),
        (wake) => (wakes.add(wake), () => wakes.delete(wake)),
        stop.signal,
      )
      const next = async () => (await following.next()).value?.stream
      await happens(log.db, 'first', 'Created', { source })
      assert.equal(await next(), 'video/first')
      await open.query('begin')
      await insert(open, 'open')
      await happens(log.db, 'second', 'Created', { source })
      const held = next()
      assert.equal(await Promise.race([held, openTransactions(log.db, 0).then((who) => who.length)]), 1)
      await open.query('commit')
      assert.deepEqual([await held, await next()].sort(), ['video/open', 'video/second'])
    } finally {
      stop.abort()
      await open.end()
      await listening.close()
    }
  })

  it('follows what was hidden when something else was read, although nothing tells that it can be read now', async () => {
    const begun = await endOfLog(log.db)
    await happens(log.db, 'seen', 'Created', { source })
    const open = new pg.Client({ connectionString: log.url })
    await open.connect()
    const stop = new AbortController()
    try {
      // it writes, and appends nothing: its end wakes nobody
      await open.query('begin')
      await open.query('select pg_current_xact_id()')
      await happens(log.db, 'hidden', 'Created', { source })
      let readings = 0
      const counted = new Proxy(log.db, {
        get: (db, name) => {
          if (name === 'query') readings++
          const value: unknown = Reflect.get(db, name)
          return typeof value === 'function' ? (value.bind(db) as unknown) : value
        },
      })
      const following = follow(counted, begun, () => () => undefined, stop.signal)
      const next = async () => (await following.next()).value?.stream
      assert.equal(await next(), 'video/seen')
      const hidden = next()
      await until(() => Promise.resolve(readings >= 3), 'it has looked in vain, and once more')
      await open.query('rollback')
      assert.equal(await Promise.race([hidden, delay(10_000, 'not told')]), 'video/hidden')
    } finally {
      stop.abort()
      await open.end()
    }
  })

  it('uses the index of the tail, not the whole table', async () => {
    const db = connect({ url: log.url, name: 'spec' })
    try {
      await db.query(`insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at)
        select 'video/' || n, 1, 'Created', 1, 'UNEDITED', 1, '{}', now() from generate_series(1, 5000) n`)
      await db.query('analyze reelstate.events')
      const { txid, position } = await endOfLog(db, 10)
      const { rows } = await db.query<{ 'QUERY PLAN': string }>(
        `explain select * from reelstate.events where (events.txid, position) > ('${txid}'::xid8, ${position}) and events.txid < pg_snapshot_xmin(pg_current_snapshot()) order by events.txid, position limit 500`,
      )
      assert.match(rows.map((row) => row['QUERY PLAN']).join('\n'), /Index Scan using events_tail/)
    } finally {
      await db.end()
    }
  })
})
