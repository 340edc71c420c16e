import assert from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Thumbnail } from '../../machines/context.js'
import type { Location } from '../../src/effects/location.js'
import { unlistOrphan } from '../../src/effects/unlistOrphan.js'
import { keepBlob } from '../../src/log/blobs.js'
import {
  adoptOrphan,
  dismissOrphan,
  dropModification,
  modifyVideo,
  resetVideo,
  retryVideo,
} from '../../src/log/commands.js'
import { registerNode } from '../../src/log/nodes.js'
import { listOrphans } from '../../src/log/orphans.js'
import { type Pace, Watching } from '../../src/service/watching.js'
import { localBackend } from '../../src/upload/local.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'
import { editor, rowOf, typesOf } from '../support/nodeVideos.js'
import { locationOn } from '../support/uploads.js'
import { errors } from '../youtube/errors.js'
import { backendAt } from '../youtube/api.js'
import { YoutubeSimulator } from '../youtube/simulator.js'

const usual = { type: 'youtube', cut: 'fast', account: 'main', updates: true }

describe('watching an account', function () {
  this.timeout(30_000)
  let log: TestLog
  let simulator: YoutubeSimulator
  const open: Watching[] = []

  beforeEach(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start()
    const locations = {
      tube: usual,
      hidden: { ...usual, unlisted_only: true, tags: ['stream'] },
      local: { type: 'local', cut: 'fast' },
    }
    await registerNode(log.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
  })
  afterEach(async () => {
    for (const watching of open.splice(0)) watching.close()
    await simulator.stop()
    await log.close()
  })

  /** By a node that offers `tube` alone. */
  function watcher(pace: Partial<Pace> = {}, others: readonly Location[] = [], segmentsRoot = ''): Watching {
    const watching = new Watching({
      db: log.db,
      around: {
        ...{
          node: 'node-a',
          onlyNamed: false,
          segmentsRoot,
          temporaryFolder: '',
          random: () => 0.5,
          databaseGraceMs: 0,
        },
        locations: new Map([tube(), ...others].map((location) => [location.name, location])),
      },
      onNotice: () => undefined,
      stopping: new AbortController().signal,
      pace,
    })
    open.push(watching)
    return watching
  }

  function tube(): Location {
    return {
      ...{ name: 'tube', type: 'youtube', account: 'main', unlistedOnly: false, tags: [], cut: 'fast', encoding: {} },
      ...{ extension: 'ts', attemptsLimit: 5 },
      backend: backendAt(simulator.url),
    }
  }

  /** A video that is published, by hand. @returns its id there. */
  async function published(
    id: string,
    location = 'tube',
    processed = true,
    thumbnail: Thumbnail | null = null,
  ): Promise<string> {
    const { video_title: title, video_description: description = '', video_tags: tags = [] } = edit
    const video = simulator.videos.add(
      { snippet: { title, description, tags, categoryId: '23' }, privacyStatus: 'public' },
      { sha256: '', bytes: 1, content: undefined },
    )
    const attempt = `${id}-1`
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit: { ...edit, upload_location: location } })
    await happens(log.db, id, 'Claimed', { attempt, attempts_limit: 3, why: null })
    if (thumbnail) await happens(log.db, id, 'ThumbnailMade', { attempt, ...thumbnail })
    await happens(log.db, id, 'UploadOpened', { attempt, destination: null })
    await happens(log.db, id, 'FinalizeStarted', { attempt, bytes: 1, receipt: null })
    const video_link = `https://youtu.be/${video.id}`
    await happens(log.db, id, 'Uploaded', { attempt, video_id: video.id, video_link, processing: true })
    if (processed) await happens(log.db, id, 'Processed', { video_id: video.id })
    return video.id
  }

  async function modified(id: string, modification: object): Promise<void> {
    const outcome = await modifyVideo(log.db, id, modification, editor)
    assert.ok(isRight(outcome), JSON.stringify(outcome))
  }

  const titleOf = (videoId: string): string | undefined => simulator.videos.get(videoId)?.snippet.title
  const state = async (id: string): Promise<string> => (await rowOf(log.db, id)).state
  const writes = (): number => simulator.seen.filter(({ method }) => method === 'PUT').length

  it('applies modifications, and says so once they are to be seen', async () => {
    const videoId = await published('a')
    await modified('a', { video_title: 'Another title', public: false })
    assert.equal(await state('a'), 'MODIFIED')
    await watcher().round()
    assert.equal(await state('a'), 'DONE')
    assert.equal(titleOf(videoId), 'Another title')
    assert.equal(simulator.videos.get(videoId)?.status.privacyStatus, 'unlisted')
    assert.deepEqual((await typesOf(log.db, 'a')).slice(-2), ['Modified', 'Updated'])
  })

  it('applies the newest of several modifications alone', async () => {
    const videoId = await published('a')
    await modified('a', { video_title: 'One' })
    await modified('a', { video_title: 'Two' })
    await watcher().round()
    assert.equal(titleOf(videoId), 'Two')
    assert.equal(writes(), 1)
  })

  it('keeps to what a location demands that only other nodes offer', async () => {
    const videoId = await published('a', 'hidden')
    await modified('a', { video_tags: ['raffle'], public: true })
    await watcher().round()
    assert.equal(await state('a'), 'DONE')
    assert.deepEqual(simulator.videos.get(videoId)?.snippet.tags, ['raffle', 'stream'])
    assert.equal(simulator.videos.get(videoId)?.status.privacyStatus, 'unlisted')
  })

  it('tries again later what may pass: the time stands in the row, and a person may shorten it', async () => {
    const videoId = await published('a')
    await modified('a', { video_title: 'Another' })
    simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.backendError })
    const watching = watcher()
    const waitMs = await watching.round()
    assert.ok(waitMs <= 30_000)
    const row = await rowOf(log.db, 'a')
    assert.equal(row.state, 'MODIFIED')
    assert.match(row.error ?? '', /503/)
    assert.ok((row.not_before?.getTime() ?? 0) > Date.now() + 20_000)
    await watching.round()
    assert.equal(writes(), 1)
    assert.ok(isRight(await retryVideo(log.db, 'a', editor)))
    await watching.round()
    assert.equal(await state('a'), 'DONE')
    assert.equal(titleOf(videoId), 'Another')
  })

  it('waits for the next day where the quota is used up', async () => {
    await published('a')
    await modified('a', { video_title: 'Another' })
    simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.quotaExceeded })
    await watcher().round()
    const row = await rowOf(log.db, 'a')
    assert.equal(row.state, 'MODIFIED')
    assert.ok((row.not_before?.getTime() ?? 0) > Date.now() + 4 * 60_000)
  })

  it('is OUT_OF_SYNC where a person has to change something; dropped, all is as it was', async () => {
    const videoId = await published('a')
    await modified('a', { video_title: 'Another' })
    simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.invalidTitle })
    const watching = watcher({ settledSeconds: 0 })
    await watching.round()
    const row = await rowOf(log.db, 'a')
    assert.equal(row.state, 'OUT_OF_SYNC')
    assert.match(row.error ?? '', /invalidTitle/)
    // as if the destination had taken it nevertheless
    const video = simulator.videos.get(videoId)
    assert.ok(video)
    video.snippet = { ...video.snippet, title: 'Another' }
    assert.ok(isRight(await dropModification(log.db, 'a', editor)))
    await watching.round()
    assert.equal(await state('a'), 'DONE')
    assert.equal(titleOf(videoId), edit.video_title)
    const { rows } = await log.db.query<{ video_title: string }>('select video_title from reelstate.videos')
    assert.deepEqual(rows, [{ video_title: edit.video_title }])
  })

  it('that was given up has all its time again once a person has it tried again', async () => {
    await published('a')
    await modified('a', { video_title: 'Another' })
    simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.invalidTitle })
    await watcher().round()
    assert.equal(await state('a'), 'OUT_OF_SYNC')
    assert.ok(isRight(await retryVideo(log.db, 'a', editor)))
    await log.db.query(`update reelstate.videos set last_modified = last_modified - interval '13 hours'`)
    simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.backendError })
    await watcher().round()
    const row = await rowOf(log.db, 'a')
    assert.equal(row.state, 'MODIFIED')
    assert.ok((row.not_before?.getTime() ?? 0) < Date.now() + 120_000)
    await log.db.query(`update reelstate.videos set last_modified = last_modified + interval '13 hours'`)
  })

  it('is REJECTED where the video is gone', async () => {
    simulator.videos.delete(await published('a'))
    await modified('a', { video_title: 'Another' })
    await watcher({ goneMs: 0 }).round()
    const { state, error } = await rowOf(log.db, 'a')
    assert.equal(state, 'REJECTED')
    assert.match(error ?? '', /deleted/)
  })

  it('is REJECTED where the video is gone before it was playable', async () => {
    simulator.videos.processingMs = Infinity
    simulator.videos.delete(await published('a', 'tube', false))
    const watching = watcher({ askMs: 0, goneMs: 200 })
    await watching.round()
    // one answer without it is not enough
    assert.equal(await state('a'), 'TRANSCODING')
    await setTimeout(250)
    await watching.round()
    const row = await rowOf(log.db, 'a')
    assert.equal(row.state, 'REJECTED')
    assert.match(row.error ?? '', /deleted/)
  })

  describe('whose lists lag', () => {
    beforeEach(() => (simulator.videos.knownAfterMs = Infinity))
    const isListed = (): void => void (simulator.videos.knownAfterMs = 0)

    it('goes on asking about a video that is not listed yet', async () => {
      await published('a', 'tube', false)
      const watching = watcher({ askMs: 0 })
      for (let round = 0; round < 3; round++) await watching.round()
      assert.equal(await state('a'), 'TRANSCODING')
      isListed()
      await watching.round()
      assert.equal(await state('a'), 'DONE')
    })

    it('counts anew for a video that was seen between', async () => {
      simulator.videos.processingMs = Infinity
      await published('a', 'tube', false)
      const watching = watcher({ askMs: 0, goneMs: 200 })
      await watching.round()
      isListed()
      await watching.round()
      await setTimeout(250)
      simulator.videos.knownAfterMs = Infinity
      await watching.round()
      assert.equal(await state('a'), 'TRANSCODING')
    })

    it('applies a modification later, and says so in between', async () => {
      const videoId = await published('a')
      await modified('a', { video_title: 'Another title' })
      const watching = watcher()
      await watching.round()
      const row = await rowOf(log.db, 'a')
      assert.equal(row.state, 'MODIFIED')
      assert.match(row.error ?? '', /does not list/)
      isListed()
      assert.ok(isRight(await retryVideo(log.db, 'a', editor)))
      await watching.round()
      assert.equal(await state('a'), 'DONE')
      assert.equal(titleOf(videoId), 'Another title')
    })

    it('believes no look at what was updated that it is gone', async () => {
      isListed()
      await published('a')
      await modified('a', { video_title: 'Another title' })
      const watching = watcher({ settledSeconds: 0.3 })
      await watching.round()
      simulator.videos.knownAfterMs = Infinity
      await setTimeout(350)
      await watching.round()
      assert.equal(await state('a'), 'DONE')
    })

    it('gives it its thumbnail later', async () => {
      const image = await keepBlob(log.db, 'image/png', Buffer.from('\x89PNG', 'latin1'))
      const videoId = await published('a', 'tube', false, { image, inputs: 'b'.repeat(64) })
      const watching = watcher({ askMs: 0 })
      await watching.round()
      assert.equal(await state('a'), 'TRANSCODING')
      watching.close()
      isListed()
      await setTimeout(100)
      await watcher().round()
      assert.equal(await state('a'), 'DONE')
      assert.ok(simulator.videos.get(videoId)?.thumbnail)
    })
  })

  it('looks once more a little later, and mends what an older request has overtaken; a new watcher does, too', async () => {
    const videoId = await published('a')
    await modified('a', { video_title: 'Another' })
    const watching = watcher({ settledSeconds: 0.3 })
    assert.ok((await watching.round()) <= 300)
    const overtaken = (): void => {
      const video = simulator.videos.get(videoId)
      assert.ok(video)
      video.snippet = { ...video.snippet, title: 'an older title' }
    }
    overtaken()
    await watching.round()
    assert.equal(titleOf(videoId), 'an older title')
    await setTimeout(350)
    await watching.round()
    assert.equal(titleOf(videoId), 'Another')
    // once is enough
    const asked = simulator.seen.length
    await watching.round()
    assert.equal(simulator.seen.length, asked)
    overtaken()
    watching.close()
    await setTimeout(100)
    await watcher({ settledSeconds: 0.3 }).round()
    assert.equal(titleOf(videoId), 'Another')
  })

  it('looks at what one account shows no more often because there is another one', async () => {
    await published('a')
    await modified('a', { video_title: 'Another' })
    const watching = watcher({ settledSeconds: 0 }, [{ ...tube(), name: 'other', account: 'other' }])
    await watching.round()
    const asked = simulator.seen.length
    for (let n = 0; n < 3; n++) await watching.round()
    assert.equal(simulator.seen.length, asked)
  })

  it('is done by one of two', async () => {
    await published('a')
    await modified('a', { video_title: 'Another' })
    const [one, other] = [watcher(), watcher()]
    await one.round()
    const asked = simulator.seen.length
    await modified('a', { video_title: 'One more' })
    await other.round()
    assert.equal(simulator.seen.length, asked)
    assert.equal(await state('a'), 'MODIFIED')
    one.close()
    await setTimeout(100)
    await other.round()
    assert.equal(await state('a'), 'DONE')
  })

  it('refuses a modification that is none, or that its destination cannot make', async () => {
    await published('a')
    await published('b', 'local')
    await published('c', 'hidden')
    for (const [id, modification, field] of [
      ['a', {}, 'the modification'],
      ['a', { video_title: ' ' }, 'video_title'],
      ['a', { video_title: 'x'.repeat(101) }, 'video_title'],
      ['a', { video_ranges: [] }, 'video_ranges'],
      ['b', { video_title: 'Another' }, 'upload_location'],
      // with the one that the location adds
      ['c', { video_tags: ['x'.repeat(494)] }, 'video_tags'],
    ] as const) {
      const outcome = await modifyVideo(log.db, id, modification, editor)
      assert.ok(isLeft(outcome) && outcome.left._tag === 'Invalid', field)
      assert.equal(outcome.left.problems[0]?.field, field)
    }
    for (const id of ['a', 'b', 'c']) assert.equal(await state(id), 'DONE')
    const unknown = await modifyVideo(log.db, 'nobody', { video_title: 'Another' }, editor)
    assert.ok(isLeft(unknown) && unknown.left._tag === 'NotAllowed')
  })

  describe('thumbnails', () => {
    /** Published and not yet playable, with a picture that was made for it. */
    async function withPicture(id: string): Promise<{ videoId: string; image: string }> {
      const image = await keepBlob(log.db, 'image/png', picture)
      const videoId = await published(id, 'tube', false, { image, inputs: 'b'.repeat(64) })
      return { videoId, image }
    }
    const picture = Buffer.concat([Buffer.from('\x89PNG', 'latin1'), Buffer.alloc(1000)])

    it('are set, and a video is not done without its own', async () => {
      const { videoId, image } = await withPicture('a')
      await watcher().round()
      assert.equal(await state('a'), 'DONE')
      assert.deepEqual(simulator.videos.get(videoId)?.thumbnail, { type: 'image/png', content: picture })
      assert.deepEqual((await typesOf(log.db, 'a')).slice(-3), ['Uploaded', 'ThumbnailSet', 'Processed'])
      const { rows } = await log.db.query(
        `select snapshot->'context'->'published'->'thumbnail'->>'image' as image from reelstate.videos`,
      )
      assert.deepEqual(rows, [{ image }])
    })

    it('are tried again where that may help, while the video waits', async () => {
      const { videoId } = await withPicture('a')
      simulator.faults.on(
        { method: 'POST', path: '/upload/youtube/v3/thumbnails' },
        { kind: 'error', error: errors.backendError },
      )
      const watching = watcher()
      assert.ok((await watching.round()) <= 5_000)
      assert.equal(await state('a'), 'TRANSCODING')
      watching.close()
      await setTimeout(100)
      // whoever takes over begins anew
      await watcher().round()
      assert.equal(await state('a'), 'DONE')
      assert.ok(simulator.videos.get(videoId)?.thumbnail)
    })

    it('that are refused leave the video published, with its id, and OUT_OF_SYNC', async () => {
      const { videoId } = await withPicture('a')
      simulator.faults.on(
        { method: 'POST', path: '/upload/youtube/v3/thumbnails' },
        { kind: 'error', error: errors.mediaTooLarge },
      )
      await watcher().round()
      const row = await rowOf(log.db, 'a')
      assert.deepEqual([row.state, row.video_id], ['OUT_OF_SYNC', videoId])
      assert.match(row.error ?? '', /thumbnail could not be set/)
    })

    it('whose footage cannot be read are tried again later, and hold up no other video', async () => {
      const disk = await temporaryFolder()
      try {
        const hour = join(disk.path, 'main/source/2026-01-31T18')
        await mkdir(dirname(hour), { recursive: true })
        await symlink('2026-01-31T18', hour)
        for (const id of ['a', 'b']) await published(id)
        await modified('a', { thumbnail_mode: 'BARE', thumbnail_time: '2026-01-31T18:00:12.000Z' })
        await modified('b', { video_title: 'Another' })
        await watcher({}, [], disk.path).round()
        const row = await rowOf(log.db, 'a')
        assert.equal(row.state, 'MODIFIED')
        assert.match(row.error ?? '', /^the thumbnail could not be made: ELOOP/)
        assert.ok((row.not_before?.getTime() ?? 0) > Date.now() + 20_000)
        assert.equal(await state('b'), 'DONE')
      } finally {
        await disk.remove()
      }
    })

    it('of videos that are gone are nothing to hurry for', async () => {
      const { videoId } = await withPicture('a')
      simulator.videos.delete(videoId)
      await watcher({ goneMs: 0 }).round()
      assert.equal(await state('a'), 'REJECTED')
    })
  })

  describe('orphans', () => {
    const locations = () => new Map([['tube', tube()]])
    let videoId: string
    beforeEach(async () => {
      videoId = await published('a')
      assert.ok(isRight(await resetVideo(log.db, 'a', true, null, editor)))
    })

    it('are listed with where they are', async () => {
      const [orphan, ...more] = await listOrphans(log.db)
      assert.deepEqual(more, [])
      assert.equal(orphan?.orphan, videoId)
      assert.equal(orphan.video, 'a')
      assert.equal(orphan.location, 'tube')
      assert.equal(orphan.link, `https://youtu.be/${videoId}`)
    })

    it('are hidden: at the destination first, then in the log', async () => {
      simulator.faults.on({ method: 'PUT' }, { kind: 'error', error: errors.backendError })
      const failed = await unlistOrphan(log.db, locations(), 'a', videoId, editor)
      assert.ok(isLeft(failed) && failed.left._tag === 'UploadError')
      assert.equal((await listOrphans(log.db)).length, 1)
      assert.ok(isRight(await unlistOrphan(log.db, locations(), 'a', videoId, editor)))
      assert.equal(simulator.videos.get(videoId)?.status.privacyStatus, 'unlisted')
      assert.deepEqual(await listOrphans(log.db), [])
    })

    it('are adopted, and looked at anew', async () => {
      assert.ok(isRight(await adoptOrphan(log.db, 'a', videoId, editor)))
      assert.equal(await state('a'), 'TRANSCODING')
      await watcher().round()
      const { state: now, video_id, orphans } = await rowOf(log.db, 'a')
      assert.deepEqual([now, video_id, orphans], ['DONE', videoId, []])
    })

    it('are adopted where they are, not where a later edit would have gone: watched, changed and looked after there', async () => {
      await happens(log.db, 'a', 'Edited', {
        edit: { ...edit, upload_location: 'local', video_title: 'The other raffle' },
      })
      assert.ok(isRight(await adoptOrphan(log.db, 'a', videoId, editor)))
      const folder = await temporaryFolder()
      const local = locationOn('local', localBackend({ path: folder.path, writeJson: true }))
      const watching = watcher({ settledSeconds: 0 }, [local])
      await watching.round()
      assert.equal(await state('a'), 'DONE')
      await modified('a', { video_title: 'Another title' })
      await watching.round()
      assert.equal(await state('a'), 'DONE')
      assert.equal(titleOf(videoId), 'Another title')
      const video = simulator.videos.get(videoId)
      assert.ok(video)
      video.snippet = { ...video.snippet, title: 'what an older request has left' }
      watching.close()
      await setTimeout(100)
      await watcher({ settledSeconds: 0 }, [local]).round()
      assert.equal(titleOf(videoId), 'Another title')
      await folder.remove()
    })

    it('are dismissed', async () => {
      assert.ok(isRight(await dismissOrphan(log.db, 'a', videoId, 'deleted by hand', editor)))
      assert.deepEqual(await listOrphans(log.db), [])
      assert.ok(isLeft(await dismissOrphan(log.db, 'a', videoId, null, editor)))
    })
  })
})
