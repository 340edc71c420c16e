import assert from 'node:assert/strict'
import { plainEditing } from '../../../src/http/editing.js'
import { withoutSignIn } from '../../../src/http/signIn/signIn.js'
import { keepBlob } from '../../../src/log/blobs.js'
import { registerNode } from '../../../src/log/nodes.js'
import { openWorkplace, type Workplace } from '../workplace.js'
import { asking, byName } from './asked.js'

describe('what the console asks before and after an edit', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    const editing = { ...plainEditing, title_prefix: 'Fest', description_footer: 'By hand', channel: 'camera' }
    place = await openWorkplace({ signIn: byName, editing })
  })
  after(() => place[Symbol.asyncDispose]())

  it('tells who a credential is for, why another is no good, and that nobody is asked', async () => {
    const me = async (url: string, who: string | null) => (await asking(url, who)('GET', '/api/me')).json
    const how = { asksNobody: false, readsAreClosed: false, issuer: null }
    assert.deepEqual(await me(place.url, 'ann:editor'), { ...how, actor: 'ann', roles: ['editor'], why: null })
    assert.deepEqual(await me(place.url, 'ann'), { ...how, actor: null, roles: [], why: 'the token is not one' })
    assert.deepEqual(await me(place.url, null), { ...how, actor: null, roles: [], why: null })
    const { url } = await place.serve({ signIn: withoutSignIn })
    assert.equal((await me(url, null)).asksNobody, true)
  })

  it('tells what an edit begins with, and where it may go', async () => {
    const locations = { local: { type: 'local', cut: 'fast' } }
    await registerNode(place.db, { name: 'node-a', host: 'h', pid: 1, version: '1', locations })
    const { json } = await asking(place.url, null)('GET', '/api/editing')
    assert.deepEqual(json, {
      ...{ channel: 'camera', title_prefix: 'Fest', description_footer: 'By hand', archive_sheets: [], locations },
    })
  })

  it('tells what the last cut up to a version was made of', async () => {
    const ask = (path: string) => asking(place.url, null)('GET', path)
    await place.edited('one')
    assert.equal((await ask('/api/videos/one/receipt')).status, 404)
    const cut = async (attempt: string, receipt: string | null) => {
      await place.append('one', 'Claimed', { attempt, attempts_limit: 3, why: null })
      await place.append('one', 'UploadOpened', { attempt, destination: null })
      await place.append('one', 'FinalizeStarted', { attempt, bytes: 7, receipt })
    }
    const kept = await keepBlob(place.db, 'application/json', Buffer.from('{"type":"fast"}'))
    await cut('first', kept)
    await place.append('one', 'Released', {
      ...{ attempt: 'first', cause: 'away', counts: false, not_before: null, proof: 'it said so' },
    })
    await cut('second', null)
    const last = (await ask('/api/videos/one/receipt')).json
    assert.deepEqual([last.version, last.attempt, last.receipt, last.sha256], [9, 'second', null, null])
    const first = (await ask('/api/videos/one/receipt?version=8')).json
    assert.deepEqual([first.version, first.bytes, first.receipt, first.sha256], [5, 7, { type: 'fast' }, kept])
    assert.equal((await ask('/api/videos/one/receipt?version=4')).status, 404)
    assert.equal((await ask('/api/videos/none/receipt')).status, 404)
  })
})
