import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { keepBlob } from '../../src/log/blobs.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { rowOf, typesOf } from '../support/nodeVideos.js'
import { errors } from '../youtube/errors.js'
import { WatchedAccount } from '../support/watchedAccount.js'

describe('the thumbnails of an account that is watched', function () {
  this.timeout(30_000)
  let account: WatchedAccount
  beforeEach(async () => (account = await WatchedAccount.open()))
  afterEach(() => account[Symbol.asyncDispose]())

  /** Published and not yet playable, with a picture that was made for it. */
  async function withPicture(id: string): Promise<{ videoId: string; image: string }> {
    const image = await keepBlob(account.log.db, 'image/png', picture)
    const videoId = await account.published(id, 'tube', false, { image, inputs: 'b'.repeat(64) })
    return { videoId, image }
  }
  const picture = Buffer.concat([Buffer.from('\x89PNG', 'latin1'), Buffer.alloc(1000)])

  it('are set, and a video is not done without its own', async () => {
    const { videoId, image } = await withPicture('a')
    await account.watcher().round()
    assert.equal(await account.state('a'), 'DONE')
    assert.deepEqual(account.simulator.videos.get(videoId)?.thumbnail, { type: 'image/png', content: picture })
    assert.deepEqual((await typesOf(account.log.db, 'a')).slice(-3), ['Uploaded', 'ThumbnailSet', 'Processed'])
    const { rows } = await account.log.db.query(
      `select snapshot->'context'->'published'->'thumbnail'->>'image' as image from reelstate.videos`,
    )
    assert.deepEqual(rows, [{ image }])
  })

  it('are tried again where that may help, while the video waits', async () => {
    const { videoId } = await withPicture('a')
    account.simulator.faults.on(
      { method: 'POST', path: '/upload/youtube/v3/thumbnails' },
      { kind: 'error', error: errors.backendError },
    )
    const watching = account.watcher()
    assert.ok((await watching.round()) <= 5_000)
    assert.equal(await account.state('a'), 'TRANSCODING')
    watching.close()
    await setTimeout(100)
    // whoever takes over begins anew
    await account.watcher().round()
    assert.equal(await account.state('a'), 'DONE')
    assert.ok(account.simulator.videos.get(videoId)?.thumbnail)
  })

  it('that are refused leave the video published, with its id, and OUT_OF_SYNC', async () => {
    const { videoId } = await withPicture('a')
    account.simulator.faults.on(
      { method: 'POST', path: '/upload/youtube/v3/thumbnails' },
      { kind: 'error', error: errors.mediaTooLarge },
    )
    await account.watcher().round()
    const row = await rowOf(account.log.db, 'a')
    assert.deepEqual([row.state, row.video_id], ['OUT_OF_SYNC', videoId])
    assert.match(row.error ?? '', /thumbnail could not be set/)
  })

  it('whose footage cannot be read are tried again later, and hold up no other video', async () => {
    const disk = await temporaryFolder()
    try {
      const hour = join(disk.path, 'main/source/2026-01-31T18')
      await mkdir(dirname(hour), { recursive: true })
      await symlink('2026-01-31T18', hour)
      for (const id of ['a', 'b']) await account.published(id)
      await account.modified('a', { thumbnail_mode: 'BARE', thumbnail_time: '2026-01-31T18:00:12.000Z' })
      await account.modified('b', { video_title: 'Another' })
      await account.watcher({}, [], disk.path).round()
      const row = await rowOf(account.log.db, 'a')
      assert.equal(row.state, 'MODIFIED')
      assert.match(row.error ?? '', /^the thumbnail could not be made: ELOOP/)
      assert.ok((row.not_before?.getTime() ?? 0) > Date.now() + 20_000)
      assert.equal(await account.state('b'), 'DONE')
    } finally {
      await disk.remove()
    }
  })

  it('of videos that are gone are nothing to hurry for', async () => {
    const { videoId } = await withPicture('a')
    account.simulator.videos.delete(videoId)
    await account.watcher({ goneMs: 0 }).round()
    assert.equal(await account.state('a'), 'REJECTED')
  })
})
