import assert from 'node:assert/strict'
import { registerNode } from '../../../src/log/nodes.js'
import { readHistory } from '../../../src/log/read.js'
import { Exposition } from '../../support/exposition.js'
import { edit } from '../../support/moment.js'
import { until } from '../../support/processes.js'
import { openWorkplace, type Workplace } from '../workplace.js'
import { asking, byName } from './asked.js'

describe('a command to many videos', function () {
  this.timeout(60_000)
  let place: Workplace
  let ask: ReturnType<typeof asking>
  beforeEach(async () => {
    place = await openWorkplace({ signIn: byName })
    ask = asking(place.url)
    const locations = { local: { type: 'local', cut: 'fast' }, other: { type: 'local', cut: 'fast' } }
    await registerNode(place.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
    for (const id of ['a', 'b', 'c']) await place.edited(id)
  })
  afterEach(() => place[Symbol.asyncDispose]())

  const lines = ({ text }: { text: string }) =>
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  const lastOf = async (id: string) => (await readHistory(place.db, id)).at(-1)

  it('tells first what would become of each, and changes nothing', async () => {
    const dry = await ask('POST', '/api/bulk/reset?dry-run', { ids: ['a', 'b', 'none'], body: { reason: 'all' } })
    assert.equal(dry.status, 200)
    const [a, , none, end] = lines(dry)
    assert.deepEqual(a, { id: 'a', outcome: 'would be done', version: 3, from: 'EDITED', state: 'UNEDITED' })
    assert.deepEqual([none?.outcome, none?.why], ['refused', 'there is no video "none"'])
    assert.deepEqual([end?.videos, end?.wouldBeDone, end?.refused, end?.event], [3, 2, 1, 'Reset'])
    assert.equal((await lastOf('a'))?.type, 'Edited')
  })

  it('acts on what a filter means, as one person, with one cause, and tells what became of each', async () => {
    const run = await ask('POST', '/api/bulk/reset', { filter: { state: 'EDITED', location: 'local' } })
    const [a, , , end] = lines(run)
    assert.deepEqual([a?.outcome, a?.state, end?.done, end?.refused], ['done', 'UNEDITED', 3, 0])
    const [one, other] = [await lastOf('a'), await lastOf('c')]
    assert.deepEqual([one?.type, one?.actor, one?.cause], ['Reset', 'ann', end?.cause])
    assert.equal(other?.cause, one?.cause)
  })

  it('acts only on what was shown, where it is given the token of the dry run', async () => {
    const asked = { filter: { state: 'EDITED' } }
    const { token } = lines(await ask('POST', '/api/bulk/reset?dry-run', asked)).at(-1) ?? {}
    await place.edited('d')
    const refused = await ask('POST', '/api/bulk/reset', { ...asked, token })
    assert.equal(refused.status, 412)
    assert.equal(refused.json.rows.length, 4)
    assert.equal((await lastOf('a'))?.type, 'Edited')
    const run = await ask('POST', '/api/bulk/reset', { ...asked, token: refused.json.token })
    assert.equal(lines(run).at(-1)?.done, 4)
  })

  it('lays a part of an edit over the edit of each', async () => {
    const run = await ask('POST', '/api/bulk/edited', { ids: ['a', 'b'], body: { upload_location: 'other' } })
    assert.equal(lines(run).at(-1)?.done, 2)
    const { json } = await ask('GET', '/api/videos/b')
    assert.deepEqual([json.upload_location, json.video_title], ['other', 'The title of b'])
    const wrong = await ask('POST', '/api/bulk/edited', { ids: ['a'], body: { upload_location: 'nowhere' } })
    assert.match(String(lines(wrong)[0]?.why), /^upload_location: found "nowhere"/)
  })

  it('goes no further once nobody is there to be told', async () => {
    const { db, url } = place
    const holding = await db.connect()
    try {
      await holding.query('begin')
      await holding.query(`select from reelstate.videos where id = 'b' for update`)
      const leaving = new AbortController()
      const answer = await fetch(`${url}/api/bulk/reset`, {
        ...{ method: 'POST', body: JSON.stringify({ ids: ['a', 'b', 'c'] }), signal: leaving.signal },
        headers: { authorization: 'Bearer ann:operator' },
      })
      const first = await answer.body?.getReader().read()
      assert.match(String(first?.value && Buffer.from(first.value)), /^\{"id":"a","outcome":"done"/)
      leaving.abort()
      await until(async () => {
        const seen = Exposition.parse(await (await fetch(`${url}/metrics`)).text())
        return seen.by('reelstate_http_requests_total', 'route')['/api/bulk/reset'] === 1
      }, 'the node has seen that the client is gone')
    } finally {
      await holding.query('rollback')
      holding.release()
    }
    // what had begun is done to its end
    await until(async () => (await lastOf('b'))?.type === 'Reset', 'b is reset')
    // were the next one begun, it would be done before this
    await ask('POST', '/api/videos/a/edited', edit)
    assert.deepEqual([(await lastOf('a'))?.type, (await lastOf('c'))?.type], ['Edited', 'Edited'])
    assert.equal((await readHistory(db, 'c')).length, 2)
  })

  it('is refused where it means nothing, too much, or what nobody knows', async () => {
    for (const [body, field] of [
      [{}, 'ids'],
      [{ filter: {} }, 'ids'],
      [{ ids: ['a'], filter: { state: 'EDITED' } }, 'ids'],
      [{ ids: [] }, 'ids'],
      [{ ids: Array.from({ length: 2_001 }, (_, n) => `v${n}`) }, 'ids'],
      [{ filter: { state: 'NOWHERE' } }, 'filter.state'],
      [{ filter: { stat: 'EDITED' } }, 'filter.stat'],
      [{ ids: ['a'], id: 'b' }, 'id'],
    ] as const) {
      const { status, json } = await ask('POST', '/api/bulk/reset', body)
      assert.deepEqual([status, json.problems[0].field], [400, field])
    }
    assert.equal((await ask('POST', '/api/bulk/orphan-adopted', { ids: ['a'] })).status, 404)
    assert.equal((await asking(place.url, 'ed:editor')('POST', '/api/bulk/reset', { ids: ['a'] })).status, 403)
  })
})
