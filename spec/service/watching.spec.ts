import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { keepBlob } from '../../src/log/blobs.js'
import { dropModification, modifyVideo, retryVideo } from '../../src/log/commands.js'
import { edit } from '../support/moment.js'
import { editor, rowOf, typesOf } from '../support/nodeVideos.js'
import { errors } from '../youtube/errors.js'
import { WatchedAccount } from '../support/watchedAccount.js'

describe('watching an account', function () {
  this.timeout(30_000)
  let account: WatchedAccount
  beforeEach(async () => (account = await WatchedAccount.open()))
  afterEach(() => account[Symbol.asyncDispose]())

  it('applies modifications, and says so once they are to be seen', async () => {
    const videoId = await account.published('a')
    await account.modified('a', { video_title: 'Another title', public: false })
    assert.equal(await account.state('a'), 'MODIFIED')
    await account.watcher().round()
    assert.equal(await account.state('a'), 'DONE')
    assert.equal(account.titleOf(videoId), 'Another title')
    assert.equal(account.simulator.videos.get(videoId)?.status.privacyStatus, 'unlisted')
    assert.deepEqual((await typesOf(account.log.db, 'a')).slice(-2), ['Modified', 'Updated'])
  })

  it('applies the newest of several modifications alone', async () => {
    const videoId = await account.published('a')
    await account.modified('a', { video_title: 'One' })
    await account.modified('a', { video_title: 'Two' })
    await account.watcher().round()
    assert.equal(account.titleOf(videoId), 'Two')
    assert.equal(account.writes(), 1)
  })

  it('keeps to what a location demands that only other nodes offer', async () => {
    const videoId = await account.published('a', 'hidden')
    await account.modified('a', { video_tags: ['raffle'], public: true })
    await account.watcher().round()
    assert.equal(await account.state('a'), 'DONE')
    assert.deepEqual(account.simulator.videos.get(videoId)?.snippet.tags, ['raffle', 'stream'])
    assert.equal(account.simulator.videos.get(videoId)?.status.privacyStatus, 'unlisted')
  })

  it('tries again later what may pass: the time stands in the row, and a person may shorten it', async () => {
    const videoId = await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    account.simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.backendError })
    const watching = account.watcher()
    const waitMs = await watching.round()
    assert.ok(waitMs <= 30_000)
    const row = await rowOf(account.log.db, 'a')
    assert.equal(row.state, 'MODIFIED')
    assert.match(row.error ?? '', /503/)
    assert.ok((row.not_before?.getTime() ?? 0) > Date.now() + 20_000)
    await watching.round()
    assert.equal(account.writes(), 1)
    assert.ok(isRight(await retryVideo(account.log.db, 'a', editor)))
    await watching.round()
    assert.equal(await account.state('a'), 'DONE')
    assert.equal(account.titleOf(videoId), 'Another')
  })

  it('waits for the next day where the quota is used up', async () => {
    await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    account.simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.quotaExceeded })
    await account.watcher().round()
    const row = await rowOf(account.log.db, 'a')
    assert.equal(row.state, 'MODIFIED')
    assert.ok((row.not_before?.getTime() ?? 0) > Date.now() + 4 * 60_000)
  })

  it('is OUT_OF_SYNC where a person has to change something; dropped, all is as it was', async () => {
    const videoId = await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    account.simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.invalidTitle })
    const watching = account.watcher({ settledSeconds: 0 })
    await watching.round()
    const row = await rowOf(account.log.db, 'a')
    assert.equal(row.state, 'OUT_OF_SYNC')
    assert.match(row.error ?? '', /invalidTitle/)
    // as if the destination had taken it nevertheless
    const video = account.simulator.videos.get(videoId)
    assert.ok(video)
    video.snippet = { ...video.snippet, title: 'Another' }
    assert.ok(isRight(await dropModification(account.log.db, 'a', editor)))
    await watching.round()
    assert.equal(await account.state('a'), 'DONE')
    assert.equal(account.titleOf(videoId), edit.video_title)
    const { rows } = await account.log.db.query<{ video_title: string }>('select video_title from reelstate.videos')
    assert.deepEqual(rows, [{ video_title: edit.video_title }])
  })

  it('that was given up has all its time again once a person has it tried again', async () => {
    await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    account.simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.invalidTitle })
    await account.watcher().round()
    assert.equal(await account.state('a'), 'OUT_OF_SYNC')
    assert.ok(isRight(await retryVideo(account.log.db, 'a', editor)))
    await account.log.db.query(`update reelstate.videos set last_modified = last_modified - interval '13 hours'`)
    account.simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.backendError })
    await account.watcher().round()
    const row = await rowOf(account.log.db, 'a')
    assert.equal(row.state, 'MODIFIED')
    assert.ok((row.not_before?.getTime() ?? 0) < Date.now() + 120_000)
    await account.log.db.query(`update reelstate.videos set last_modified = last_modified + interval '13 hours'`)
  })

  it('is REJECTED where the video is gone', async () => {
    account.simulator.videos.delete(await account.published('a'))
    await account.modified('a', { video_title: 'Another' })
    await account.watcher({ goneMs: 0 }).round()
    const { state, error } = await rowOf(account.log.db, 'a')
    assert.equal(state, 'REJECTED')
    assert.match(error ?? '', /deleted/)
  })

  it('is REJECTED where the video is gone before it was playable', async () => {
    account.simulator.videos.processingMs = Infinity
    account.simulator.videos.delete(await account.published('a', 'tube', false))
    const watching = account.watcher({ askMs: 0, goneMs: 200 })
    await watching.round()
    // one answer without it is not enough
    assert.equal(await account.state('a'), 'TRANSCODING')
    await setTimeout(250)
    await watching.round()
    const row = await rowOf(account.log.db, 'a')
    assert.equal(row.state, 'REJECTED')
    assert.match(row.error ?? '', /deleted/)
  })

  describe('whose lists lag', () => {
    beforeEach(() => (account.simulator.videos.knownAfterMs = Infinity))
    const isListed = (): void => void (account.simulator.videos.knownAfterMs = 0)

    it('goes on asking about a video that is not listed yet', async () => {
      await account.published('a', 'tube', false)
      const watching = account.watcher({ askMs: 0 })
      for (let round = 0; round < 3; round++) await watching.round()
      assert.equal(await account.state('a'), 'TRANSCODING')
      isListed()
      await watching.round()
      assert.equal(await account.state('a'), 'DONE')
    })

    it('counts anew for a video that was seen between', async () => {
      account.simulator.videos.processingMs = Infinity
      await account.published('a', 'tube', false)
      const watching = account.watcher({ askMs: 0, goneMs: 200 })
      await watching.round()
      isListed()
      await watching.round()
      await setTimeout(250)
      account.simulator.videos.knownAfterMs = Infinity
      await watching.round()
      assert.equal(await account.state('a'), 'TRANSCODING')
    })

    it('applies a modification later, and says so in between', async () => {
      const videoId = await account.published('a')
      await account.modified('a', { video_title: 'Another title' })
      const watching = account.watcher()
      await watching.round()
      const row = await rowOf(account.log.db, 'a')
      assert.equal(row.state, 'MODIFIED')
      assert.match(row.error ?? '', /does not list/)
      isListed()
      assert.ok(isRight(await retryVideo(account.log.db, 'a', editor)))
      await watching.round()
      assert.equal(await account.state('a'), 'DONE')
      assert.equal(account.titleOf(videoId), 'Another title')
    })

    it('believes no look at what was updated that it is gone', async () => {
      isListed()
      await account.published('a')
      await account.modified('a', { video_title: 'Another title' })
      const watching = account.watcher({ settledSeconds: 0.3 })
      await watching.round()
      account.simulator.videos.knownAfterMs = Infinity
      await setTimeout(350)
      await watching.round()
      assert.equal(await account.state('a'), 'DONE')
    })

    it('gives it its thumbnail later', async () => {
      const image = await keepBlob(account.log.db, 'image/png', Buffer.from('\x89PNG', 'latin1'))
      const videoId = await account.published('a', 'tube', false, { image, inputs: 'b'.repeat(64) })
      const watching = account.watcher({ askMs: 0 })
      await watching.round()
      assert.equal(await account.state('a'), 'TRANSCODING')
      watching.close()
      isListed()
      await setTimeout(100)
      await account.watcher().round()
      assert.equal(await account.state('a'), 'DONE')
      assert.ok(account.simulator.videos.get(videoId)?.thumbnail)
    })
  })

  it('looks once more a little later, and mends what an older request has overtaken; a new watcher does, too', async () => {
    const videoId = await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    const watching = account.watcher({ settledSeconds: 0.3 })
    assert.ok((await watching.round()) <= 300)
    const overtaken = (): void => {
      const video = account.simulator.videos.get(videoId)
      assert.ok(video)
      video.snippet = { ...video.snippet, title: 'an older title' }
    }
    overtaken()
    await watching.round()
    assert.equal(account.titleOf(videoId), 'an older title')
    await setTimeout(350)
    await watching.round()
    assert.equal(account.titleOf(videoId), 'Another')
    // once is enough
    const asked = account.simulator.seen.length
    await watching.round()
    assert.equal(account.simulator.seen.length, asked)
    overtaken()
    watching.close()
    await setTimeout(100)
    await account.watcher({ settledSeconds: 0.3 }).round()
    assert.equal(account.titleOf(videoId), 'Another')
  })

  it('looks at what one account shows no more often because there is another one', async () => {
    await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    const watching = account.watcher({ settledSeconds: 0 }, [{ ...account.tube(), name: 'other', account: 'other' }])
    await watching.round()
    const asked = account.simulator.seen.length
    for (let n = 0; n < 3; n++) await watching.round()
    assert.equal(account.simulator.seen.length, asked)
  })

  it('is done by one of two', async () => {
    await account.published('a')
    await account.modified('a', { video_title: 'Another' })
    const [one, other] = [account.watcher(), account.watcher()]
    await one.round()
    const asked = account.simulator.seen.length
    await account.modified('a', { video_title: 'One more' })
    await other.round()
    assert.equal(account.simulator.seen.length, asked)
    assert.equal(await account.state('a'), 'MODIFIED')
    one.close()
    await setTimeout(100)
    await other.round()
    assert.equal(await account.state('a'), 'DONE')
  })

  it('refuses a modification that is none, or that its destination cannot make', async () => {
    await account.published('a')
    await account.published('b', 'local')
    await account.published('c', 'hidden')
    for (const [id, modification, field] of [
      ['a', {}, 'the modification'],
      ['a', { video_title: ' ' }, 'video_title'],
      ['a', { video_title: 'x'.repeat(101) }, 'video_title'],
      ['a', { video_ranges: [] }, 'video_ranges'],
      ['b', { video_title: 'Another' }, 'upload_location'],
      // with the one that the location adds
      ['c', { video_tags: ['x'.repeat(494)] }, 'video_tags'],
    ] as const) {
      const outcome = await modifyVideo(account.log.db, id, modification, editor)
      assert.ok(isLeft(outcome) && outcome.left._tag === 'Invalid', field)
      assert.equal(outcome.left.problems[0]?.field, field)
    }
    for (const id of ['a', 'b', 'c']) assert.equal(await account.state(id), 'DONE')
    const unknown = await modifyVideo(account.log.db, 'nobody', { video_title: 'Another' }, editor)
    assert.ok(isLeft(unknown) && unknown.left._tag === 'NotAllowed')
  })
})
