import assert from 'node:assert/strict'
import { transitionKinds } from '../../../machines/transitionKinds.js'
import { keepBlob } from '../../../src/log/blobs.js'
import { setPlaylist } from '../../../src/log/playlists.js'
import { thrimshim } from '../compatibility/thrimshim.js'
import { type Answer, type Desk, editing, openDesk, png, submission } from './desk.js'

const json = <A = Record<string, unknown>>({ text, status }: Answer): A => {
  assert.equal(status, 200, text)
  return JSON.parse(text) as A
}

/** Every column of wubloader's table, and the two of ours that stand beside them. */
const columns = [
  ...['id', 'sheet_name', 'event_start', 'event_end', 'category', 'description', 'submitter_winner', 'notes'],
  ...['poster_moment', 'image_links', 'tags', 'allow_holes', 'uploader_whitelist', 'upload_location', 'public'],
  ...['video_ranges', 'video_transitions', 'video_title', 'video_description', 'video_tags', 'video_channel'],
  ...['video_quality', 'thumbnail_mode', 'thumbnail_time', 'thumbnail_template', 'thumbnail_image', 'thumbnail_crop'],
  ...['thumbnail_location', 'state', 'error', 'uploader', 'video_id', 'editor', 'edit_time', 'last_modified'],
  ...['thumbnail_last_written', 'video_link', 'upload_time', 'chapter_markers', 'reelstate_state', 'reelstate_version'],
]
const added = ['title_prefix', 'title_max_length', 'bustime_start', 'upload_locations', 'category_notes']

