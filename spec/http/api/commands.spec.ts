import assert from 'node:assert/strict'
import { left } from 'fp-ts/lib/Either.js'
import { events } from '../../../machines/events.js'
import { routes } from '../../../src/http/routes.js'
import { byHandTypes, deeds, inPath } from '../../../src/log/byHand.js'
import { readHistory } from '../../../src/log/read.js'
import { registerNode } from '../../../src/log/nodes.js'
import { edit, source } from '../../support/moment.js'
import { openWorkplace, type Workplace } from '../workplace.js'
import { asking, byName } from './asked.js'

const claim = { attempt: 'attempt-1', attempts_limit: 3, why: null }
const finalized = { attempt: 'attempt-1', bytes: 10, receipt: null }

describe('a command over HTTP', function () {
  this.timeout(30_000)
  let place: Workplace
  let ask: ReturnType<typeof asking>
  const hidden: string[] = []
  before(async () => {
    place = await openWorkplace({
      signIn: byName,
      unlist: async (video, orphan, by) => {
        hidden.push(`${orphan} of ${video} by ${by.actor}`)
        return left({ _tag: 'UploadError', message: 'the destination is away', retryable: true })
      },
    })
    ask = asking(place.url)
    const locations = { local: { type: 'local', cut: 'fast' }, other: { type: 'local', cut: 'fast' } }
    await registerNode(place.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
  })
  after(() => place[Symbol.asyncDispose]())

  const typesOf = async (id: string) => (await readHistory(place.db, id)).map(({ type }) => type)

  /** A video whose upload nobody knows about. */
  async function uncertain(id: string): Promise<void> {
    await place.edited(id)
    await place.append(id, 'Claimed', claim)
    await place.append(id, 'UploadOpened', { attempt: 'attempt-1', destination: null })
    await place.append(id, 'FinalizeStarted', finalized)
    await place.append(id, 'FinalizeUnknown', { attempt: 'attempt-1', cause: 'cut off' })
  }

  it('has a path for every event that people cause, for the role that the event names', () => {
    const found = new Map(routes.map((one) => [`${one.method} ${one.path}`, one.who]))
    for (const type of byHandTypes)
      assert.equal(found.get(`POST /api/videos/:id/${inPath(type)}`), events[type].by, type)
    assert.ok(found.has('POST /api/videos/:id/orphan-adopted'))
    assert.deepEqual(Object.keys(deeds), byHandTypes)
  })

  it('enters a moment, edits it, and is told the version, the event and the state', async () => {
    const created = await ask('POST', '/api/videos', { id: 'one', description: 'The raffle' })
    assert.equal(created.status, 201)
    assert.equal(created.headers.get('location'), '/api/videos/one')
    assert.deepEqual(created.json, { id: 'one', version: 1, event: 'Created', state: 'UNEDITED' })
    const edited = await ask('POST', '/api/videos/one/edited', edit)
    assert.deepEqual(edited.json, { id: 'one', version: 2, event: 'Edited', state: 'EDITED' })
    assert.equal(edited.headers.get('etag'), '"2"')
    const [, last] = await readHistory(place.db, 'one')
    assert.deepEqual([last?.type, last?.actor], ['Edited', 'ann'])
    assert.equal((await ask('GET', '/api/videos/one')).headers.get('etag'), '"2"')
  })

  it('gives a moment an id where none is named, and refuses one that is there', async () => {
    const { json } = await ask('POST', '/api/videos', {})
    assert.match(json.id, /^[a-z0-9]{10}$/)
    const again = await ask('POST', '/api/videos', { id: json.id })
    assert.equal(again.status, 409)
    assert.equal(again.json.state, 'UNEDITED')
  })

  it('is refused with the state and what is possible, and who refuses', async () => {
    await uncertain('lost')
    const refused = await ask('POST', '/api/videos/lost/edited', edit)
    assert.equal(refused.status, 409)
    assert.equal(refused.json.state, 'UNCERTAIN')
    assert.deepEqual(refused.json.possible, ['Reset', 'ResolvedUploaded', 'ResolvedAbsent'])
    assert.deepEqual(refused.json.refusedBy, ['UNCERTAIN'])
    const unforced = await ask('POST', '/api/videos/lost/reset', {})
    assert.deepEqual([unforced.status, unforced.json.refusedBy], [409, ['forced']])
    assert.equal((await typesOf('lost')).at(-1), 'FinalizeUnknown')
  })

  it('names each field that is wrong, and changes nothing', async () => {
    await place.append('two', 'Created', { source })
    for (const [path, body, field] of [
      ['edited', { ...edit, video_title: 'x'.repeat(101) }, 'video_title'],
      ['edited', { ...edit, upload_location: 'nowhere' }, 'upload_location'],
      ['edited', { ...edit, video_titel: 'x' }, 'video_titel'],
      ['edited', [], 'the whole'],
      ['reset', { force: 'yes' }, 'force'],
      ['reset', { forced: true }, 'forced'],
      ['draft-saved', { video_title: 'half \uD83D' }, 'video_title'],
      ['draft-saved', { video_title: 'nul\0' }, 'video_title'],
      ['manual-linked', {}, 'link'],
      ['manual-linked', { link: 'not a link' }, 'link'],
      ['orphan-adopted', {}, 'orphan'],
      ['resolved-uploaded', {}, 'video_id'],
      ['draft-saved', '{"video_title":', 'the body'],
    ] as const) {
      const { status, json } = await ask('POST', `/api/videos/two/${path}`, body)
      assert.equal(status, 400, path)
      assert.equal(json.problems[0].field, field)
    }
    assert.deepEqual(await typesOf('two'), ['Created'])
  })

  it('of a video that is not there is 404, whatever it is', async () => {
    const bodies: Record<string, unknown> = {
      ...{ edited: edit, modified: { public: false }, 'manual-linked': { link: 'https://example.org/x' } },
      'resolved-uploaded': { video_id: 'x' },
    }
    for (const type of byHandTypes.map(inPath)) {
      const body = bodies[type] ?? (type.startsWith('orphan') ? { orphan: 'x' } : {})
      const { status, json } = await ask('POST', `/api/videos/nobody/${type}`, body)
      assert.equal(status, 404, `${type}: ${JSON.stringify(json)}`)
    }
    assert.equal((await ask('POST', '/api/videos/%00/retried')).status, 400)
  })

  it('is only for whoever has its role', async () => {
    await place.edited('mine')
    for (const [who, status] of [
      [null, 401],
      ['nonsense', 401],
      ['eve:artist', 403],
      ['ed:editor', 403],
      ['op:operator', 200],
    ] as const)
      assert.equal((await asking(place.url, who)('POST', '/api/videos/mine/reset', {})).status, status, String(who))
    assert.equal((await asking(place.url, 'op:operator')('POST', '/api/videos/mine/edited', edit)).status, 403)
    assert.equal((await asking(place.url, 'ed:editor')('POST', '/api/videos/mine/edited', edit)).status, 200)
  })

  describe('with ?dry-run', () => {
    it('tells the state, the effects and what the row would say, and appends nothing', async () => {
      await place.append('dry', 'Created', { source })
      const { status, json } = await ask('POST', '/api/videos/dry/edited?dry-run', { ...edit, video_title: 'New' })
      assert.equal(status, 200)
      assert.deepEqual(
        [json.dryRun, json.from, json.state, json.version, json.event],
        [true, 'UNEDITED', 'EDITED', 2, 'Edited'],
      )
      assert.deepEqual(json.effects, [{ type: 'offer', video: 'dry' }])
      assert.deepEqual(json.changes.state, { from: 'UNEDITED', to: 'EDITED' })
      assert.deepEqual(json.changes.video_title, { from: null, to: 'New' })
      assert.deepEqual(json.changes.video_ranges, { from: null, to: edit.video_ranges })
      assert.ok(!('description' in json.changes))
      assert.deepEqual(await typesOf('dry'), ['Created'])
      assert.equal((await ask('GET', '/api/videos/dry')).json.state, 'UNEDITED')
    })

    it('is refused as the command itself would be', async () => {
      await place.append('dry-2', 'Created', { source })
      assert.equal((await ask('POST', '/api/videos/dry-2/retried?dry-run')).status, 409)
      assert.equal((await ask('POST', '/api/videos/dry-2/edited?dry-run', {})).status, 400)
      assert.equal((await ask('POST', '/api/videos/none/reset?dry-run')).status, 404)
      assert.equal((await ask('POST', '/api/videos/dry-2/reset?dry-run', {}, { 'if-match': '"7"' })).status, 412)
      assert.equal((await ask('POST', '/api/videos/dry-2/reset?dry-run=perhaps')).json.problems[0].field, 'dry-run')
    })

    it('enters no moment', async () => {
      const { status, json } = await ask('POST', '/api/videos?dry-run', { id: 'ghost', description: 'x' })
      assert.deepEqual([status, json.from, json.state], [200, null, 'UNEDITED'])
      assert.equal((await ask('GET', '/api/videos/ghost')).status, 404)
    })
  })

  describe('with If-Match', () => {
    it('is done where the video has that version, however that is written', async () => {
      await place.append('match', 'Created', { source })
      for (const [n, tag] of [`"1"`, 'W/"2"', '3', '"9", "4"', '*'].entries()) {
        const { status, json } = await ask('POST', '/api/videos/match/draft-saved', {}, { 'if-match': tag })
        assert.equal(status, 200, tag)
        assert.equal(json.version, n + 2)
      }
    })

    it('is refused with the version that it has where that is another', async () => {
      await place.edited('moved')
      const { status, json, headers } = await ask('POST', '/api/videos/moved/reset', {}, { 'if-match': '"1"' })
      assert.deepEqual([status, json.version, json.state, headers.get('etag')], [412, 2, 'EDITED', '"2"'])
      assert.deepEqual(await typesOf('moved'), ['Created', 'Edited'])
      assert.equal((await ask('POST', '/api/videos/none/reset', {}, { 'if-match': '"1"' })).status, 404)
    })

    it('is refused where that is no version', async () => {
      const { status, json } = await ask('POST', '/api/videos/moved/reset', {}, { 'if-match': 'yesterday' })
      assert.deepEqual([status, json.problems[0].field], [400, 'If-Match'])
    })

    it('lets one of two editors through who have seen the same', async () => {
      await place.append('race', 'Created', { source })
      const both = await Promise.all(
        ['a', 'b'].map((title) =>
          ask('POST', '/api/videos/race/edited', { ...edit, video_title: title }, { 'if-match': '"1"' }),
        ),
      )
      assert.deepEqual(both.map(({ status }) => status).sort(), [200, 412])
      assert.deepEqual(await typesOf('race'), ['Created', 'Edited'])
    })
  })

  it('resolves what was uncertain, links what was uploaded by hand, and modifies what is published', async () => {
    await uncertain('found')
    const resolved = await ask('POST', '/api/videos/found/resolved-uploaded', { video_id: 'x.ts' })
    assert.equal(resolved.json.state, 'DONE')
    assert.equal((await ask('GET', '/api/videos/found')).json.video_link, 'x.ts')
    const unable = await ask('POST', '/api/videos/found/modified', { public: false })
    assert.deepEqual([unable.status, unable.json.problems[0].field], [400, 'upload_location'])
    await place.append('linked', 'Created', { source })
    const linked = await ask('POST', '/api/videos/linked/manual-linked', { link: 'https://example.org/v' })
    assert.equal(linked.json.state, 'DONE')
  })

  it('looks after orphans, of which the destination has its say', async () => {
    await uncertain('left')
    await ask('POST', '/api/videos/left/resolved-uploaded', { video_id: 'y.ts' })
    await ask('POST', '/api/videos/left/reset', { force: true, reason: 'anew' })
    const unknown = await ask('POST', '/api/videos/left/orphan-dismissed', { orphan: 'z.ts' })
    assert.deepEqual([unknown.status, unknown.json.known], [404, ['y.ts']])
    const away = await ask('POST', '/api/videos/left/orphan-unlisted', { orphan: 'y.ts' })
    assert.deepEqual([away.status, away.json.error], [502, 'the destination is away'])
    assert.deepEqual(hidden, ['y.ts of left by ann'])
    const adopted = await ask('POST', '/api/videos/left/orphan-adopted', { orphan: 'y.ts' })
    assert.equal(adopted.json.state, 'DONE')
  })
})
