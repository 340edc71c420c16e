import assert from 'node:assert/strict'
import { listVideos, type ListPlace, type ListQuestion, totalOf, type VideoFilter } from '../../src/log/list.js'
import { findsAnywhere } from '../../src/log/textSearch.js'
import { waitOf } from '../../machines/waiting.js'
import { befalls } from '../support/locations.js'
import { happens, livedVideo, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

describe('the list of videos', function () {
  this.timeout(60_000)
  let log: TestLog
  before(async () => {
    log = await testLog()
    const { db } = log
    await happens(db, 'raw', 'Created', { source: { ...source, notes: 'Ask the PARROT about 100%' } })
    await edited('open', 'local')
    await edited('shut', 'closed')
    await befalls(db, 'closed', 'Paused', { why: 'moved', until: null })
    await edited('holed', 'local')
    await happens(db, 'holed', 'Warned', { kind: 'holes', message: 'a hole' })
    await edited('again', 'local')
    await claimed('again', 'node-b')
    await happens(db, 'again', 'Released', {
      ...{ attempt: 'again-1', cause: 'too busy', counts: true, not_before: '2999-01-01T00:00:00.000Z', proof: null },
    })
    await edited('held', 'local')
    await claimed('held', 'node-b')
    await edited('failed', 'local')
    await claimed('failed', 'node-a')
    await happens(db, 'failed', 'Failed', { attempt: 'failed-1', cause: 'a segment is damaged', proof: null })
    await livedVideo(db, 'lived')
    await happens(db, 'lived', 'Reset', { force: true, reason: null })
  })
  after(() => log.close())

  async function edited(id: string, location: string): Promise<void> {
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit: { ...edit, upload_location: location, video_title: `The ${id} one` } })
  }
  const claimed = (id: string, node: string) =>
    happens(log.db, id, 'Claimed', { attempt: `${id}-1`, attempts_limit: 3, why: null }, node)

  const ask = (question: Partial<ListQuestion> = {}) =>
    listVideos(log.db, { filter: {}, order: 'edited', after: null, limit: 100, ...question })
  const ids = async (filter: VideoFilter, question: Partial<ListQuestion> = {}) =>
    (await ask({ filter, ...question })).videos.map(({ id }) => id)

  it('has the last edited first, and in the end what nobody has edited', async () =>
    assert.deepEqual(await ids({}), ['failed', 'held', 'again', 'holed', 'shut', 'open', 'raw', 'lived']))

  it('has what has been in its state for the longest first, if asked', async () => {
    const { videos } = await ask({ order: 'state' })
    const since = videos.map(({ stateSince }) => stateSince ?? '')
    assert.deepEqual(since, [...since].sort())
    assert.deepEqual([videos[0]?.id, videos.at(-1)?.id], ['raw', 'lived'])
  })

  const found: readonly [string, VideoFilter, readonly string[]][] = [
    ['are in one of several states', { states: ['FAILED', 'CLAIMED'] }, ['failed', 'held']],
    ['are in a substate', { substate: 'PREPARING' }, ['held']],
    ['a node has or had in hand', { node: 'node-b' }, ['held']],
    ['are for a location', { location: 'closed' }, ['shut']],
    ['somebody has edited', { editor: 'somebody', states: ['FAILED'] }, ['failed']],
    ['have an error', { hasError: true }, ['failed', 'again']],
    ['have an error that a person must look at', { errorClass: 'person' }, ['failed']],
    ['have an error after which they are tried again', { errorClass: 'retried' }, ['again']],
    ['have an error of a certain line', { errorLine: 'a segment is damaged' }, ['failed']],
    ['have a warning of a certain line', { errorLine: 'a hole', states: ['EDITED'] }, ['holed']],
    ['have a warning', { hasWarning: true }, ['holed']],
    ['have no warning and are edited', { hasWarning: false, states: ['EDITED'] }, ['again', 'shut', 'open']],
    ['have left something behind', { hasOrphans: true }, ['lived']],
    ['wait for an editor', { waitsFor: 'editor' }, ['raw', 'lived']],
    ['wait for a person', { waitsFor: 'operator' }, ['failed']],
    ['wait for a node', { waitsFor: 'node' }, ['held', 'open']],
    ['wait for their time', { waitsFor: 'time' }, ['again']],
    ['wait for footage', { waitsFor: 'segments' }, ['holed']],
    ['wait for their location', { waitsFor: 'location' }, ['shut']],
    ['have been in their state for no longer than a day', { maxAge: 86_400, states: ['FAILED'] }, ['failed']],
    ['have been in their state for a day', { minAge: 86_400 }, []],
    ['entered their state since then', { since: '2999-01-01T00:00:00.000Z' }, []],
    ['are in a state and wait for what nothing there waits for', { states: ['DONE'], waitsFor: 'editor' }, []],
  ]
  for (const [which, filter, expected] of found)
    it(`finds those that ${which}, in either order, and counts them`, async () => {
      assert.deepEqual(await ids(filter), expected)
      assert.deepEqual([...(await ids(filter, { order: 'state' }))].sort(), [...expected].sort())
      assert.deepEqual(await totalOf(log.db, filter), { count: expected.length, isExact: true })
    })

  it('finds a text in id, title, descriptions and notes, wherever it stands and in whatever case', async () => {
    assert.equal(await findsAnywhere(log.db), true)
    assert.deepEqual(await ids({ text: 'ARRO' }), ['raw'])
    assert.deepEqual(await ids({ text: 'shut' }), ['shut'])
    assert.deepEqual(await ids({ text: 'THE open' }), ['open'])
    assert.deepEqual(await ids({ text: 'about 100%' }), ['raw'])
    assert.deepEqual(await ids({ text: 'about 1_0' }), [])
    assert.equal((await ids({ text: 'quilt', states: ['EDITED'] })).length, 4)
  })

  it('finds a text at the beginning of words where the database may not have the index of all texts', async () => {
    const on = await log.db.connect()
    try {
      await on.query('begin; drop index reelstate.video_texts_trigrams')
      const having = async (text: string) =>
        (await listVideos(on, { filter: { text }, order: 'edited', after: null, limit: 9 })).videos.map(({ id }) => id)
      assert.deepEqual(await having('Parr'), ['raw'])
      assert.deepEqual(await having('the parrot ab'), ['raw'])
      assert.deepEqual(await having('arrot'), [])
      assert.deepEqual(await having(`it's "parrot" & !the`), [])
    } finally {
      await on.query('rollback')
      on.release()
    }
  })

  it('forgets the text of an edit that is gone', async () => {
    await happens(log.db, 'open', 'SourceChanged', { source: { description: 'A walrus' } })
    assert.deepEqual(await ids({ text: 'walrus' }), ['open'])
    await happens(log.db, 'open', 'SourceChanged', { source: { description: 'The raffle' } })
    assert.deepEqual(await ids({ text: 'walrus' }), [])
  })

  it('says of each what the chart and the row say that it waits for', async () => {
    for (const v of (await ask()).videos) {
      const row = { state: v.state, not_before: v.notBefore, warning_kind: v.warningKind }
      assert.equal(v.waitsFor, waitOf(row, v.uploadLocation === 'closed', new Date().toISOString()), v.id)
    }
  })

  for (const order of ['edited', 'state'] as const)
    it(`is read page by page in the order ${order}: each video once, whatever changes meanwhile elsewhere`, async () => {
      const whole = await ids({}, { order })
      const read: string[] = []
      let after: ListPlace | null = null
      do {
        const page = await ask({ order, after, limit: 3 })
        read.push(...page.videos.map(({ id }) => id))
        after = page.next
        await happens(log.db, `new-${order}-${read.length}`, 'Created', { source })
        await happens(log.db, `new-${order}-${read.length}`, 'Edited', { edit })
        // as it was: what is new is the last edited, and has been in its state for the shortest time
      } while (after !== null && read.length < whole.length)
      assert.deepEqual(read.slice(0, whole.length), whole)
    })
})
