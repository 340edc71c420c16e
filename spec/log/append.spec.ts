import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { act } from '../../src/log/act.js'
import { listen, type Notice } from '../../src/log/listen.js'
import { readCurrent, readHistory } from '../../src/log/read.js'
import { readRow } from '../../src/log/videos.js'
import { brokenEvents } from '../../src/log/verify.js'
import { happens, livedVideo, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

describe('appending to the log', () => {
  let log: TestLog
  before(async () => (log = await testLog()))
  after(() => log.close())

  const retitle = (title: string) => ({
    type: 'DraftSaved' as const,
    data: () => ({ edit: { video_title: title } }),
    by: {},
  })

  it('lets one of two win that decided on the same version; the other gets a Conflict and changes nothing', async () => {
    await happens(log.db, 'race', 'Created', { source })
    const outcomes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((title) => act(log.db, 'race', { ...retitle(title), expected: 1 })),
    )
    const losers = outcomes.filter(isLeft).map(({ left }) => left._tag)
    assert.deepEqual(losers, ['Conflict', 'Conflict', 'Conflict'])
    assert.equal((await readHistory(log.db, 'race')).length, 2)
  })

  it('loses no update of forty at once: each decides anew on what the video has become', async () => {
    await happens(log.db, 'crowd', 'Created', { source })
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) => act(log.db, 'crowd', retitle(`title ${i}`))),
    )
    assert.ok(outcomes.every(isRight))
    const history = await readHistory(log.db, 'crowd')
    assert.deepEqual(
      history.map(({ version }) => version),
      Array.from({ length: 41 }, (_, i) => i + 1),
    )
  })

  it('answers NotAllowed with the state and what is possible, and appends nothing', async () => {
    await happens(log.db, 'refused', 'Created', { source })
    const outcome = await act(log.db, 'refused', { type: 'Processed', data: () => ({ video_id: 'x' }), by: {} })
    assert.ok(isLeft(outcome) && outcome.left._tag === 'NotAllowed')
    assert.equal(outcome.left.state, 'UNEDITED')
    assert.ok(outcome.left.possible.includes('Edited'))
    assert.equal((await readHistory(log.db, 'refused')).length, 1)
  })

  it('creates a video once', async () => {
    await happens(log.db, 'twin', 'Created', { source })
    const again = await act(log.db, 'twin', { type: 'Created', data: () => ({ source }), by: {} })
    assert.ok(isLeft(again) && again.left._tag === 'NotAllowed')
    const both = await Promise.all(
      [1, 2].map(() => act(log.db, 'twins', { type: 'Created', data: () => ({ source }), by: {} })),
    )
    assert.equal(both.filter(isRight).length, 1)
  })

  it('brings the row with the event: typed columns, as the events say', async () => {
    await livedVideo(log.db, 'rowed')
    const row = await readRow(log.db, 'rowed')
    assert.equal(row?.['state'], 'MODIFIED')
    assert.equal(row?.['video_title'], 'The raffle, part 1')
    assert.equal(row?.['notes'], 'look again')
    assert.deepEqual(row?.['video_tags'], edit.video_tags)
    assert.deepEqual(row?.['video_ranges'], [
      ['2026-01-31T18:00:10+00:00', '2026-01-31T18:00:20.5+00:00'],
      ['2026-01-31T18:01:00+00:00', '2026-01-31T18:01:05+00:00'],
    ])
    assert.deepEqual(row?.['thumbnail_location'], [0, 0, 640, 360])
    assert.equal(row?.['uploader'], 'node-a')
  })

  it('writes every column of the row, so that none keeps what is no longer so', async () => {
    const { rows } = await log.db.query<{ column_name: string }>(
      `select column_name from information_schema.columns where table_schema = 'reelstate' and table_name = 'videos'`,
    )
    const { rows: current } = await log.db.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(v) as row from reelstate.videos v where id = 'rowed'`,
    )
    const [before] = current
    // every column but the identifying ones made wrong by hand, then brought right by the next event
    await log.db.query(
      `update reelstate.videos set error = 'wrong', notes = 'wrong', video_tags = '{}', public = false, orphans = '[1]', thumbnail_location = null, substate = 'wrong' where id = 'rowed'`,
    )
    const read = await readCurrent(log.db, 'rowed')
    assert.ok(isRight(read))
    await happens(log.db, 'rowed', 'SourceChanged', { source: {} })
    const { rows: after } = await log.db.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(v) as row from reelstate.videos v where id = 'rowed'`,
    )
    assert.deepEqual({ ...after[0]?.row, version: 0 }, { ...before?.row, version: 0 })
    const statement = (await import('node:fs')).readFileSync(
      new URL('../../src/log/sql/append.sql', import.meta.url),
      'utf8',
    )
    for (const { column_name } of rows)
      assert.ok(column_name === 'id' || statement.includes(`${column_name} = excluded.${column_name}`), column_name)
  })

  it('notifies with the commit, and never with the data', async () => {
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
      const { version, position } = await happens(log.db, 'heard', 'Created', { source })
      await arrived
      assert.deepEqual(notices, [
        {
          ...{ id: 'heard', stream: 'video/heard', version, position: Number(position) },
          ...{ type: 'Created', state: 'UNEDITED' },
        },
      ])
    } finally {
      await listening.close()
    }
  })

  it('commits durably whatever the session says', async () => {
    const on = await log.db.connect()
    const setting = async () =>
      (await on.query<{ synchronous_commit: string }>('show synchronous_commit')).rows[0]?.synchronous_commit
    try {
      await on.query('set synchronous_commit = off')
      await on.query('begin')
      assert.ok(isRight(await act(on, 'durable', { type: 'Created', data: () => ({ source }), by: {} })))
      // what counts is what holds when the transaction commits
      assert.equal(await setting(), 'on')
      await on.query('commit')
      assert.equal(await setting(), 'off')
    } finally {
      on.release(true)
    }
  })
})

