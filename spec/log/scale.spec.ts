import assert from 'node:assert/strict'
import { countBesideErrors, readAttention } from '../../src/log/attention.js'
import { readBoard, readBoardAt } from '../../src/log/board.js'
import { countHours } from '../../src/log/boardHours.js'
import { readCircumstances } from '../../src/log/circumstances.js'
import { condenseCounts, countsByState } from '../../src/log/counts.js'
import { connect, type Db, type Queryable } from '../../src/log/database.js'
import { readEditors } from '../../src/log/editors.js'
import { COUNTED, listVideos, totalOf, type VideoFilter } from '../../src/log/list.js'
import { migrate } from '../../src/log/migrate.js'
import { orphansAfter } from '../../src/log/orphans.js'
import { readLogPage } from '../../src/log/pages.js'
import { toUpdate, transcoding, updatedLately } from '../../src/log/work.js'
import { testDatabase, type TestDatabase } from '../support/database.js'
import { fillMany } from '../support/manyVideos.js'

/** `npm run bench -- list` has times, and 100,000 videos with 2,000,000 events. */
const videos = 20_000
const eventsEach = 5

describe('lists and boards over very many videos', function () {
  this.timeout(900_000)
  let database: TestDatabase
  let db: Db
  before(async () => {
    database = await testDatabase()
    await migrate(database.url)
    db = connect({ url: database.url, name: 'spec', statementMs: 120_000 })
    await fillMany(db, { videos, eventsEach, hours: 168 })
    await condenseCounts(db)
    while (await countHours(db, 20_000));
    await db.query('vacuum analyze reelstate.board_moves, reelstate.board_stays')
  })
  after(async () => {
    await db.end()
    await database.close()
  })

  interface Plan {
    readonly 'Node Type': string
    readonly 'Relation Name'?: string
    readonly 'Plan Rows': number
    readonly Plans?: readonly Plan[]
  }

  /** Whatever `ask` asks is planned, too; what reads all of a table that grows is told. */
  async function scans(ask: (on: Queryable) => Promise<unknown>): Promise<string[]> {
    const found: string[] = []
    const walk = (plan: Plan, text: string): void => {
      const of = plan['Relation Name'] ?? ''
      if (plan['Node Type'].includes('Seq Scan') && ['videos', 'events', 'video_texts'].includes(of))
        found.push(`${of}: ${text.slice(0, 300)}`)
      for (const inner of plan.Plans ?? []) walk(inner, text)
    }
    const query = async (...asked: [unknown, unknown[]?]) => {
      const [given, values = []] = asked
      const statement =
        typeof given === 'string' ? { text: given, values } : (given as { text: string; values?: unknown[] })
      const { rows } = await db.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>({
        text: `explain (format json) ${statement.text}`,
        values: statement.values ?? [],
      })
      const [explained] = rows[0]?.['QUERY PLAN'] ?? []
      if (explained) walk(explained.Plan, statement.text)
      return db.query({ text: statement.text, values: statement.values ?? [] })
    }
    await ask({ query } as unknown as Queryable)
    return found
  }
  const readsNoTable = async (ask: (on: Queryable) => Promise<unknown>) => assert.deepEqual(await scans(ask), [])

  const filters: Readonly<Record<string, VideoFilter>> = {
    'all of them': {},
    'those of a state': { states: ['DONE'] },
    'those of several states': { states: ['EDITED', 'FAILED', 'CLAIMED'] },
    'those of a substate': { substate: 'STREAMING' },
    'those of a node in a state': { node: 'node-1', states: ['CLAIMED'] },
    'those for a location': { location: 'rare' },
    'those of an editor': { editor: 'editor-7' },
    'those with a text': { text: 'parrot' },
    'those with a text in a state': { text: 'parrot', states: ['DONE'] },
    'those with an error': { hasError: true },
    'those that a person must look at': { errorClass: 'person' },
    'those with a warning': { hasWarning: true },
    'those with orphans': { hasOrphans: true },
    'those that wait for footage': { waitsFor: 'segments' },
    'those that wait for a node': { waitsFor: 'node' },
    'those in their state for long': { minAge: 33 * 3600 },
    'those in their state for a short while': { maxAge: 600 },
  }
  for (const [which, filter] of Object.entries(filters))
    it(`lists and counts ${which} by an index, in either order`, async () => {
      for (const order of ['edited', 'state'] as const)
        await readsNoTable(async (on) => {
          const first = await listVideos(on, { filter, order, after: null, limit: 50 })
          return first.next && listVideos(on, { filter, order, after: first.next, limit: 50 })
        })
      await readsNoTable((on) => totalOf(on, filter))
    })

  it('counts exactly what is kept, and what else passes up to a bound', async () => {
    assert.equal((await totalOf(db, {})).count, videos)
    assert.equal((await countsByState(db))['DONE'], videos * 0.9)
    assert.deepEqual(await totalOf(db, { text: 'moment' }), { count: COUNTED, isExact: false })
    assert.deepEqual(await totalOf(db, { text: 'parrot' }), { count: videos / 5_000, isExact: true })
  })

  it('tells who has edited, from one name to the next in an index', async () => {
    const { editors, more } = await readEditors(db)
    assert.deepEqual([editors.length, new Set(editors).size, more], [50, 50, false])
    assert.deepEqual(await readEditors(db, 3), { editors: editors.slice(0, 3), more: true })
    await readsNoTable((on) => readEditors(on))
  })

  it('shows the board, now and at any time, without reading the log', async () => {
    await readsNoTable((on) => readBoard(on, [], 24))
    const now = Date.now()
    for (const hoursAgo of [0.1, 1, 80.5, 166])
      await readsNoTable((on) => readBoardAt(on, new Date(now - hoursAgo * 3_600_000).toISOString()))
    const counted = await readBoardAt(db, new Date(now - 1_000).toISOString())
    assert.deepEqual(counted, { _tag: 'Right', right: await countsByState(db) })
  })

  it('counts warnings and orphans, and puts together what needs a person, by indexes', async () => {
    await readsNoTable((on) => countBesideErrors(on))
    await readsNoTable((on) => readAttention(on))
    assert.deepEqual(await countBesideErrors(db), { warnings: videos / 2_000, orphans: videos / 10_000 })
  })

  it('counts the hours of the log a step at a time, each by an index', () => readsNoTable((on) => countHours(on, 500)))

  it('shows the log from either end, and orphans, by an index', async () => {
    for (const order of ['newest', 'oldest'] as const)
      for (const stream of [null, 'video/v77'])
        await readsNoTable(async (on) => {
          const { next } = await readLogPage(on, { order, after: null, stream, limit: 5 })
          return readLogPage(on, { order, after: next, stream, limit: 5 })
        })
    await readsNoTable((on) => orphansAfter(on, '', 100))
  })

  it('finds what is to be watched at a location by an index', async () => {
    const locations = ['tube', 'rare']
    await readsNoTable((on) => transcoding(on, locations))
    await readsNoTable((on) => toUpdate(on, locations))
    await readsNoTable((on) => updatedLately(on, locations, 600))
    await readsNoTable((on) => readCircumstances(on as Db, 'v77'))
  })
})
