import assert from 'node:assert/strict'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Location } from '../../src/effects/location.js'
import { resetVideo, resolveUploaded } from '../../src/log/commands.js'
import { Reconciling } from '../../src/service/reconciling.js'
import type { Backend, Status } from '../../src/upload/backend.js'
import { localBackend } from '../../src/upload/local.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { editor, rowOf, typesOf } from '../support/nodeVideos.js'
import * as uploads from '../support/uploads.js'
import { locationOn, openAttempts, surroundings, type UnderWay } from '../support/uploads.js'

let count = 0
const newId = (): string => `left-${++count}`
/** So that whatever waits is asked about again in the next round. */
const atOnce = { firstMs: -1, longestMs: -1 }

describe('The reconciling loop', function () {
  this.timeout(30_000)
  let log: TestLog
  let folder: { path: string; remove: () => Promise<void> }
  let location: Location
  before(async () => (log = await testLog()))
  after(() => log.close())
  beforeEach(async () => {
    folder = await temporaryFolder()
    location = locationOn('folder', localBackend({ path: folder.path }))
    await log.db.query('update reelstate.upload_sessions set closed_at = now() where closed_at is null')
  })
  afterEach(async () => {
    for (const { session } of begun.splice(0)) await session.close()
    await folder.remove()
  })
  const begun: UnderWay[] = []

  async function under(way: 'uploading' | 'finalizing', node = 'node-b', at = location): Promise<UnderWay> {
    const upload = await uploads[way](log.db, at, { id: newId(), node })
    begun.push(upload)
    return upload
  }
  const finalizing = (node?: string, at?: Location): Promise<UnderWay> => under('finalizing', node, at)

  const loop = (
    backend: Backend = location.backend,
    { own = [], inHand = [], node = 'node-a' }: { own?: string[]; inHand?: string[]; node?: string } = {},
  ): Reconciling => {
    const around = surroundings(node, [{ ...location, backend }])
    return new Reconciling(
      log.db,
      around,
      new AbortController().signal,
      { inHand: new Set(inHand), unsettled: new Set(own) },
      atOnce,
    )
  }
  const reset = async (id: string): Promise<void> =>
    assert.ok(isRight(await resetVideo(log.db, id, true, 'it takes too long', editor)))
  const orphansOf = async (id: string): Promise<string[]> =>
    (await rowOf(log.db, id)).orphans.map((orphan) => orphan.id)
  const published = async (): Promise<string[]> => (await readdir(folder.path)).filter((name) => !name.startsWith('.'))
  const hidden = async (): Promise<string[]> => (await readdir(folder.path)).filter((name) => /part|aborted/.test(name))

  /** The backend, with what it says replaced, by its question. */
  const saying = (over: (now: () => Promise<Status>) => Promise<Status>): Backend => ({
    ...location.backend,
    status: (...of) => over(() => location.backend.status(...of)),
    abort: (...of) => over(() => location.backend.abort(...of)),
  })

  describe('of an upload that a forced reset has left behind, whose node has died,', () => {
    const leftBehind = async (meanwhile: (upload: UnderWay) => Promise<unknown> = () => Promise.resolve()) => {
      const upload = await finalizing()
      await meanwhile(upload)
      await reset(upload.id)
      assert.deepEqual(await orphansOf(upload.id), [`attempt/${upload.attempt}`])
      return upload
    }

    it('finds what was published, and the log has its id', async () => {
      const { id } = await leftBehind((upload) => upload.publish())
      await loop().round()
      assert.deepEqual(await orphansOf(id), await published())
      assert.deepEqual((await typesOf(log.db, id)).slice(-2), ['Reset', 'OrphanFound'])
      assert.deepEqual(await openAttempts(log.db, id), [])
    })

    it('ends what was not, and nobody has to look after it any more', async () => {
      const { id } = await leftBehind()
      await loop().round()
      assert.deepEqual(await orphansOf(id), [])
      assert.deepEqual((await typesOf(log.db, id)).slice(-2), ['Reset', 'OrphanAborted'])
      assert.deepEqual(await openAttempts(log.db, id), [])
      assert.deepEqual([await published(), await hidden()], [[], []])
    })

    it('leaves it to a person where nothing is known of it any more', async () => {
      const { id, attempt } = await leftBehind(async () => {
        for (const name of await hidden()) await rm(join(folder.path, name))
      })
      await loop().round()
      assert.deepEqual(await orphansOf(id), [`attempt/${attempt}`])
      assert.deepEqual(await openAttempts(log.db, id), [])
    })

    it('asks again where the destination cannot tell, however long', async () => {
      const { id, attempt } = await leftBehind((upload) => upload.publish())
      const away = `${folder.path}-away`
      await rename(folder.path, away)
      const reconciling = loop()
      for (let rounds = 0; rounds < 20; rounds++) await reconciling.round()
      assert.deepEqual(await openAttempts(log.db, id), [attempt])
      await rename(away, folder.path)
      await reconciling.round()
      assert.deepEqual(await orphansOf(id), await published())
      assert.deepEqual(await openAttempts(log.db, id), [])
    })

    it('says once what several nodes find, and what its node tells late is no news', async () => {
      const { id } = await leftBehind((upload) => upload.publish())
      await Promise.all([loop().round(), loop(location.backend, { node: 'node-c' }).round()])
      assert.equal((await typesOf(log.db, id)).filter((type) => type === 'OrphanFound').length, 1)
      assert.equal((await orphansOf(id)).length, 1)
    })
  })

  it('ends what was cancelled while its node was dead, and says nothing of what could not have been published', async () => {
    const { id } = await under('uploading')
    await happens(log.db, id, 'NodeLost', { attempt: `${id}-1`, lost: 'node-b', cause: 'it was silent' })
    await loop().round()
    assert.deepEqual(await openAttempts(log.db, id), [])
    assert.deepEqual(await hidden(), [])
    assert.equal((await typesOf(log.db, id)).at(-1), 'NodeLost')
  })

  it('leaves alone what somebody is at work with, is asked about, or has gone elsewhere', async () => {
    const claimed = await under('uploading')
    const committing = await finalizing()
    const uncertain = await finalizing()
    await happens(log.db, uncertain.id, 'FinalizeUnknown', { attempt: uncertain.attempt, cause: 'nobody knows' })
    const elsewhere = await finalizing('node-b', { ...location, name: 'elsewhere' })
    await reset(elsewhere.id)
    await loop().round()
    for (const { id, attempt } of [claimed, committing, uncertain, elsewhere])
      assert.deepEqual(await openAttempts(log.db, id), [attempt])
    assert.equal((await hidden()).length, 4)
  })

  it('finds another publication than the one that a person has named for an UNCERTAIN video', async () => {
    const { id, attempt, publish } = await finalizing()
    const { video_id } = await publish()
    await happens(log.db, id, 'FinalizeUnknown', { attempt, cause: 'nobody knows' })
    const named = { video_id: 'another.ts', video_link: 'another.ts', processing: false }
    assert.ok(isRight(await resolveUploaded(log.db, id, named, editor)))
    await loop().round()
    const { state, orphans } = await rowOf(log.db, id)
    assert.deepEqual([state, orphans.map((orphan) => orphan.id)], ['DONE', [video_id]])
  })

  it('has nothing to say of the one that a person has named', async () => {
    const { id, attempt, publish } = await finalizing()
    const named = { ...(await publish()), processing: false }
    await happens(log.db, id, 'FinalizeUnknown', { attempt, cause: 'nobody knows' })
    assert.ok(isRight(await resolveUploaded(log.db, id, named, editor)))
    await loop().round()
    assert.deepEqual(await orphansOf(id), [])
    assert.deepEqual(await openAttempts(log.db, id), [])
  })

  describe('of a video whose node was lost while it finalized', () => {
    const lost = async (): Promise<UnderWay> => {
      const upload = await finalizing()
      await happens(log.db, upload.id, 'NodeLost', { attempt: upload.attempt, lost: 'node-b', cause: 'it was silent' })
      return upload
    }
    const unreachable: Status = { _tag: 'unknown', why: 'it answered 503', passing: true }

    it('asks as long as the destination fails, and knows then', async () => {
      const { id, publish } = await lost()
      const { video_id } = await publish()
      let failures = 0
      const reconciling = loop(saying((now) => (failures++ < 20 ? Promise.resolve(unreachable) : now())))
      for (let rounds = 0; rounds < 20; rounds++) await reconciling.round()
      const { state, substate } = await rowOf(log.db, id)
      assert.deepEqual([state, substate], ['FINALIZING', 'RECONCILING'])
      await reconciling.round()
      assert.equal((await rowOf(log.db, id)).video_id, video_id)
      // claimed once, whatever the number of questions
      assert.deepEqual((await typesOf(log.db, id)).slice(-3), ['NodeLost', 'ReconcileClaimed', 'Uploaded'])
    })

    it('asks a person at once where the destination itself cannot tell', async () => {
      const { id } = await lost()
      await loop(saying(() => Promise.resolve({ _tag: 'unknown', why: 'it is another folder' }))).round()
      const { state, error } = await rowOf(log.db, id)
      assert.equal(state, 'UNCERTAIN')
      assert.match(error ?? '', /it was silent; it is another folder/)
    })

    it('asks a person where an abort is not confirmed again and again', async () => {
      const { id } = await lost()
      const reconciling = loop(saying(() => Promise.resolve({ _tag: 'incomplete' })))
      await reconciling.round()
      assert.equal((await rowOf(log.db, id)).state, 'FINALIZING')
      for (let rounds = 0; rounds < 20; rounds++) await reconciling.round()
      const { state, error } = await rowOf(log.db, id)
      assert.equal(state, 'UNCERTAIN')
      assert.match(error ?? '', /could not be aborted/)
    })

    it('notes what it finds although the video was reset by force between question and answer', async () => {
      const { id, publish } = await lost()
      const { video_id } = await publish()
      const backend = saying(async (now) => {
        const status = await now()
        await reset(id)
        return status
      })
      await loop(backend).round()
      assert.deepEqual(await orphansOf(id), [video_id])
      assert.deepEqual(await openAttempts(log.db, id), [])
    })
  })

  it('goes on asking about its own attempt that could not be told of, and leaves those alone that are under way', async () => {
    const { id, attempt, publish } = await finalizing('node-a')
    const { video_id } = await publish()
    await loop(location.backend, { inHand: [attempt] }).round()
    await loop(location.backend, { node: 'node-c' }).round()
    assert.equal((await rowOf(log.db, id)).state, 'FINALIZING')
    await loop(location.backend, { own: [attempt] }).round()
    assert.equal((await rowOf(log.db, id)).video_id, video_id)
    assert.equal((await typesOf(log.db, id)).at(-1), 'Uploaded')
  })

  describe('of an attempt of its own node that nobody there is at work on,', () => {
    it('gives the video back: its claim went in after the node had been killed and started anew', async () => {
      const { id } = await under('uploading', 'node-a')
      await loop().round()
      const { state, error } = await rowOf(log.db, id)
      assert.equal(state, 'EDITED')
      assert.match(error ?? '', /node-a was no longer at work on it/)
    })

    it('asks the destination: FinalizeStarted went in after the node had given up waiting for the database', async () => {
      const { id } = await under('finalizing', 'node-a')
      await loop().round()
      assert.equal((await rowOf(log.db, id)).state, 'EDITED')
      assert.deepEqual((await typesOf(log.db, id)).slice(-3), ['NodeLost', 'ReconcileClaimed', 'Released'])
    })

    it('leaves it alone while it is in hand, or another node asks', async () => {
      const { id, attempt } = await under('uploading', 'node-a')
      await loop(location.backend, { inHand: [attempt] }).round()
      assert.equal((await rowOf(log.db, id)).state, 'CLAIMED')
      const asked = await under('finalizing', 'node-a')
      await happens(log.db, asked.id, 'NodeLost', { attempt: asked.attempt, lost: 'node-a', cause: 'it was silent' })
      await happens(log.db, asked.id, 'ReconcileClaimed', { attempt: asked.attempt, reconcile: 'asker' }, 'node-b')
      await loop(location.backend, { inHand: [attempt] }).round()
      assert.equal((await typesOf(log.db, asked.id)).at(-1), 'ReconcileClaimed')
    })
  })
})
