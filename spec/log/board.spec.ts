import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { instantMs } from '../../machines/codecs.js'
import { readBoard, readBoardAt, readSpan } from '../../src/log/board.js'
import { countHours } from '../../src/log/boardHours.js'
import { countsByState } from '../../src/log/counts.js'
import { type Queryable } from '../../src/log/database.js'
import { eventsAround, type PlaceThen, videosThen } from '../../src/log/instant.js'
import { moveLog } from '../../src/log/move.js'
import { rebuild } from '../../src/log/rebuild.js'
import { keepBoard } from '../../src/service/boardKeeping.js'
import { happens, livedVideo, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

describe('the board of a moment', function () {
  this.timeout(60_000)
  let log: TestLog
  beforeEach(async () => (log = await testLog()))
  afterEach(() => log.close())

  /** Events as if they had been appended then, in a transaction of `on`. */
  const happened = async (on: Queryable, id: string, states: readonly (readonly [state: string, at: string])[]) => {
    for (const [i, [state, at]] of states.entries())
      await on.query(
        `insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at)
         values ('video/' || $1, $2, 'Reset', 1, $3, 3, '{}', $4)`,
        [id, i + 1, state, at],
      )
  }
  const at = async (time: string, db: Queryable = log.db) => {
    const counted = await readBoardAt(db, time)
    assert.ok(isRight(counted), JSON.stringify(counted))
    return counted.right
  }
  const life = [
    ['UNEDITED', '2026-01-31T17:30:00.000Z'],
    ['EDITED', '2026-01-31T18:10:00.000Z'],
    ['CLAIMED.PREPARING', '2026-01-31T18:20:00.000Z'],
    ['CLAIMED.STREAMING', '2026-01-31T18:30:00.000Z'],
    ['DONE', '2026-01-31T20:00:00.000Z'],
  ] as const
  const boards = async (db: Queryable = log.db) => ({
    before: await at('2026-01-31T17:29:59.999Z', db),
    created: await at('2026-01-31T17:30:00.000Z', db),
    edited: await at('2026-01-31T18:19:59.999Z', db),
    claimed: await at('2026-01-31T19:59:59.000Z', db),
    done: await at('2026-01-31T20:00:00.000Z', db),
    later: await at('2026-02-01T20:00:00.000Z', db),
  })
  const expected = {
    ...{ before: {}, created: { UNEDITED: 1 }, edited: { EDITED: 1 }, claimed: { CLAIMED: 1 } },
    ...{ done: { DONE: 1 }, later: { DONE: 1 } },
  }

  it('is what the log says, whether its hours have been counted, in part, or not at all', async () => {
    await happened(log.db, 'a', life)
    assert.deepEqual(await boards(), expected)
    await countHours(log.db, 1)
    await happened(log.db, 'b', life)
    const twice = Object.fromEntries(
      Object.entries(expected).map(([when, counts]) => [
        when,
        Object.fromEntries(Object.entries(counts).map(([state, count]) => [state, count * 2])),
      ]),
    )
    // nothing is counted in a transaction that has begun before
    assert.deepEqual(await boards(), twice)
    for (let i = 0; i < 5; i++) {
      await countHours(log.db, 2)
      assert.deepEqual(await boards(), twice)
    }
  })

  it('has what was committed late in the hour in which it happened', async () => {
    await happened(log.db, 'a', life)
    const on = await log.db.connect()
    try {
      await on.query('begin')
      await happened(on, 'late', life)
      await happened(log.db, 'b', [['UNEDITED', '2026-01-31T21:00:00.000Z']])
      await keepBoard(log.db)
      assert.deepEqual(await boards(), { ...expected, later: { DONE: 1, UNEDITED: 1 } })
      await on.query('commit')
    } finally {
      on.release()
    }
    const late = {
      ...{ before: {}, created: { UNEDITED: 2 }, edited: { EDITED: 2 }, claimed: { CLAIMED: 2 } },
      ...{ done: { DONE: 2 }, later: { DONE: 2, UNEDITED: 1 } },
    }
    assert.deepEqual(await boards(), late)
    await keepBoard(log.db)
    assert.deepEqual(await boards(), late)
    const { rows } = await log.db.query<{ hour: Date; to_state: string; moves: string }>(
      'select hour, to_state, moves from reelstate.board_moves order by hour, to_state',
    )
    assert.deepEqual(
      rows.map(({ hour, to_state, moves }) => `${hour.toISOString().slice(11, 13)} ${to_state} ${moves}`),
      ['17 UNEDITED 2', '18 CLAIMED 2', '18 EDITED 2', '20 DONE 2', '21 UNEDITED 1'],
    )
  })

  it('is counted once, however many nodes do it at the same time', async () => {
    for (const id of ['a', 'b', 'c', 'd']) await happened(log.db, id, life)
    await Promise.all([1, 2, 3, 4].map(() => countHours(log.db, 3)))
    await Promise.all([1, 2, 3, 4].map(() => keepBoard(log.db)))
    assert.deepEqual(await at('2026-01-31T18:19:00.000Z'), { EDITED: 4 })
    const { rows } = await log.db.query('select sum(moves)::integer as moves from reelstate.board_moves')
    assert.deepEqual(rows, [{ moves: 16 }])
  })

  it('is the same after a rebuild, and on another server to which the log has moved', async () => {
    await livedVideo(log.db, 'a')
    await keepBoard(log.db)
    await happens(log.db, 'b', 'Created', { source })
    await keepBoard(log.db)
    const { first, last } = await readSpan(log.db)
    assert.ok(first && last)
    const middle = new Date((instantMs(first) + instantMs(last)) / 2).toISOString()
    const seen = [await at(first), await at(middle), await at(last)]
    assert.deepEqual(seen[2], { MODIFIED: 1, UNEDITED: 1 })
    await rebuild(log.db)
    assert.deepEqual([await at(first), await at(middle), await at(last)], seen)
    const other = await testLog()
    try {
      await keepBoard(other.db)
      await moveLog(log.db, other.db, () => undefined)
      assert.deepEqual([await at(first, other.db), await at(middle, other.db), await at(last, other.db)], seen)
      await happens(other.db, 'b', 'Edited', { edit })
      await keepBoard(other.db)
      const now = await readSpan(other.db)
      assert.deepEqual(await at(now.last ?? '', other.db), { MODIFIED: 1, EDITED: 1 })
      assert.deepEqual(await at(last, other.db), seen[2])
    } finally {
      await other.close()
    }
  })

  it('is read where nothing can be written, as of a standby, and says what is not counted yet', async () => {
    await happened(log.db, 'a', life)
    const on = await log.db.connect()
    try {
      await on.query('set default_transaction_read_only = on')
      assert.deepEqual(await boards(on), expected)
      await keepBoard(log.db)
      assert.deepEqual(await boards(on), expected)
      await assert.rejects(countHours(on), /read-only/)
    } finally {
      on.release(true)
    }
  })

  it('says who was in a state then, and what happened around', async () => {
    await livedVideo(log.db, 'a')
    await happens(log.db, 'b', 'Created', { source })
    const { rows: events } = await log.db.query<{ at: Date; stream: string; version: number; state: string }>(
      `select recorded_at as at, stream, version, split_part(state, '.', 1) as state from reelstate.events order by position`,
    )
    for (const { at: when } of events) {
      const time = when.toISOString()
      const last = new Map(events.filter(({ at }) => at <= when).map((event) => [event.stream, event]))
      for (const state of new Set([...last.values()].map(({ state }) => state))) {
        const there = [...last.values()]
          .filter((event) => event.state === state)
          .sort((a, b) => events.indexOf(b) - events.indexOf(a))
          .map(({ stream, version }) => `${stream.slice('video/'.length)} ${version}`)
        // page by page, whether it is known how many there are or not
        for (const count of [null, there.length])
          for (const limit of [1, 10]) {
            const found: string[] = []
            for (let after: PlaceThen | null = null; ;) {
              const page = await videosThen(log.db, { time, state, count, after, limit })
              found.push(...page.videos.map(({ id, version }) => `${id} ${version}`))
              after = page.next
              if (after === null) break
            }
            assert.deepEqual(found, there)
          }
      }
      const { before, after } = await eventsAround(log.db, time, 100)
      assert.equal(before.length, events.filter(({ at }) => at <= when).length)
      assert.equal(after.length, events.length - before.length)
    }
    const never = { time: '1970-01-01T00:00:00Z' }
    assert.deepEqual(
      (await videosThen(log.db, { ...never, state: 'UNEDITED', count: null, after: null, limit: 10 })).videos,
      [],
    )
  })

  it('is not told of what is still to come', async () => {
    const counted = await readBoardAt(log.db, '2999-01-01T00:00:00.000Z')
    assert.ok(isLeft(counted) && counted.left._tag === 'NotYet')
  })

  it('of now is what is kept with each event, with since when the oldest is there', async () => {
    await livedVideo(log.db, 'a')
    await happens(log.db, 'b', 'Created', { source })
    await happens(log.db, 'c', 'Created', { source })
    await keepBoard(log.db)
    const { now, log: span, states, flow } = await readBoard(log.db, ['DONE', 'UNEDITED'], 24)
    assert.deepEqual(Object.fromEntries(Object.entries(states).map(([state, { count }]) => [state, count])), {
      DONE: 0,
      MODIFIED: 1,
      UNEDITED: 2,
    })
    const { rows } = await log.db.query<{ since: Date }>(
      `select state_since as since from reelstate.videos where id = 'b'`,
    )
    assert.equal(states['UNEDITED']?.oldestSince, rows[0]?.since.toISOString())
    assert.ok((states['UNEDITED']?.oldestSeconds ?? -1) >= 0)
    assert.deepEqual([states['DONE']?.oldestSince, states['DONE']?.left], [null, 1])
    assert.ok(span.last !== null && span.last <= now)
    assert.ok(flow.some(({ from, to, moves }) => from === null && to === 'UNEDITED' && moves === 3))
    assert.ok(flow.some(({ from, to, moves }) => from === 'EDITED' && to === 'CLAIMED' && moves === 2))
    assert.deepEqual(await at(now), await countsByState(log.db))
  })

  it('says how long videos stay in a state before they leave it: 95 of 100 no longer, to a tenth', async () => {
    const { rows } = await log.db.query<{ now: Date }>('select clock_timestamp() as now')
    const nowMs = rows[0]?.now.getTime() ?? 0
    for (let i = 1; i <= 100; i++)
      await happened(log.db, `v${i}`, [
        ['UNEDITED', new Date(nowMs - 1_000_000).toISOString()],
        ['EDITED', new Date(nowMs - 500_000).toISOString()],
        // the same state, whatever happens in it
        ['EDITED', new Date(nowMs - 400_000).toISOString()],
        ['CLAIMED.PREPARING', new Date(nowMs - 500_000 + i * 1_000).toISOString()],
      ])
    while (await countHours(log.db, 100));
    const { states } = await readBoard(log.db, [], 24)
    const { stay95Seconds = 0, left = 0 } =
      states['EDITED'] ?? (await readBoard(log.db, ['EDITED'], 24)).states['EDITED'] ?? {}
    assert.equal(left, 100)
    assert.ok((stay95Seconds ?? 0) >= 95 && (stay95Seconds ?? 0) <= 95 * 1.1, String(stay95Seconds))
  })
})