describe('the log as it stands', () => {
  let log: TestLog
  before(async () => {
    log = await testLog()
    await livedVideo(log.db, 'a')
    await livedVideo(log.db, 'b')
  })
  after(() => log.close())

  it('cannot be updated, deleted or truncated, not even with the triggers of replication', async () => {
    const on = await log.db.connect()
    try {
      for (const role of ['origin', 'replica'])
        for (const statement of [
          `update reelstate.events set type = 'Reset' where version = 1`,
          'delete from reelstate.events where version = 1',
          'truncate reelstate.events',
          'truncate reelstate.events cascade',
        ]) {
          await on.query(`set session_replication_role = ${role}`)
          await assert.rejects(on.query(statement), /append-only/)
        }
    } finally {
      on.release(true)
    }
  })

  it('decodes, every event of it', async () => {
    for (const id of ['a', 'b'])
      for (const { event, type } of await readHistory(log.db, id)) assert.ok(isRight(event), type)
  })

  it('shows a changed event and a missing one by its hashes', async () => {
    assert.deepEqual(await brokenEvents(log.db), [])
    const on = await log.db.connect()
    try {
      // somebody with all rights, who takes the triggers away
      await on.query('begin; alter table reelstate.events disable trigger all')
      await on.query(`update reelstate.events set actor = 'somebody else' where stream = 'video/a' and version = 3`)
      await on.query(`delete from reelstate.events where stream = 'video/b' and version = 2`)
      const broken = await brokenEvents(on)
      assert.deepEqual(
        broken.map(({ stream, version }) => `${stream} ${version}`),
        ['video/a 3', 'video/b 3', ...Array.from({ length: broken.length - 2 }, (_, i) => `video/b ${i + 4}`)],
      )
    } finally {
      await on.query('rollback')
      on.release()
    }
  })

  it('takes no event whose predecessor is missing, and none twice', async () => {
    const insert = (version: number) =>
      log.db.query(
        `insert into reelstate.events (stream, version, type, schema, state, chart, data, recorded_at) values ('video/a', $1, 'Reset', 1, 'UNEDITED', 1, '{}', now())`,
        [version],
      )
    await assert.rejects(insert(99), /no predecessor/)
    await assert.rejects(insert(2), /unique/)
  })
})
