import assert from 'node:assert/strict'
import { noteProgress } from '../../../src/log/progress.js'
import { registerNode } from '../../../src/log/nodes.js'
import { livedVideo } from '../../support/log.js'
import { asking } from '../asking.js'
import { openWorkplace, type Workplace } from '../workplace.js'

describe('the board, the nodes and the log over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace({
      quota: async () => [
        {
          ...{
            account: 'channel',
            isElsewhere: false,
            day: '2026-01-31',
            dayEndsAt: '2026-02-01T08:00:00.000Z',
            methods: {},
          },
          uploads: { used: 1, limit: 100, usedUpAt: null },
          units: { used: 0, limit: 10_000, usedUpAt: null },
        },
      ],
    })
    await livedVideo(place.db, 'lived')
    await place.append('lived', 'Reset', { force: true, reason: null })
    await place.edited('held')
    await place.append('held', 'Claimed', { attempt: 'held-1', attempts_limit: 3, why: null })
    await registerNode(place.db, { name: 'node-a', host: 'h', pid: 1, version: '1', locations: {} })
    await noteProgress(place.db, 'held', { attempt: 'held-1', doneSeconds: 3, totalSeconds: 15, bytes: 1_000 })
  })
  after(() => place[Symbol.asyncDispose]())
  const get = (path: string) => asking(place.url).get(path)

  it('shows every state of the chart, what moves, and how far back the log goes', async () => {
    const { json } = await get('/api/board?hours=1')
    assert.equal(Object.keys(json.states).length, 11)
    assert.deepEqual([json.states.CLAIMED.count, json.states.UNEDITED.count, json.states.DONE.count], [1, 1, 0])
    assert.ok(json.states.CLAIMED.oldestSince !== null && json.states.DONE.oldestSince === null)
    assert.ok(json.flow.some(({ from, to }: Record<string, string>) => from === 'EDITED' && to === 'CLAIMED'))
    assert.ok(json.log.first < json.log.last)
  })

  it('shows how many there were in each state at any time', async () => {
    const { log } = (await get('/api/board')).json
    const [first, last] = [await get(`/api/board?at=${log.first}`), await get(`/api/board?at=${log.last}`)]
    assert.deepEqual([first.json.counts.UNEDITED, first.json.counts.CLAIMED, first.json.counts.REJECTED], [1, 0, 0])
    assert.deepEqual([last.json.counts.UNEDITED, last.json.counts.CLAIMED], [1, 1])
    const before = await get('/api/board?at=1970-01-01T00:00:00Z')
    assert.ok(Object.values(before.json.counts).every((count) => count === 0))
  })

  for (const [field, query] of [
    ['at', 'at=2999-01-01T00:00:00Z'],
    ['at', 'at=now'],
    ['at', 'at=0001-01-01T00:00:00Z'],
    ['hours', 'hours=0'],
    ['hours', 'hours=1000'],
  ] as const)
    it(`refuses ${query}`, async () => {
      const { status, json } = await get(`/api/board?${query}`)
      assert.equal(status, 400)
      assert.equal(json.problems[0].field, field)
    })

  it('shows the charts of nodes and locations, and who is in which of their states', async () => {
    const { json } = await get('/api/board')
    assert.deepEqual(
      json.nodes.map(({ name, state }: Record<string, string>) => [name, state]),
      [['node-a', 'RUNNING']],
    )
    for (const [of, states] of [
      ['node', ['RUNNING', 'SILENT', 'STOPPED']],
      ['location', ['READY', 'PAUSED', 'PROBING']],
    ] as const) {
      const { boxes } = (await get(`/api/machine/layout?of=${of}`)).json
      assert.deepEqual(
        boxes.map(({ id }: { id: string }) => id),
        states,
      )
      const machine = (await get(`/api/machine?of=${of}`)).json
      assert.equal(machine.initial, states[0])
    }
    assert.equal((await get('/api/machine?of=account')).status, 400)
  })

  it('shows which videos were in a state at any time, and what happened around it', async () => {
    const { log } = (await get('/api/board')).json
    const then = (await get(`/api/board/videos?at=${log.first}&state=UNEDITED`)).json
    assert.deepEqual(
      then.videos.map(({ id, version }: Record<string, unknown>) => [id, version]),
      [['lived', 1]],
    )
    const { before, after } = (await get(`/api/board/events?at=${log.first}&limit=1`)).json
    assert.deepEqual([before.length, before[0].type, after.length, after[0].video], [1, 'Created', 1, 'lived'])
    const { hours } = (await get('/api/board/hours')).json
    assert.ok(Array.isArray(hours))
    for (const path of ['/api/board/events', '/api/board/videos?state=DONE', `/api/board/videos?at=${log.first}`])
      assert.equal((await get(path)).status, 400, path)
  })

  it('shows the nodes: how each is, what it has in hand and how far that is', async () => {
    const { nodes } = (await get('/api/nodes')).json
    const [{ name, state, silentSeconds, holds }] = nodes
    assert.deepEqual([name, state, holds.length], ['node-a', 'running', 1])
    assert.ok(silentSeconds >= 0)
    assert.deepEqual([holds[0].video, holds[0].state, holds[0].progress.doneSeconds], ['held', 'CLAIMED.PREPARING', 3])
  })

  it('shows what is used of each account’s quota', async () =>
    assert.equal((await get('/api/accounts')).json.accounts[0].uploads.used, 1))

  it('shows the orphans of all videos, a page at a time', async () => {
    await livedVideo(place.db, 'lives')
    await place.append('lives', 'Reset', { force: true, reason: null })
    const first = (await get('/api/orphans?limit=1')).json
    assert.deepEqual([first.orphans[0].video, first.orphans[0].orphan, first.next], ['lived', 'vid', 'lived'])
    const second = (await get(`/api/orphans?limit=1&after=${first.next}`)).json
    assert.deepEqual([second.orphans[0].video, second.next], ['lives', null])
  })

  it('shows the log from either end, or one stream of it, a page at a time', async () => {
    const all = async (query: string) => {
      const read: { id: string; stream: string; version: number }[] = []
      for (let next: string | null = ''; next !== null;) {
        const page = await get(`/api/events?limit=7&${query}${next === '' ? '' : `&after=${next}`}`)
        read.push(...page.json.events)
        next = page.json.next as string | null
      }
      return read
    }
    const [newest, oldest] = [await all(''), await all('order=oldest')]
    assert.deepEqual(newest, [...oldest].reverse())
    assert.ok(oldest.length > 20)
    assert.deepEqual(
      (await all('stream=video/held&order=oldest')).map(({ stream, version }) => `${stream} ${version}`),
      ['video/held 1', 'video/held 2', 'video/held 3'],
    )
    assert.deepEqual(await all('stream=video/none'), [])
  })

  for (const query of ['stream=held', 'stream=video/', 'type=Edited', 'after=1', 'order=best', 'limit=501'])
    it(`refuses /api/events?${query}`, async () => assert.equal((await get(`/api/events?${query}`)).status, 400))
})
