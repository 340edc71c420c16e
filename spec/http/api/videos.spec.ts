import assert from 'node:assert/strict'
import { openWorkplace, type Workplace } from '../workplace.js'
import { asking } from '../asking.js'

describe('the list of videos over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace()
    for (const id of ['a', 'b', 'c', 'd', 'e']) await place.edited(id, `The ${id} of five`)
    await place.append('c', 'Claimed', { attempt: 'c-1', attempts_limit: 3, why: null })
    await place.append('d', 'Claimed', { attempt: 'd-1', attempts_limit: 3, why: null }, 'node-b')
    await place.append('d', 'Failed', { attempt: 'd-1', cause: 'damaged', proof: null }, 'node-b')
  })
  after(() => place[Symbol.asyncDispose]())

  const get = (path: string) => asking(place.url).get(path)
  const ids = ({ json }: { json: { videos: { id: string }[] } }) => json.videos.map(({ id }) => id)

  it('is filtered by everything that is asked for at once, and says how many pass', async () => {
    const found = await get('/api/videos?state=CLAIMED,FAILED&location=local')
    assert.deepEqual(ids(found), ['d', 'c'])
    assert.deepEqual(found.json.total, { count: 2, isExact: true })
    assert.deepEqual(ids(await get('/api/videos?state=CLAIMED&state=EDITED&text=of+five')), ['e', 'c', 'b', 'a'])
    assert.deepEqual(ids(await get('/api/videos?has_error=true&error_class=person&node=node-b&max_age=86400')), ['d'])
    assert.deepEqual(ids(await get('/api/videos?waits_for=operator')), ['d'])
    assert.deepEqual(ids(await get('/api/videos?editor=nobody')), [])
  })

  it('is read page by page, with a place that clients give back as it is', async () => {
    for (const order of ['edited', 'state']) {
      const read: string[] = []
      let next: string | null = ''
      for (let pages = 0; next !== null; pages++) {
        const page: Awaited<ReturnType<typeof get>> = await get(
          `/api/videos?order=${order}&limit=2${next === '' ? '' : `&after=${next}`}`,
        )
        read.push(...ids(page))
        next = page.json.next as string | null
        assert.deepEqual(page.json.total, pages === 0 ? { count: 5, isExact: true } : null)
      }
      assert.deepEqual(read, order === 'edited' ? ['e', 'd', 'c', 'b', 'a'] : ['a', 'b', 'e', 'c', 'd'])
    }
  })

  it('can be asked for by every editor that there is', async () => {
    const { editors, more } = (await get('/api/editors')).json
    assert.deepEqual([editors, more], [['somebody'], false])
    assert.equal(ids(await get(`/api/videos?editor=${editors[0]}`)).length, 5)
  })

  it('takes no place of another order', async () => {
    const { next } = (await get('/api/videos?limit=1')).json
    const { status, json } = await get(`/api/videos?limit=1&order=state&after=${next}`)
    assert.equal(status, 400)
    assert.deepEqual(json.problems[0].field, 'after')
  })

  const place64 = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')
  for (const [field, query] of [
    ['state', 'state=DONE,NOWHERE'],
    ['state', 'state='],
    ['substate', 'substate=DONE'],
    ['text', 'text=ab'],
    ['text', 'text=%21%21%21'],
    ['text', 'text=abc%00'],
    ['node', 'node='],
    ['node', 'node=%00'],
    ['editor', `editor=${'x'.repeat(201)}`],
    ['min_age', 'min_age=-1'],
    ['max_age', 'max_age=1e3'],
    ['since', 'since=yesterday'],
    ['since', 'since=0000-01-01T00:00:00Z'],
    ['waits_for', 'waits_for=luck'],
    ['has_error', 'has_error=1'],
    ['error_class', 'error_class=bad'],
    ['order', 'order=title'],
    ['limit', 'limit=1001'],
    ['after', 'after=abc'],
    ['after', `after=${place64(['edited', '99999999999999999', 'a'])}`],
    ['after', `after=${place64(['edited', '1e3', 'a'])}`],
    ['after', `after=${place64(['edited', null, 'a\0'])}`],
    ['after', `after=${place64(['title', null, 'a'])}`],
  ] as const)
    it(`refuses ${query.slice(0, 60)} and names the field`, async () => {
      const { status, json } = await get(`/api/videos?${query}`)
      assert.equal(status, 400)
      assert.equal(json.problems[0].field, field)
      assert.ok(json.problems[0].allowed.length > 0)
    })
})

describe('a video at a version, over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace()
    await place.edited('a', 'The first')
    await place.append('a', 'Claimed', { attempt: 'a-1', attempts_limit: 3, why: null })
  })
  after(() => place[Symbol.asyncDispose]())
  const get = (path: string) => asking(place.url).get(path)

  it('is the row of then, with what the event asked for and what it changed', async () => {
    const { json } = await get('/api/videos/a/at/2')
    assert.deepEqual([json.state, json.before, json.row.state, json.row.version], ['EDITED', 'UNEDITED', 'EDITED', 2])
    assert.equal(json.event.type, 'Edited')
    assert.deepEqual(json.effects, [{ type: 'offer', video: 'a' }])
    assert.ok(
      json.changed.some(({ column, to }: Record<string, string>) => column === 'video_title' && to === 'The first'),
    )
    assert.equal('snapshot' in json.row, false)
    assert.deepEqual(json.row.video_ranges[0], ['2026-01-31T18:00:10.000Z', '2026-01-31T18:00:20.500Z'])
  })

  it('is, of the newest version, the row of now', async () => {
    const [then, now] = [await get('/api/videos/a/at/3'), await get('/api/videos/a')]
    const columns = (row: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [
          column,
          typeof value === 'string' && /^\d{4}-/.test(value) ? Date.parse(value) : value,
        ]),
      )
    const withoutRanges = (row: Record<string, unknown>) => ({ ...columns(row), video_ranges: null })
    assert.deepEqual(withoutRanges(then.json.row), withoutRanges(now.json))
  })

  it('is not there where the video, or the version, is not', async () => {
    assert.equal((await get('/api/videos/none/at/1')).status, 404)
    const { status, json } = await get('/api/videos/a/at/4')
    assert.equal(status, 404)
    assert.match(json.error, /a has 3 events/)
    for (const version of ['0', '-1', 'x', '2147483648'])
      assert.equal((await get(`/api/videos/a/at/${version}`)).status, 400)
  })
})
