import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { withoutSignIn } from '../../../src/http/signIn/signIn.js'
import { connect } from '../../../src/log/database.js'
import { migrate } from '../../../src/log/migrate.js'
import { moveLog } from '../../../src/log/move.js'
import { listPlaylists, setPlaylist } from '../../../src/log/playlists.js'
import { addTemplate, updateTemplate } from '../../../src/log/templates.js'
import { testDatabase } from '../../support/database.js'
import { png } from '../thrimshim/desk.js'
import { openWorkplace, type Workplace } from '../workplace.js'

describe('Playlists', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace({ signIn: withoutSignIn })
    const image = { bytes: await png(), contentType: 'image/png', width: 320, height: 180 }
    assert.ok(!isLeft(await addTemplate(place.db, { name: 'blue' }, image, {})))
  })
  after(() => place[Symbol.asyncDispose]())

  const send = async (method: string, path: string, body?: unknown) => {
    const init = { method, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const answer = await fetch(`${place.url}/api/playlists${path}`, init)
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }

  it('are entered, changed in what is named, listed by name, and taken away', async () => {
    const first = { name: 'Day 1', tags: ['day 1'], playlist_id: 'PL1', default_template: 'blue' }
    const whole = { id: 'day-1', ...first, description: '', show_in_description: true }
    assert.deepEqual((await send('PUT', '/day-1', first)).body, whole)
    assert.deepEqual((await send('PUT', '/day-1', { tags: null, token: 'x' })).body, { ...whole, tags: null })
    assert.deepEqual((await send('GET', '/day-1')).body, { ...whole, tags: null })
    await send('PUT', '/all', { name: 'All of it', tags: [] })
    const { playlists } = (await send('GET', '')).body as { playlists: { id: string }[] }
    assert.deepEqual(
      playlists.map(({ id }) => id),
      ['all', 'day-1'],
    )
    assert.equal((await send('DELETE', '/all')).status, 200)
    const gone = await send('DELETE', '/all')
    assert.deepEqual([gone.status, gone.body['known']], [404, ['day-1']])
    assert.equal((await send('GET', '/all')).status, 404)
  })

  it('are refused by the field that is wrong', async () => {
    await send('PUT', '/taken', { name: 'Taken', playlist_id: 'PLtaken' })
    const wrong: readonly [id: string, body: unknown, field: string][] = [
      ['new', {}, 'name'],
      ['new', { name: '<b>' }, 'name'],
      ['new', { name: 'x', titel: 1 }, 'titel'],
      ['new', { name: 'x', tags: 'day 1' }, 'tags'],
      ['new', { name: 'x', playlist_id: 'https://youtube.com' }, 'playlist_id'],
      ['new', { name: 'x', playlist_id: 'PLtaken' }, 'playlist_id'],
      ['new', { name: 'x', default_template: 'red' }, 'default_template'],
      ['a%20b', { name: 'x' }, 'id'],
      ['new', 7, 'the whole'],
    ]
    for (const [id, body, field] of wrong) {
      const answer = await send('PUT', `/${id}`, body)
      assert.equal(answer.status, 400, JSON.stringify(answer.body))
      assert.deepEqual(
        (answer.body['problems'] as { field: string }[]).map((one) => one.field),
        [field],
      )
    }
    assert.equal((await send('GET', '/new')).status, 404)
  })

  it('keep their template when it gets another name, and come along when the log moves', async () => {
    assert.ok(!isLeft(await setPlaylist(place.db, 'songs', { name: 'Songs', default_template: 'blue' }, {})))
    assert.ok(!isLeft(await updateTemplate(place.db, 'blue', { name: 'bluer' }, null, {})))
    const before = await listPlaylists(place.db)
    assert.equal(before.find(({ id }) => id === 'songs')?.default_template, 'bluer')
    const other = await testDatabase()
    try {
      await migrate(other.url)
      const to = connect({ url: other.url, name: 'spec' })
      await moveLog(place.db, to, () => undefined)
      assert.deepEqual(await listPlaylists(to), before)
      await to.end()
    } finally {
      await other.close()
    }
  })
})