describe('The paths of thrimshim', function () {
  this.timeout(60_000)
  let desk: Desk
  before(async () => (desk = await openDesk()))
  after(() => desk[Symbol.asyncDispose]())
  const refused = async (answer: Promise<Answer>, status: number, says: RegExp) => {
    const { status: found, text, type } = await answer
    assert.equal(found, status, text)
    assert.match(text, says)
    assert.match(type ?? '', /^text\/plain/)
  }

  /** By the calls of docs/compatibility.md: one without a spec fails below. */
  const contract: Record<string, () => Promise<void>> = {
    async 'GET /thrimshim'() {
      await desk.enter('late', { event_start: '2026-01-31T20:00:00.250Z', event_end: '2026-01-31T20:00:00.250Z' })
      await desk.enter('early', { event_start: '2026-01-31T10:00:00.000Z', event_end: null })
      await desk.enter('sometime', { event_start: null, event_end: null })
      const answer = await desk.get('/thrimshim')
      assert.match(answer.type ?? '', /json/)
      const rows = json<Record<string, unknown>[]>(answer)
      assert.deepEqual(
        rows.map(({ id }) => id).filter((id) => ['late', 'early', 'sometime'].includes(String(id))),
        ['early', 'late', 'sometime'],
      )
      for (const row of rows) assert.deepEqual(Object.keys(row).sort(), [...columns].sort())
      const [early, late] = ['early', 'late'].map((id) => rows.find((row) => row['id'] === id))
      assert.deepEqual([early?.['event_start'], early?.['event_end']], ['2026-01-31T10:00:00', null])
      assert.deepEqual(late?.['event_end'], [true, '2026-01-31T20:00:00.250000'])
      const image = await png()
      const custom = { thumbnail_mode: 'CUSTOM', thumbnail_image: image.toString('base64'), thumbnail_time: null }
      assert.equal((await desk.submit('late', { ...custom, override_changes: true })).status, 201)
      const again = json<Record<string, unknown>[]>(await desk.get('/thrimshim'))
      const edited = again.find(({ id }) => id === 'late')
      assert.equal(edited?.['thumbnail_image'], image.toString('base64'))
      assert.equal(edited['video_title'], 'DB2026 - Who wins the quilt', 'as it is stored')
    },
    async 'GET /thrimshim/:id'() {
      await setPlaylist(desk.place.db, 'raffles', { name: 'Raffles', tags: ['raffle'], default_template: 'blue' }, {})
      await desk.enter('fresh', { category: 'Song' })
      const row = await desk.row('fresh')
      assert.deepEqual(Object.keys(row).sort(), [...columns, ...added].sort())
      assert.deepEqual(
        { ...row, reelstate_version: 0 },
        {
          ...{ id: 'fresh', sheet_name: 'Day 1', event_start: '2026-01-31T18:00:00', event_end: '2026-01-31T18:10:00' },
          ...{
            category: 'Song',
            description: 'The raffle',
            submitter_winner: '',
            poster_moment: false,
            image_links: [],
          },
          notes: 'loud\n\nPut the lyrics into the description.',
          category_notes: 'Put the lyrics into the description.',
          ...{ tags: ['Day 1', 'Raffle'], allow_holes: false, uploader_whitelist: null, upload_location: null },
          ...{ public: true, video_ranges: null, video_transitions: null, video_title: null, video_description: null },
          ...{ video_tags: null, video_channel: 'main', video_quality: 'source', thumbnail_mode: 'TEMPLATE' },
          ...{ thumbnail_time: '2026-01-31T18:05:00', thumbnail_template: 'blue', thumbnail_image: null },
          ...{ thumbnail_crop: null, thumbnail_location: null, chapter_markers: null, state: 'UNEDITED', error: null },
          ...{ uploader: null, video_id: null, video_link: null, editor: null, edit_time: null, upload_time: null },
          ...{ last_modified: null, thumbnail_last_written: null, reelstate_state: 'UNEDITED', reelstate_version: 0 },
          ...{ title_prefix: 'DB2026 - ', title_max_length: 91, bustime_start: '2026-01-31T15:00:00' },
          upload_locations: ['disk', 'youtube', 'keep'],
        },
      )
      await desk.enter('kept', { sheet_name: 'Archive', event_end: null })
      const kept = await desk.row('kept')
      const wanted = {
        ...{ title_prefix: '', title_max_length: 100, video_title: 'The raffle', allow_holes: true },
        ...{
          thumbnail_mode: 'NONE',
          upload_locations: ['keep', 'disk', 'youtube'],
          thumbnail_time: '2026-01-31T18:00:00',
        },
      }
      for (const [column, value] of Object.entries(wanted)) assert.deepEqual(kept[column], value, column)
      await refused(desk.get('/thrimshim/nobody'), 404, /no video "nobody"/)
    },
    async 'POST /thrimshim/:id'() {
      await setPlaylist(desk.place.db, 'day', { name: 'Day 1', tags: ['day 1'], playlist_id: 'PLday' }, {})
      await desk.enter('edited')
      const answer = await desk.submit('edited')
      assert.deepEqual([answer.status, answer.text], [201, ''])
      const row = await desk.row('edited')
      for (const [column, value] of Object.entries(submission)) assert.deepEqual(row[column], value, column)
      assert.deepEqual([row['state'], row['editor'], row['error']], ['EDITED', 'NOT_AUTH', null])
      const stored = json(await desk.get('/api/videos/edited'))
      assert.equal(stored['video_title'], 'DB2026 - Who wins the quilt')
      assert.equal(
        stored['video_description'],
        'All of it.\n\nThis video is part of the following playlists:\n- Day 1 [https://youtube.com/playlist?list=PLday]\n\nThumbnail Credit: Ada\nDonate at https://example.org',
      )
      await refused(desk.submit('nobody'), 404, /no video "nobody"/)
    },
    async 'POST /thrimshim/reset/:id'() {
      await desk.bring('again', 'CLAIMED.STREAMING')
      const answer = await desk.post('/thrimshim/reset/again', {})
      assert.deepEqual([answer.status, answer.text], [200, ''])
      const row = await desk.row('again')
      for (const column of ['error', 'video_id', 'video_link', 'uploader', 'editor', 'edit_time', 'upload_time'])
        assert.equal(row[column], null, column)
      assert.deepEqual([row['state'], row['video_title']], ['UNEDITED', 'Who wins the quilt'])
      await desk.bring('out', 'DONE')
      await refused(desk.post('/thrimshim/reset/out', {}), 404, /out is DONE/)
      await refused(desk.post('/thrimshim/reset/out?force=false', {}), 404, /out is DONE/)
      await refused(desk.post('/thrimshim/reset/out?force=maybe', {}), 400, /force: found "maybe"/)
      assert.equal((await desk.post('/thrimshim/reset/out?force=TRUE', {})).status, 200)
      assert.equal((await desk.row('out'))['state'], 'UNEDITED')
      await refused(desk.post('/thrimshim/reset/nobody', {}), 404, /no video/)
    },
    async 'POST /thrimshim/manual-link/:id'() {
      const link = (id: string, body: unknown) => desk.post(`/thrimshim/manual-link/${id}`, body)
      const youtube = { link: 'https://www.youtube.com/watch?v=dQw4w9WgXcQ', upload_location: 'youtube-manual' }
      await desk.enter('linked')
      await refused(
        link('linked', { link: 'https://youtu.be/short', upload_location: 'youtube-manual' }),
        400,
        /link: /,
      )
      await refused(link('linked', { link: 'x', upload_location: 'youtube' }), 400, /upload_location: found "youtube"/)
      await refused(link('linked', {}), 400, /link: found nothing/)
      assert.equal((await link('linked', youtube)).status, 200)
      const row = await desk.row('linked')
      assert.deepEqual(
        [row['state'], row['video_id'], row['video_link'], row['thumbnail_mode'], row['editor']],
        ['DONE', 'dQw4w9WgXcQ', youtube.link, 'NONE', 'NOT_AUTH'],
      )
      assert.equal(row['edit_time'], row['upload_time'])
      await refused(link('linked', youtube), 403, /linked is DONE/)
      await refused(link('nobody', youtube), 404, /no video/)
      await desk.enter('linked too')
      assert.equal((await link('linked%20too', { link: 'https://example.org/v' })).status, 200)
    },
    async 'GET /thrimshim/defaults'() {
      assert.deepEqual(json(await desk.get('/thrimshim/defaults')), {
        ...{ video_channel: 'main', title_prefix: 'DB2026 - ', title_max_length: 91 },
        ...{ bustime_start: '2026-01-31T15:00:00', upload_locations: ['disk', 'youtube', 'keep'] },
      })
    },
    async 'GET /thrimshim/transitions'() {
      const kinds = json<{ name: string; description: string }[]>(await desk.get('/thrimshim/transitions'))
      assert.deepEqual(kinds.map(({ name }) => name).sort(), Object.keys(transitionKinds).sort())
      assert.ok(kinds.every((kind) => Object.keys(kind).join() === 'name,description' && kind.description !== ''))
      assert.equal(kinds[0]?.name, 'fade')
    },
    async 'GET /thrimshim/templates'() {
      const templates = json<{ name: string }[]>(await desk.get('/thrimshim/templates'))
      assert.deepEqual(
        templates.find(({ name }) => name === 'blue'),
        {
          ...{ name: 'blue', description: 'The blue one', attribution: 'Ada' },
          ...{ crop: [0, 0, 320, 180], location: [10, 10, 200, 120] },
        },
      )
    },
    async 'GET /thrimshim/template-metadata/:name'() {
      assert.equal(json(await desk.get('/thrimshim/template-metadata/blue'))['attribution'], 'Ada')
      await refused(desk.get('/thrimshim/template-metadata/red'), 404, /no template "red"/)
    },
    async 'GET /thrimshim/template/:name.png'() {
      const answer = await fetch(`${desk.place.url}/thrimshim/template/blue.png`)
      assert.equal(answer.headers.get('content-type'), 'image/png')
      assert.deepEqual(Buffer.from(await answer.arrayBuffer()), await png())
      await refused(desk.get('/thrimshim/template/red.png'), 404, /no template "red"/)
    },
    async 'POST /thrimshim/add-template'() {
      const whole = {
        ...{ name: 'v2.1 red', description: '', attribution: '', crop: [0, 0, 32, 18], location: [0, 0, 32, 18] },
        image: (await png(32, 18)).toString('base64'),
      }
      const add = (over: Record<string, unknown>) => desk.post('/thrimshim/add-template', { ...whole, ...over })
      await refused(add({ image: undefined, crop: undefined }), 400, /crop: found nothing[^]*image: found nothing/)
      await refused(add({ image: 'not base64!' }), 400, /image: found what is not base64/)
      await refused(add({ image: Buffer.from('no image').toString('base64') }), 400, /image: found something else/)
      await refused(add({ crop: [0, 0, 'a', 1] }), 400, /crop/)
      await refused(add({ crop: [0, 0, 33, 18] }), 400, /crop: found 0,0,33,18/)
      await refused(add({ name: 'blue' }), 400, /name: found "blue"/)
      const added = await add({ token: 'a token', other: 1 })
      assert.deepEqual([added.status, added.text], [201, ''])
      assert.equal((await desk.get('/thrimshim/template/v2.1%20red.png')).status, 200)
    },
    async 'POST /thrimshim/update-template/:name'() {
      const whole = { name: 'old', description: '', attribution: '', crop: [0, 0, 32, 18], location: [0, 0, 32, 18] }
      const image = (await png(32, 18)).toString('base64')
      assert.equal((await desk.post('/thrimshim/add-template', { ...whole, image })).status, 201)
      const update = (name: string, body: unknown) => desk.post(`/thrimshim/update-template/${name}`, body)
      await refused(update('nothing', whole), 400, /no template "nothing"/)
      await refused(update('old', { ...whole, name: 'blue' }), 400, /name: found "blue"/)
      const updated = await update('old', { ...whole, name: 'new', attribution: 'Bea' })
      assert.deepEqual([updated.status, updated.text], [200, ''])
      assert.equal(json(await desk.get('/thrimshim/template-metadata/new'))['attribution'], 'Bea')
    },
    async 'GET /thrimshim/event-thumbnail/:id.png'() {
      await refused(desk.get('/thrimshim/event-thumbnail/nobody.png'), 404, /no video/)
      await desk.bring('pictured', 'EDITED')
      await refused(desk.get('/thrimshim/event-thumbnail/pictured.png'), 404, /no thumbnail yet/)
      const image = await keepBlob(desk.place.db, 'image/png', await png(64, 36))
      await desk.place.append('pictured', 'Claimed', { attempt: 'p', attempts_limit: 3, why: null })
      await desk.place.append('pictured', 'ThumbnailMade', { attempt: 'p', image, inputs: image })
      const answer = await desk.get('/thrimshim/event-thumbnail/pictured.png')
      assert.deepEqual([answer.status, answer.type], [200, 'image/png'])
    },
    async 'POST /thrimshim/auth-test'() {
      assert.equal(JSON.parse((await desk.post('/thrimshim/auth-test', { token: 'x' })).text), 'NOT_AUTH')
    },
    async 'GET /thrimshim/video_playlists'() {
      await setPlaylist(desk.place.db, 'listed', { name: 'Listed', tags: ['listed'], playlist_id: 'PLlisted' }, {})
      await desk.enter('in one', { tags: ['LISTED'] })
      assert.deepEqual(json(await desk.get('/thrimshim/video_playlists'))['in one'], ['Listed'])
    },
  }
  for (const call of thrimshim.rows.filter(({ here }) => here === '501').flatMap(({ calls }) => calls))
    contract[call] = async () => {
      const [method = '', path = ''] = call.split(' ')
      const url = desk.place.url + path.replace(/\*|:channel/, 'anything')
      const answer = await fetch(url, { method, ...(method === 'POST' && { body: '{}' }) })
      assert.equal(answer.status, 501)
    }

  for (const call of thrimshim.rows.flatMap(({ calls }) => calls))
    it(call, () => (contract[call] ?? assert.fail('there is no spec of this call'))())

  it('proposes the locations in the order that is configured, an archive first only of what is to be archived', async () => {
    await desk.enter('usual')
    await desk.enter('archived', { sheet_name: 'Archive' })
    const orders = async (uploadLocations: readonly string[]) => {
      const { url } = await desk.place.serve({ editing: { ...editing, uploadLocations } })
      const of = async (path: string) => {
        const { upload_locations: names } = (await (await fetch(url + path)).json()) as { upload_locations: string[] }
        return names.join(' ')
      }
      return [await of('/thrimshim/usual'), await of('/thrimshim/defaults'), await of('/thrimshim/archived')]
    }
    const [own, any] = ['disk youtube keep', 'youtube disk keep']
    assert.deepEqual(await orders([]), [own, own, 'keep disk youtube'])
    assert.deepEqual(await orders(['elsewhere', 'youtube', 'youtube']), [any, any, 'keep youtube disk'])
    assert.deepEqual((await orders(['keep', 'youtube']))[0], 'keep youtube disk')
  })

  it('may be used by pages of any address', async () => {
    for (const path of ['/thrimshim/defaults', '/thrimshim/nobody', '/thrimshim/encodes']) {
      const { headers } = await desk.get(path)
      assert.equal(headers.get('access-control-allow-origin'), '*')
      assert.equal(headers.get('access-control-allow-methods'), 'GET,POST,HEAD')
      assert.equal(headers.get('access-control-allow-headers'), '*')
    }
  })
})
