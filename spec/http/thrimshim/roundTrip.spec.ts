import assert from 'node:assert/strict'
import { keepBlob } from '../../../src/log/blobs.js'
import { readRow } from '../../../src/log/videos.js'
import { type Place, places } from '../../machines/given.js'
import { painted } from '../../support/pixels.js'
import { type Desk, editing, openDesk } from './desk.js'

/** Where a page may submit which state; everywhere else it is told 403. */
const allowed: Readonly<Record<string, readonly Place[]>> = {
  EDITED: ['UNEDITED', 'EDITED', 'CLAIMED.PREPARING', 'CLAIMED.STREAMING', 'FAILED', 'REJECTED'],
  UNEDITED: ['UNEDITED', 'EDITED', 'CLAIMED.PREPARING', 'CLAIMED.STREAMING', 'FAILED'],
  MODIFIED: ['DONE', 'MODIFIED', 'OUT_OF_SYNC'],
}

/** What a page sees of each state. */
const seen: Readonly<Record<string, string>> = {
  FAILED: 'UNEDITED',
  UNCERTAIN: 'FINALIZING',
  REJECTED: 'TRANSCODING',
  OUT_OF_SYNC: 'MODIFIED',
}

/** What no editor writes. */
const moves = [
  ...['state', 'reelstate_state', 'reelstate_version', 'error', 'uploader', 'editor', 'edit_time', 'last_modified'],
  ...['video_id', 'video_link', 'upload_time', 'thumbnail_last_written'],
]
const written = (row: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(row).filter(([column]) => !moves.includes(column)))

const texts = async (desk: Desk, id: string) => {
  const row = await readRow(desk.place.db, id)
  return { title: row?.['video_title'], description: row?.['video_description'], tail: row?.['description_tail'] }
}

describe('A row that is read, sent back and read again', function () {
  this.timeout(120_000)
  let desk: Desk
  before(async () => (desk = await openDesk()))
  after(() => desk[Symbol.asyncDispose]())

  for (const place of places) {
    it(`shows ${place} as clients know it`, async () => {
      const id = `seen-${place}`
      await desk.bring(id, place)
      const row = await desk.row(id)
      const state = place.split('.')[0] ?? ''
      assert.equal(row['state'], seen[state] ?? state)
      assert.equal(row['reelstate_state'], state)
      if (seen[state] !== undefined) assert.equal(typeof row['error'], 'string', 'its error')
    })

    for (const [state, where] of Object.entries(allowed)) {
      const takes = where.includes(place)
      it(`${takes ? 'changes nothing' : 'is refused'} in ${place}, sent as ${state}`, async () => {
        const id = `${place}-as-${state}`
        await desk.bring(id, place)
        const [before, stored, events] = [await desk.row(id), await texts(desk, id), await desk.events(id)]
        const answer = await desk.post(`/thrimshim/${id}`, { ...before, state })
        assert.equal(answer.status, takes ? 201 : 403, answer.text)
        assert.deepEqual(await texts(desk, id), stored)
        const after = await desk.row(id)
        if (takes) {
          assert.deepEqual(written(after), written(before))
          assert.equal(after['error'], null)
          assert.equal((await desk.events(id)).length, events.length + 1)
        } else {
          assert.match(answer.text, new RegExp(place.split('.')[0] ?? ''))
          assert.deepEqual(after, before)
          assert.deepEqual(await desk.events(id), events)
        }
      })
    }
  }

  it('takes an edit that is being cut from its node', async () => {
    await desk.bring('taken', 'CLAIMED.STREAMING')
    assert.equal((await desk.row('taken'))['uploader'], 'node-a')
    assert.equal((await desk.submit('taken', { video_title: 'Anew' })).status, 201)
    const row = await desk.row('taken')
    assert.deepEqual([row['state'], row['uploader'], row['video_title']], ['EDITED', null, 'Anew'])
  })

  it('keeps the editor of a published video, and says when it was modified', async () => {
    await desk.bring('modified', 'DONE')
    const before = await desk.row('modified')
    const fields = {
      state: 'MODIFIED',
      video_title: 'Another',
      public: false,
      video_channel: 'other',
      video_ranges: [],
    }
    assert.equal((await desk.submit('modified', fields)).status, 201)
    const { last_modified, ...after } = await desk.row('modified')
    assert.match(String(last_modified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?$/)
    const same = ['editor', 'edit_time', 'video_channel', 'video_ranges', 'upload_location']
    for (const column of same) assert.deepEqual(after[column], before[column], column)
    assert.deepEqual([after['video_title'], after['public'], after['state']], ['Another', false, 'MODIFIED'])
  })

  it('comes out the same when prefix, footer and playlists are others meanwhile', async () => {
    await desk.bring('older', 'EDITED')
    const { url } = await desk.place.serve({
      editing: { ...editing, title_prefix: 'DB2027', description_footer: 'Something else' },
    })
    const row = (await (await fetch(`${url}/thrimshim/older`)).json()) as Record<string, unknown>
    assert.equal(row['video_title'], 'Who wins the quilt')
    assert.equal(row['video_description'], 'All of it.')
    assert.equal(row['title_prefix'], 'DB2027 - ')
  })

  it('has its own image, a JPEG too where the edit was not made by a page', async () => {
    const bytes = await painted(64, 36, []).jpeg().toBuffer()
    const thumbnail_image = await keepBlob(desk.place.db, 'image/jpeg', bytes)
    for (const [id, at, state] of [
      ['pictured', 'UNEDITED', 'EDITED'],
      ['drafted', 'UNEDITED', 'UNEDITED'],
      ['shown', 'DONE', 'MODIFIED'],
    ] as const) {
      await desk.bring(id, at)
      const change = { edit: { thumbnail_mode: 'CUSTOM', thumbnail_image } as const }
      if (state === 'MODIFIED') await desk.place.append(id, 'Modified', { modification: 'm', ...change })
      else await desk.place.append(id, 'DraftSaved', change)
      const row = await desk.row(id)
      assert.equal(row['thumbnail_image'], bytes.toString('base64'))
      const answer = await desk.submit(id, { state, thumbnail_mode: 'CUSTOM', thumbnail_image: row['thumbnail_image'] })
      assert.equal(answer.status, 201, answer.text)
      assert.equal((await desk.row(id))['thumbnail_image'], bytes.toString('base64'))
      const other = (await painted(32, 36, []).jpeg().toBuffer()).toString('base64')
      const refused = await desk.submit(id, { state, thumbnail_mode: 'CUSTOM', thumbnail_image: other })
      assert.deepEqual([refused.status, /found a JPEG/.test(refused.text)], [400, true])
    }
  })

  it('has chapters, which are written into the description', async () => {
    await desk.bring('chapters', 'UNEDITED')
    const chapter_markers = [
      [0, 'Opening'],
      [3725.5, 'The draw'],
    ]
    assert.equal((await desk.submit('chapters', { chapter_markers })).status, 201)
    assert.deepEqual((await desk.row('chapters'))['chapter_markers'], chapter_markers)
    const { description } = await texts(desk, 'chapters')
    assert.match(String(description), /^All of it\.\n\n0:00 Opening\n1:02:05 The draw\n\nThumbnail Credit: Ada\n/)
    assert.equal((await desk.submit('chapters', {})).status, 201)
    assert.deepEqual(
      (await desk.row('chapters'))['chapter_markers'],
      chapter_markers,
      'a page that knows none keeps them',
    )
    assert.equal((await desk.submit('chapters', { chapter_markers: null })).status, 201)
    assert.deepEqual((await desk.row('chapters'))['chapter_markers'], [])
  })
})
