import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { unlistOrphan } from '../../src/effects/unlistOrphan.js'
import { adoptOrphan, dismissOrphan, resetVideo } from '../../src/log/commands.js'
import { listOrphans } from '../../src/log/orphans.js'
import { localBackend } from '../../src/upload/local.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { happens } from '../support/log.js'
import { edit } from '../support/moment.js'
import { editor, rowOf } from '../support/nodeVideos.js'
import { locationOn } from '../support/uploads.js'
import { errors } from '../youtube/errors.js'
import { WatchedAccount } from '../support/watchedAccount.js'

describe('the orphans of an account that is watched', function () {
  this.timeout(30_000)
  let account: WatchedAccount
  beforeEach(async () => (account = await WatchedAccount.open()))
  afterEach(() => account[Symbol.asyncDispose]())

  const locations = () => new Map([['tube', account.tube()]])
  let videoId: string
  beforeEach(async () => {
    videoId = await account.published('a')
    assert.ok(isRight(await resetVideo(account.log.db, 'a', true, null, editor)))
  })

  it('are listed with where they are', async () => {
    const [orphan, ...more] = await listOrphans(account.log.db)
    assert.deepEqual(more, [])
    assert.equal(orphan?.orphan, videoId)
    assert.equal(orphan.video, 'a')
    assert.equal(orphan.location, 'tube')
    assert.equal(orphan.link, `https://youtu.be/${videoId}`)
  })

  it('are hidden: at the destination first, then in the log', async () => {
    account.simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.backendError })
    const failed = await unlistOrphan(account.log.db, locations(), 'a', videoId, editor)
    assert.ok(isLeft(failed) && failed.left._tag === 'UploadError')
    assert.equal((await listOrphans(account.log.db)).length, 1)
    assert.ok(isRight(await unlistOrphan(account.log.db, locations(), 'a', videoId, editor)))
    assert.equal(account.simulator.videos.get(videoId)?.status.privacyStatus, 'unlisted')
    assert.deepEqual(await listOrphans(account.log.db), [])
  })

  it('are adopted, and looked at anew', async () => {
    assert.ok(isRight(await adoptOrphan(account.log.db, 'a', videoId, editor)))
    assert.equal(await account.state('a'), 'TRANSCODING')
    await account.watcher().round()
    const { state: now, video_id, orphans } = await rowOf(account.log.db, 'a')
    assert.deepEqual([now, video_id, orphans], ['DONE', videoId, []])
  })

  it('are adopted where they are, not where a later edit would have gone: watched, changed and looked after there', async () => {
    await happens(account.log.db, 'a', 'Edited', {
      edit: { ...edit, upload_location: 'local', video_title: 'The other raffle' },
    })
    assert.ok(isRight(await adoptOrphan(account.log.db, 'a', videoId, editor)))
    const folder = await temporaryFolder()
    const local = locationOn('local', localBackend({ path: folder.path, writeJson: true }))
    const watching = account.watcher({ settledSeconds: 0 }, [local])
    await watching.round()
    assert.equal(await account.state('a'), 'DONE')
    await account.modified('a', { video_title: 'Another title' })
    await watching.round()
    assert.equal(await account.state('a'), 'DONE')
    assert.equal(account.titleOf(videoId), 'Another title')
    const video = account.simulator.videos.get(videoId)
    assert.ok(video)
    video.snippet = { ...video.snippet, title: 'what an older request has left' }
    watching.close()
    await setTimeout(100)
    await account.watcher({ settledSeconds: 0 }, [local]).round()
    assert.equal(account.titleOf(videoId), 'Another title')
    await folder.remove()
  })

  it('are dismissed', async () => {
    assert.ok(isRight(await dismissOrphan(account.log.db, 'a', videoId, 'deleted by hand', editor)))
    assert.deepEqual(await listOrphans(account.log.db), [])
    assert.ok(isLeft(await dismissOrphan(account.log.db, 'a', videoId, null, editor)))
  })
})
