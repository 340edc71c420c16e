import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { linkVideo } from '../../src/log/link.js'
import { registerNode } from '../../src/log/nodes.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'
import { editor } from '../support/nodeVideos.js'
import { assertWhole } from '../support/whole.js'

describe('linking a video that somebody uploaded', () => {
  let log: TestLog
  let videos = 0
  const ids: string[] = []

  before(async () => {
    log = await testLog()
    await offering({ byHand: 'manual', tube: 'youtube-manual', disk: 'local' })
  })
  after(async () => {
    await assertWhole(log.db, ids)
    await log.close()
  })

  async function offering(types: Readonly<Record<string, string>>): Promise<void> {
    const locations = Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, cut: 'fast' }]))
    await registerNode(log.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
  }

  async function video(): Promise<string> {
    const id = `linked-${++videos}`
    ids.push(id)
    await happens(log.db, id, 'Created', { source })
    return id
  }

  async function editedFor(upload_location: string): Promise<string> {
    const id = await video()
    await happens(log.db, id, 'Edited', { edit: { ...edit, upload_location } })
    return id
  }

  const link = (id: string, url: string, upload_location?: string) =>
    linkVideo(log.db, id, { link: url, ...(upload_location !== undefined && { upload_location }) }, editor)

  async function rowOf(id: string) {
    const { rows } = await log.db.query<Record<string, unknown>>(
      `select state, video_link, video_id, upload_location, thumbnail_mode, editor, upload_time = edit_time as at_once
       from reelstate.videos where id = $1`,
      [id],
    )
    return rows[0]
  }

  it('makes it DONE, with the link, by whoever gave it', async () => {
    const id = await video()
    assert.ok(isRight(await link(id, 'http://example.org/a?b=c#d', 'byHand')))
    assert.deepEqual(await rowOf(id), {
      state: 'DONE',
      video_link: 'http://example.org/a?b=c#d',
      video_id: null,
      upload_location: 'byHand',
      thumbnail_mode: 'NONE',
      editor: 'an editor',
      at_once: true,
    })
  })

  it('takes the id from a link to YouTube, for a location of the type youtube-manual', async () => {
    for (const url of [
      'https://youtu.be/dQw4w9WgX_-',
      'http://youtu.be/dQw4w9WgX_-',
      'https://youtube.com/watch?v=dQw4w9WgX_-',
      'https://www.youtube.com/watch?v=dQw4w9WgX_-',
    ]) {
      const id = await video()
      assert.ok(isRight(await link(id, url, 'tube')), url)
      const { video_id, video_link } = (await rowOf(id)) ?? {}
      assert.deepEqual([video_id, video_link], ['dQw4w9WgX_-', url])
    }
  })

  it('refuses every other link, and says which are allowed', async () => {
    const id = await video()
    const youtube = /^https:\/\/youtu\.be\/ID or https:\/\/youtube\.com\/watch\?v=ID/
    const any = /begins with http:\/\/ or https:\/\//
    const wrong: [url: string, location: string, allowed: RegExp][] = [
      ['https://youtu.be/dQw4w9WgXc', 'tube', youtube],
      ['https://youtu.be/dQw4w9WgXcQQ', 'tube', youtube],
      ['https://youtu.be/dQw4w9WgXcQ?t=3', 'tube', youtube],
      ['https://youtu.be/dQw4w9WgXcQ\n', 'tube', youtube],
      ['https://youtube.com/watch?v=dQw4w9WgXcQ&list=x', 'tube', youtube],
      ['https://youtube.com.example.org/watch?v=dQw4w9WgXcQ', 'tube', youtube],
      ['https://example.org/https://youtu.be/dQw4w9WgXcQ', 'tube', youtube],
      ['youtu.be/dQw4w9WgXcQ', 'tube', youtube],
      ['example.org/video', 'byHand', any],
      ['javascript:alert(1)', 'byHand', any],
      ['ftp://example.org/video', 'byHand', any],
      ['https://example.org/a b', 'byHand', any],
      ['', 'byHand', any],
    ]
    for (const [url, location, allowed] of wrong) {
      const outcome = await link(id, url, location)
      assert.ok(isLeft(outcome) && outcome.left._tag === 'Invalid', url)
      const [problem] = outcome.left.problems
      assert.deepEqual([problem?.field, problem?.found], ['link', JSON.stringify(url)])
      assert.match(problem?.allowed ?? '', allowed)
    }
    assert.equal((await rowOf(id))?.['state'], 'UNEDITED')
  })

  it('needs a location that is a manual one', async () => {
    const id = await video()
    for (const location of ['disk', 'nowhere', 'toString']) {
      const outcome = await link(id, 'https://example.org/', location)
      assert.ok(isLeft(outcome) && outcome.left._tag === 'Invalid')
      const [problem] = outcome.left.problems
      assert.deepEqual([problem?.field, problem?.found], ['upload_location', JSON.stringify(location)])
      // in an order that is the database's
      assert.match(
        problem?.allowed ?? '',
        /^a location of the type manual or youtube-manual: manual, (byHand, tube|tube, byHand)$/,
      )
    }
  })

  it('goes to the location of the edit where that is a manual one, else to the one named manual', async () => {
    const edited = await editedFor('byHand')
    assert.ok(isRight(await link(edited, 'https://example.org/1')))
    assert.equal((await rowOf(edited))?.['upload_location'], 'byHand')
    const fresh = await video()
    assert.ok(isRight(await link(fresh, 'https://example.org/2')))
    assert.equal((await rowOf(fresh))?.['upload_location'], 'manual')
  })

  it('where a node calls something else manual, takes the only manual one, or asks for one', async () => {
    try {
      await offering({ manual: 'local', byHand: 'manual' })
      const id = await video()
      assert.ok(isRight(await link(id, 'https://example.org/3')))
      assert.equal((await rowOf(id))?.['upload_location'], 'byHand')
      await offering({ manual: 'local', byHand: 'manual', tube: 'youtube-manual' })
      const outcome = await link(await video(), 'https://example.org/4')
      assert.ok(isLeft(outcome) && outcome.left._tag === 'Invalid')
      assert.deepEqual(outcome.left.problems[0]?.found, 'none')
    } finally {
      await offering({ byHand: 'manual', tube: 'youtube-manual', disk: 'local' })
    }
  })

  it('is refused while a node may cut it, and where there is no such video', async () => {
    const id = await editedFor('disk')
    const outcome = await link(id, 'https://example.org/', 'byHand')
    assert.ok(isLeft(outcome) && outcome.left._tag === 'NotAllowed')
    assert.deepEqual([outcome.left.event, outcome.left.state], ['ManualLinked', 'EDITED'])
    const nobody = await link('nobody', 'https://example.org/', 'byHand')
    assert.ok(isLeft(nobody) && nobody.left._tag === 'NotAllowed' && nobody.left.state === null)
  })

  it('helps a video that FAILED', async () => {
    const id = await editedFor('disk')
    await happens(log.db, id, 'Failed', { attempt: null, cause: 'nobody has it', proof: null })
    assert.ok(isRight(await link(id, 'https://example.org/5', 'byHand')))
    assert.equal((await rowOf(id))?.['state'], 'DONE')
  })
})
