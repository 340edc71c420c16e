import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { withoutSignIn } from '../../../src/http/signIn/signIn.js'
import { type BySource, enterBySource } from '../../../src/log/bySource.js'
import { readHistory } from '../../../src/log/read.js'
import { rebuild } from '../../../src/log/rebuild.js'
import { readRow } from '../../../src/log/videos.js'
import { type Place, places } from '../../machines/given.js'
import { type Desk, openDesk } from '../thrimshim/desk.js'
import { openWorkplace, type Workplace } from '../workplace.js'

describe('Videos by what they are called where they come from', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => (place = await openWorkplace({ signIn: withoutSignIn })))
  after(() => place[Symbol.asyncDispose]())

  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await fetch(`${place.url}/api/videos/by-source${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const put = (path: string, body: unknown) => send('PUT', path, body)
  const events = async (id: string) => (await readHistory(place.db, id)).map(({ type }) => type)

  it('are entered once, changed where something differs, and else left alone', async () => {
    const first = await put('/sheet/17', { description: 'The raffle', tags: ['a'], event_start: '2026-01-31T18:00:00' })
    assert.deepEqual([first.status, first.body['outcome'], first.body['version']], [201, 'created', 1])
    const id = String(first.body['id'])
    const again = await put('/sheet/17', { description: 'The raffle', event_start: '2026-01-31T18:00:00Z' })
    assert.deepEqual([again.status, again.body['outcome'], again.body['id']], [200, 'unchanged', id])
    const changed = await put('/sheet/17', { description: 'The raffle', notes: 'loud', token: 'x' })
    assert.deepEqual(
      [changed.status, changed.body['outcome'], changed.body['changed'], changed.body['version']],
      [200, 'changed', ['notes'], 2],
    )
    assert.deepEqual(await events(id), ['Created', 'SourceChanged'])
    const row = await send('GET', '/sheet/17')
    assert.deepEqual([row.body['id'], row.body['external_id'], row.body['tags']], [id, 'sheet/17', ['a']])
    assert.equal((await send('GET', '/sheet/18')).status, 404)
  })

  it('may be given an id of their own, which stays theirs', async () => {
    assert.equal((await put('/sheet/mine', { id: 'my-own' })).body['id'], 'my-own')
    assert.equal((await put('/sheet/mine', {})).body['outcome'], 'unchanged')
    const other = await put('/sheet/mine', { id: 'another' })
    assert.equal(other.status, 400)
    assert.match(String(other.body['error']), /id: found "another"; allowed is my-own/)
    const taken = await put('/other/mine', { id: 'my-own' })
    assert.equal(taken.status, 400)
    assert.match(String(taken.body['error']), /that video is sheet\/mine/)
  })

  it('change a video that was entered by hand where they have its id', async () => {
    await place.edited('by-hand')
    const { body } = await put('/sheet/by-hand', { id: 'by-hand', category: 'Song' })
    assert.deepEqual([body['outcome'], body['changed'], body['external_id']], ['changed', ['category'], null])
  })

  it('say in a dry run what would become of them', async () => {
    const would = await put('/sheet/dry?dry-run=true', { description: 'x' })
    assert.deepEqual([would.status, would.body['outcome'], would.body['version']], [200, 'created', 0])
    assert.equal((await send('GET', '/sheet/dry')).status, 404)
  })

  it('are refused by the name of what is wrong', async () => {
    const wrong: readonly [path: string, body: unknown, says: RegExp][] = [
      ['/sheet/w', { titel: 'x' }, /titel: found a field that is not known/],
      ['/sheet/w', { event_start: 'noon' }, /event_start: found "noon"/],
      ['/sheet/w', { id: '../x' }, /id: found/],
      ['/sheet/w', { id: 7 }, /id: found 7/],
      ['/sheet/w', [], /the body: found something else/],
      ['/a%20sheet/w', {}, /source: found "a sheet"/],
      ['/sheet/a%0Ab', {}, /key: found/],
    ]
    for (const [path, body, says] of wrong) {
      const answer = await put(path, body)
      assert.equal(answer.status, 400, JSON.stringify(answer.body))
      assert.match(JSON.stringify(answer.body).replaceAll('\\"', '"'), says)
    }
    assert.equal((await send('GET', '/sheet/w')).status, 404)
  })

  it('are one video though two enter it at the same moment, again and again', async () => {
    for (let round = 0; round < 5; round++) {
      const both = await Promise.all(
        ['one', 'other', 'third'].map((notes) =>
          enterBySource(place.db, { source: 'race', key: `${round}`, fields: { notes } }, { by: {} }),
        ),
      )
      const entered = both.map((one): BySource => (isLeft(one) ? assert.fail(JSON.stringify(one.left)) : one.right))
      assert.equal(new Set(entered.map(({ id }) => id)).size, 1)
      assert.deepEqual(entered.map(({ outcome }) => outcome).sort(), ['changed', 'changed', 'created'])
      assert.deepEqual(await events(entered[0]?.id ?? ''), ['Created', 'SourceChanged', 'SourceChanged'])
    }
  })

  it('are one video and one event though three say the same at the same moment', async () => {
    const entered = await Promise.all(['x', 'x', 'x'].map((description) => put('/race/same', { description })))
    assert.deepEqual(entered.map(({ body }) => body['outcome']).sort(), ['created', 'unchanged', 'unchanged'])
    assert.deepEqual(await events(String(entered[0]?.body['id'])), ['Created'])
  })

  it('come many at once, of which one that is wrong holds up no other', async () => {
    const rows = [
      { key: 'a', description: 'A' },
      { key: 'b', event_end: 'x' },
      7,
      { description: 'no key' },
      { key: 'a' },
      { id: 'c' },
    ]
    const { status, body } = await send('POST', '/many', { rows })
    assert.equal(status, 200)
    const outcomes = body['outcomes'] as { row: number; outcome: string; why: string | null; id: string | null }[]
    assert.deepEqual(
      outcomes.map(({ row, outcome }) => [row, outcome]),
      [
        [1, 'created'],
        [2, 'refused'],
        [3, 'refused'],
        [4, 'refused'],
        [5, 'refused'],
        [6, 'created'],
      ],
    )
    assert.match(outcomes[1]?.why ?? '', /event_end: found "x"/)
    assert.match(outcomes[4]?.why ?? '', /key: found "a" again; row 1 has it/)
    const again = (await send('POST', '/many', { rows: [rows[0], rows[5]] })).body['outcomes'] as typeof outcomes
    assert.deepEqual(
      again.map(({ outcome, id }) => [outcome, id]),
      [
        ['unchanged', outcomes[0]?.id],
        ['unchanged', 'c'],
      ],
    )
    assert.equal((await send('POST', '/many', { rows: 'x' })).status, 400)
    assert.equal((await send('POST', '/many', { rows: Array.from({ length: 1001 }, () => ({})) })).status, 400)
  })

  it('are found by it after a rebuild, too', async () => {
    await put('/sheet/rebuilt', { id: 'rebuilt' })
    await rebuild(place.db)
    assert.equal((await readRow(place.db, 'rebuilt'))?.['external_id'], 'sheet/rebuilt')
    assert.equal((await put('/sheet/rebuilt', {})).body['outcome'], 'unchanged')
  })
})

describe('What the schedule says later', function () {
  this.timeout(60_000)
  let desk: Desk
  before(async () => (desk = await openDesk()))
  after(() => desk[Symbol.asyncDispose]())

  const change = async (id: Place) => {
    const { url } = desk.place
    const body = JSON.stringify({ id, notes: 'quiet', tags: ['Other'], event_start: null })
    return (await fetch(`${url}/api/videos/by-source/sheet/${id}`, { method: 'PUT', body })).status
  }

  for (const place of places)
    it(`loses nothing of an edit in ${place}, and moves nothing`, async () => {
      await desk.bring(place, place)
      const before = await readRow(desk.place.db, place)
      assert.equal(await change(place), 200)
      const after = await readRow(desk.place.db, place)
      assert.deepEqual([after?.['notes'], after?.['tags'], after?.['event_start']], ['quiet', ['Other'], null])
      const own = ['version', 'notes', 'tags', 'event_start']
      const rest = (row: typeof before) => Object.entries(row ?? {}).filter(([column]) => !own.includes(column))
      assert.deepEqual(rest(after), rest(before))
    })
})
