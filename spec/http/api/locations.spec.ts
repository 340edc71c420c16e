import assert from 'node:assert/strict'
import { right } from 'fp-ts/lib/Either.js'
import { withoutSignIn } from '../../../src/http/signIn/signIn.js'
import { registerNode } from '../../../src/log/nodes.js'
import { asking } from '../asking.js'
import { openWorkplace, type Workplace } from '../workplace.js'

describe('locations over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  beforeEach(async () => {
    place = await openWorkplace({ signIn: withoutSignIn })
    const locations = { local: { type: 'local', cut: 'fast' } }
    await registerNode(place.db, { name: 'node-a', host: 'h', pid: 1, version: '1', locations })
  })
  afterEach(() => place[Symbol.asyncDispose]())
  const get = (path: string) => asking(place.url).get(path)
  const post = (path: string, body: unknown) => asking(place.url).post(path, body)

  it('are paused and resumed by an operator, whom the log names', async () => {
    const paused = await post('/api/locations/local/pause', { why: 'moved', for_seconds: 60 })
    assert.deepEqual(
      [paused.status, paused.json.state, paused.json.before, paused.json.dryRun],
      [200, 'PAUSED', 'READY', false],
    )
    assert.ok(Date.parse(paused.json.until) > Date.now())
    const resumed = await post('/api/locations/local/resume', { why: 'there now' })
    assert.equal(resumed.json.before, 'PAUSED')
    assert.equal(resumed.json.state, (await get('/api/locations/local')).json.location.state)
    const { json } = await get('/api/locations/local')
    assert.deepEqual(
      json.events.map(({ type, actor }: Record<string, string>) => `${type} by ${actor}`),
      ['Paused by NOT_AUTH', 'Resumed by NOT_AUTH'],
    )
    const page = (await get('/api/locations/local?limit=1')).json
    assert.deepEqual([page.events.length, page.next], [1, 1])
    assert.equal((await get('/api/locations/local?after=1')).json.events[0].type, 'Resumed')
  })

  it('stay as they are where it is only asked what would become of them', async () => {
    const { json } = await post('/api/locations/local/pause?dry-run=true', { why: 'moved' })
    assert.deepEqual([json.state, json.version, json.dryRun], ['PAUSED', 0, true])
    assert.equal((await get('/api/locations/local')).json.location.state, 'READY')
    assert.deepEqual((await get('/api/locations/local')).json.events, [])
  })

  it('stay as they are where they have moved since they were looked at: the version is named in If-Match', async () => {
    const pause = (version: number) =>
      fetch(`${place.url}/api/locations/local/pause`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'if-match': `"${version}"` },
        body: JSON.stringify({ why: 'moved' }),
      })
    const seen = (await get('/api/locations')).json.locations[0].version
    assert.equal(seen, 0)
    await post('/api/locations/local/pause', { why: 'the disk is being changed' })
    const refused = await pause(seen)
    assert.deepEqual([refused.status, refused.headers.get('etag')], [412, '"1"'])
    const said = (await refused.json()) as Record<string, unknown>
    assert.deepEqual([said['version'], said['state']], [1, 'PAUSED'])
    assert.equal((await pause(1)).status, 200)
    assert.equal((await get('/api/locations')).json.locations[0].version, 2)
  })

  it('stay as they are where their state does not allow it: what is possible is said', async () => {
    const { status, json } = await post('/api/locations/local/resume', { why: 'for nothing' })
    assert.equal(status, 409)
    assert.equal(json.state, 'READY')
    assert.ok(json.possible.includes('Paused'))
    assert.deepEqual((await get('/api/locations/local')).json.events, [])
  })

  it('are not there where nobody offers them', async () => {
    assert.equal((await get('/api/locations/none')).status, 404)
    for (const command of ['pause', 'resume'])
      assert.equal((await post(`/api/locations/none/${command}`, { why: 'x' })).status, 404)
  })

  for (const [field, body] of [
    ['why', {}],
    ['why', { why: ' ' }],
    ['why', { why: 'x\0' }],
    ['until', { why: 'x', until: 'soon' }],
    ['until', { why: 'x', until: '2020-01-01T00:00:00Z' }],
    ['until', { why: 'x', until: '2999-01-01T00:00:00Z', for_seconds: 5 }],
    ['for_seconds', { why: 'x', for_seconds: 0 }],
  ] as const)
    it(`refuse a pause of ${JSON.stringify(body)} and name ${field}`, async () => {
      const { status, json } = await post('/api/locations/local/pause', body)
      assert.equal(status, 400)
      assert.equal(json.problems[0].field, field)
      assert.equal((await get('/api/locations/local')).json.location.state, 'READY')
    })

  it('are paused by nobody but an operator', async () => {
    const editor = {
      readsAreClosed: false,
      identify: async () => right({ actor: 'ed', roles: new Set(['editor'] as const) }),
    }
    const { url } = await place.serve({ signIn: editor })
    for (const command of ['pause', 'resume'])
      assert.equal((await asking(url).post(`/api/locations/local/${command}`, { why: 'x' })).status, 403)
    assert.equal((await get('/api/locations/local')).json.location.state, 'READY')
  })
})
