import assert from 'node:assert/strict'
import { befalls } from '../support/locations.js'
import { openWorkplace, type Workplace } from './workplace.js'

describe('reading over HTTP', function () {
  this.timeout(30_000)
  let place: Workplace
  let health: { reason: string | null; warnings: string[] } = { reason: null, warnings: [] }
  before(async () => {
    place = await openWorkplace({ health: () => health })
    await place.edited('one', 'The first')
    await place.edited('two')
    await place.append('two', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null })
    await place.append('three', 'Created', { source: { ...emptySource, description: 'Only a moment' } })
  })
  after(() => place[Symbol.asyncDispose]())

  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${place.url}${path}`, init)
    const text = await response.text()
    const isJson = text !== '' && response.headers.get('content-type')?.startsWith('application/json')
    const json = isJson ? JSON.parse(text) : null
    return { status: response.status, headers: response.headers, text, json }
  }

  it('counts the videos in every state of the chart', async () => {
    const { json } = await get('/api/counts')
    assert.deepEqual([json.UNEDITED, json.EDITED, json.CLAIMED, json.DONE], [1, 1, 1, 0])
    assert.equal(Object.keys(json).length, 11)
  })

  it('lists locations: which are paused, and what waits for them', async () => {
    await befalls(place.db, 'local', 'Paused', { why: 'the disk is full', until: null })
    const { locations } = (await get('/api/locations')).json
    assert.deepEqual(
      locations.map(({ name, state, reason, waiting }: Record<string, string>) => [name, state, reason, waiting]),
      [['local', 'PAUSED', 'the disk is full', 1]],
    )
  })

  it('lists videos, the last edited first, all or those of a state', async () => {
    const all = (await get('/api/videos')).json.videos
    assert.deepEqual(
      all.map(({ id, title }: Record<string, string>) => `${id}: ${title}`),
      ['two: The title of two', 'one: The first', 'three: Only a moment'],
    )
    const claimed = (await get('/api/videos?state=CLAIMED&limit=5')).json.videos
    assert.deepEqual(
      claimed.map(({ id, uploader }: Record<string, string>) => [id, uploader]),
      [['two', 'node-a']],
    )
    assert.equal((await get('/api/videos?limit=1')).json.videos.length, 1)
  })

  it('gives a row under the names of its columns', async () => {
    const { json } = await get('/api/videos/two')
    assert.equal(json.state, 'CLAIMED')
    assert.equal(json.substate, 'PREPARING')
    assert.equal(json.video_title, 'The title of two')
    assert.equal('snapshot' in json, false)
  })

  it('gives a video’s events a page at a time', async () => {
    const first = (await get('/api/videos/two/events?limit=2')).json
    assert.deepEqual(
      first.events.map(({ type }: Record<string, string>) => type),
      ['Created', 'Edited'],
    )
    assert.equal(first.next, 2)
    const { events, next } = (await get(`/api/videos/two/events?after=${first.next}&limit=2`)).json
    assert.equal(next, null)
    assert.equal(events.length, 1)
    const { type, version, state, node, data, unreadable } = events[0]
    assert.deepEqual(
      { type, version, state, node, data, unreadable },
      {
        type: 'Claimed',
        version: 3,
        state: 'CLAIMED.PREPARING',
        node: 'node-a',
        data: { attempt: 'attempt-1', attempts_limit: 3, why: null },
        unreadable: null,
      },
    )
  })

  it('gives the chart as JSON and as a picture that stands alone', async () => {
    assert.equal((await get('/api/machine')).json.initial, 'UNEDITED')
    const { headers, text } = await get('/api/diagram.svg')
    assert.match(headers.get('content-type') ?? '', /^image\/svg\+xml/)
    assert.match(text, /^<svg .*<style>/s)
  })

  it('says that a video, or a path, is not there', async () => {
    for (const path of [
      '/api/videos/none',
      '/api/videos/none/events',
      '/nothing',
      '/console/../server.ts',
      '/console/page.js',
    ]) {
      const { status, json } = await get(path)
      assert.equal(status, 404, path)
      assert.deepEqual(Object.keys(json), ['error'])
    }
  })

  for (const [path, field, found] of [
    ['/api/videos?state=NOWHERE', 'state', '"NOWHERE"'],
    ['/api/videos?limit=0', 'limit', '"0"'],
    ['/api/videos?limit=many', 'limit', '"many"'],
    ['/api/videos?limit=5&limit=6', 'limit', '["5","6"]'],
    ['/api/videos?stat=DONE', 'stat', 'a field that is not known'],
    ['/api/videos/two/events?after=-1', 'after', '"-1"'],
    ['/api/stream?back=501', 'back', '"501"'],
    ['/api/stream?after=12', 'after', '"12"'],
  ] as const)
    it(`refuses ${path} and names the field, what was found and what is allowed`, async () => {
      const { status, json } = await get(path)
      assert.equal(status, 400)
      assert.equal(json.problems[0].field, field)
      assert.equal(json.problems[0].found, found)
      assert.ok(json.problems[0].allowed.length > 0)
    })

  it('refuses whatever is not reading', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const { status, headers } = await get('/api/videos/two', { method })
      assert.equal(status, 405, method)
      assert.equal(headers.get('allow'), 'GET, HEAD')
    }
    assert.equal((await get('/api/videos/two', { method: 'HEAD' })).status, 200)
  })

  it('is healthy, says why not, or what somebody should look at', async () => {
    const told = async (now: typeof health) => {
      health = now
      const { status, json } = await get('/healthz')
      return { code: status, ...(json as object) }
    }
    const warnings = ['a transaction is left open']
    assert.deepEqual(await told({ reason: 'the disk is full', warnings: [] }), {
      ...{ code: 503, status: 'unwell', reason: 'the disk is full', warnings: [] },
    })
    assert.deepEqual(await told({ reason: null, warnings }), { code: 200, status: 'degraded', warnings })
    assert.deepEqual(await told({ reason: null, warnings: [] }), { code: 200, status: 'ok', warnings: [] })
  })

  it('says no more than that the database is away, or that something is wrong', async () => {
    const troubles: unknown[] = []
    const broken = new Error('secret at /home/somebody.ts:1')
    const away = Object.assign(new Error('connect ECONNREFUSED 10.1.2.3:5432'), { code: 'ECONNREFUSED' })
    for (const [error, status] of [
      [broken, 500],
      [away, 503],
    ] as const) {
      const { db } = place
      const failing = Object.create(db, { query: { value: () => Promise.reject(error) } })
      const { url, close } = await place.serve({ db: failing, onTrouble: (trouble) => troubles.push(trouble) })
      const response = await fetch(`${url}/api/counts`)
      const text = await response.text()
      await close()
      assert.equal(response.status, status)
      assert.ok(!/secret|somebody|10\.1\.2\.3|ECONN/.test(text), text)
      assert.ok(troubles.includes(error))
    }
  })

  it('allows scripts and styles from files of its own only, and asks for no https', async () => {
    const { headers, text } = await get('/')
    const policy = headers.get('content-security-policy') ?? ''
    assert.match(policy, /script-src 'self'/)
    assert.ok(!/unsafe|upgrade-insecure/.test(policy), policy)
    assert.equal(headers.get('strict-transport-security'), null)
    assert.ok(!/<script(?![^>]*\ssrc=)|<style| style=| on[a-z]+=/.test(text))
  })
})

const emptySource = {
  sheet_name: '',
  event_start: null,
  event_end: null,
  category: '',
  description: '',
  submitter_winner: '',
  notes: '',
  poster_moment: false,
  image_links: [],
  tags: [],
}
