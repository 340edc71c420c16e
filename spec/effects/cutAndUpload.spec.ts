import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { isRight, left } from 'fp-ts/lib/Either.js'
import type { Edit } from '../../machines/edit.js'
import { cutAndUpload } from '../../src/effects/cutAndUpload.js'
import type { Location } from '../../src/effects/location.js'
import type { Ended } from '../../src/effects/work.js'
import { adoptOrphan, resetVideo, resolveAbsent, retryVideo } from '../../src/log/commands.js'
import { readCurrent } from '../../src/log/read.js'
import { Reconciling } from '../../src/service/reconciling.js'
import { type Backend, type Published, uploadError } from '../../src/upload/backend.js'
import { localBackend } from '../../src/upload/local.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit as momentEdit, source } from '../support/moment.js'
import { footage, range } from '../support/nodeFootage.js'
import { editor, rowOf, typesOf } from '../support/nodeVideos.js'
import { finalizing, locationOn, openAttempts, surroundings, type UnderWay } from '../support/uploads.js'
import { backendAt } from '../youtube/api.js'
import { YoutubeSimulator } from '../youtube/simulator.js'

const never = new AbortController().signal
const edit = { video_ranges: [range(0, 2)], video_transitions: [], video_channel: 'camera' } satisfies Partial<Edit>
let count = 0
const newId = (): string => `again-${++count}`

describe('The claim of a video', function () {
  this.timeout(60_000)
  let log: TestLog
  let folder: { path: string; remove: () => Promise<void> }
  let location: Location
  before(async () => {
    log = await testLog()
    await footage()
  })
  after(() => log.close())
  beforeEach(async () => {
    folder = await temporaryFolder()
    location = locationOn('folder', localBackend({ path: folder.path }))
  })
  afterEach(() => folder.remove())

  /** One claim's work by node-a, as its loop has it done. */
  async function claim(id: string, at = location, db = log.db, attempt = `${id}-by-a`): Promise<Ended> {
    await happens(log.db, id, 'Claimed', { attempt, attempts_limit: 3, why: null })
    const read = await readCurrent(log.db, id)
    assert.ok(isRight(read) && read.right.snapshot)
    const around = surroundings('node-a', [at], await footage())
    const { context: video } = read.right.snapshot
    return cutAndUpload({
      db,
      around,
      location: at,
      video,
      attempt,
      signal: never,
      onProgress: () => undefined,
    })
  }
  async function editedAt(at: Location): Promise<string> {
    const id = newId()
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit: { ...momentEdit, ...edit, upload_location: at.name } })
    return id
  }
  const reset = async (id: string): Promise<void> =>
    assert.ok(isRight(await resetVideo(log.db, id, true, null, editor)))
  const published = async (): Promise<string[]> => (await readdir(folder.path)).filter((name) => !name.startsWith('.'))
  const loop = (at = location, own: string[] = []): Reconciling =>
    new Reconciling(log.db, surroundings('node-a', [at]), never, { inHand: new Set(), unsettled: new Set(own) })

  describe('that was reset by force while its last bytes were under way, and edited again,', () => {
    async function editedAgain(meanwhile: (upload: UnderWay) => Promise<unknown>): Promise<UnderWay> {
      const upload = await finalizing(log.db, location, { id: newId(), ...edit })
      await meanwhile(upload)
      await reset(upload.id)
      await happens(log.db, upload.id, 'Edited', { edit: { ...momentEdit, ...edit, upload_location: location.name } })
      return upload
    }

    it('first notes what the earlier attempt has published, and publishes the new edit beside it', async () => {
      let earlier: Published | undefined
      const { id } = await editedAgain(async (upload) => (earlier = await upload.publish()))
      assert.equal(await claim(id), 'published')
      const { state, video_id, orphans } = await rowOf(log.db, id)
      assert.equal(state, 'DONE')
      assert.deepEqual(
        orphans.map((orphan) => orphan.id),
        [earlier?.video_id],
      )
      assert.deepEqual((await published()).sort(), [earlier?.video_id, video_id].sort())
      assert.deepEqual(await openAttempts(log.db, id), [])
      const types = await typesOf(log.db, id)
      assert.deepEqual(types.slice(types.indexOf('Reset')), [
        ...['Reset', 'Edited', 'Claimed', 'OrphanFound', 'UploadOpened', 'FinalizeStarted', 'Uploaded'],
      ])
    })

    it('ends an earlier upload that its node might still complete', async () => {
      const { id, publish } = await editedAgain(() => Promise.resolve())
      assert.equal(await claim(id), 'published')
      await assert.rejects(publish)
      const { video_id, orphans } = await rowOf(log.db, id)
      assert.deepEqual([await published(), orphans], [[video_id], []])
      assert.ok((await typesOf(log.db, id)).includes('OrphanAborted'))
    })

    it('does not wait for a destination that cannot tell of the earlier one, which stays to be asked about', async () => {
      const { id, attempt, publish } = await editedAgain(() => Promise.resolve())
      const { backend } = location
      const unable: Backend = {
        ...backend,
        status: (reference, total) =>
          JSON.stringify(reference).includes(attempt)
            ? Promise.resolve({ _tag: 'unknown', why: 'it answered 503', passing: true })
            : backend.status(reference, total),
      }
      assert.equal(await claim(id, { ...location, backend: unable }), 'published')
      assert.deepEqual(await openAttempts(log.db, id), [attempt])
      const late = await publish()
      await loop().round()
      const { orphans } = await rowOf(log.db, id)
      assert.deepEqual(
        orphans.map((orphan) => orphan.id),
        [late.video_id],
      )
    })
  })

  it('goes on whatever the schedule says, at every moment', async () => {
    const id = await editedAt(location)
    const changed: string[] = []
    // before each append of the attempt another one goes in, so that each meets a conflict
    const moving = {
      query: async (statement: { name?: string; values?: readonly string[] }, ...more: unknown[]) => {
        const type = /"type":"(\w+)"/.exec(statement.values?.[2] ?? '')?.[1]
        if (statement.name === 'append' && type !== undefined && !changed.includes(type)) {
          changed.push(type)
          await happens(log.db, id, 'SourceChanged', { source: { notes: `moved before ${type}` } })
        }
        return (log.db.query as (...args: unknown[]) => unknown)(statement, ...more)
      },
    } as unknown as typeof log.db
    assert.equal(await claim(id, location, moving), 'published')
    assert.deepEqual(changed, ['UploadOpened', 'FinalizeStarted', 'Uploaded'])
    const types = await typesOf(log.db, id)
    assert.deepEqual(
      types.filter((type) => type !== 'SourceChanged'),
      ['Created', 'Edited', 'Claimed', ...changed],
    )
    assert.equal((await published()).length, 1)
  })

  it('whose answer was lost while it was reset by force notes what it has published', async () => {
    const id = await editedAt(location)
    assert.equal(
      await claim(
        id,
        breaking(() => reset(id)),
      ),
      'over',
    )
    const { state, orphans } = await rowOf(log.db, id)
    assert.equal(state, 'UNEDITED')
    assert.deepEqual(
      orphans.map((orphan) => orphan.id),
      await published(),
    )
    assert.deepEqual(await openAttempts(log.db, id), [])
  })

  it('whose destination cannot be asked for the moment is not UNCERTAIN: it is asked again', async () => {
    const id = await editedAt(location)
    const broken = breaking(() => Promise.resolve())
    const status: Backend['status'] = () => Promise.resolve({ _tag: 'unknown', why: 'it answered 503', passing: true })
    assert.equal(await claim(id, { ...broken, backend: { ...broken.backend, status } }), 'later')
    assert.equal((await rowOf(log.db, id)).state, 'FINALIZING')
    await loop(location, [`${id}-by-a`]).round()
    const { state, video_id } = await rowOf(log.db, id)
    assert.deepEqual([state, [video_id]], ['DONE', await published()])
  })

  /** Publishes, but nobody hears of it. */
  const breaking = (meanwhile: () => Promise<void>): Location => {
    const { backend } = location
    const open: Backend['open'] = async (...of) => {
      const opened = await backend.open(...of)
      if (!isRight(opened)) return opened
      const session = opened.right
      const finalize: typeof session.finalize = async (...last) => {
        assert.ok(isRight(await session.finalize(...last)))
        await meanwhile()
        return left(uploadError('the connection broke', true))
      }
      return { ...opened, right: { ...session, finalize } }
    }
    return { ...location, backend: { ...backend, open } }
  }

  describe('at a YouTube that has forgotten the upload, and lists it late', () => {
    let simulator: YoutubeSimulator
    let tube: Location
    beforeEach(async () => {
      simulator = await YoutubeSimulator.start()
      tube = locationOn('tube', backendAt(simulator.url))
    })
    afterEach(() => simulator.stop())

    /** A person was asked, and has said that there is nothing. */
    async function thoughtAbsent(): Promise<UnderWay> {
      const upload = await finalizing(log.db, tube, { id: newId(), ...edit })
      await upload.publish()
      simulator.expireSessions()
      simulator.videos.listedAfterMs = 60_000
      await happens(log.db, upload.id, 'NodeLost', { attempt: upload.attempt, lost: 'node-b', cause: 'it was silent' })
      await loop(tube).round()
      const { state, error } = await rowOf(log.db, upload.id)
      assert.equal(state, 'UNCERTAIN')
      assert.match(error ?? '', /does not know the upload any more; of 0 videos since then none is called/)
      assert.ok(isRight(await resolveAbsent(log.db, upload.id, null, editor)))
      return upload
    }

    it('is not published a second time: a person adopts what is found', async () => {
      const { id } = await thoughtAbsent()
      simulator.videos.listedAfterMs = 0
      assert.equal(await claim(id, tube), 'failed')
      const [video, ...more] = simulator.videos.all()
      assert.deepEqual(more, [])
      const { state, error, orphans } = await rowOf(log.db, id)
      assert.equal(state, 'FAILED')
      assert.match(error ?? '', new RegExp(`youtu.be/${video?.id}; \`reelstate orphans adopt ${id} ${video?.id}\``))
      assert.deepEqual(
        orphans.map((orphan) => orphan.id),
        [video?.id],
      )
      assert.ok(isRight(await adoptOrphan(log.db, id, video?.id ?? '', editor)))
      const adopted = await rowOf(log.db, id)
      assert.deepEqual([adopted.state, adopted.video_id, adopted.orphans], ['DONE', video?.id, []])
    })

    it('is not published a second time where the loop that looks after open sessions has found it first', async () => {
      const { id } = await thoughtAbsent()
      simulator.videos.listedAfterMs = 0
      await loop(tube).round()
      const [video] = simulator.videos.all()
      assert.deepEqual(await openAttempts(log.db, id), [])
      assert.equal(await claim(id, tube), 'failed')
      assert.equal(simulator.videos.all().length, 1)
      const { state, error } = await rowOf(log.db, id)
      assert.equal(state, 'FAILED')
      assert.match(error ?? '', new RegExp(`youtu.be/${video?.id}; \`reelstate orphans adopt ${id} ${video?.id}\``))
    })

    it('is not published a second time where the node that had it has told of it late, and the one that claimed it was killed', async () => {
      const { id, attempt } = await thoughtAbsent()
      const [video] = simulator.videos.all()
      const published = { video_id: video?.id ?? '', video_link: `https://youtu.be/${video?.id}` }
      await happens(log.db, id, 'OrphanFound', { attempt, upload_location: 'tube', ...published }, 'node-b')
      await log.db.query('update reelstate.upload_sessions set closed_at = now() where attempt = $1', [attempt])
      await happens(log.db, id, 'Claimed', { attempt: `${id}-2`, attempts_limit: 3, why: null }, 'node-c')
      await happens(log.db, id, 'NodeLost', { attempt: `${id}-2`, lost: 'node-c', cause: 'it was killed' })
      assert.equal(await claim(id, tube), 'failed')
      assert.equal(simulator.videos.all().length, 1)
    })

    for (const [decision, decide] of [
      ['retried', (id: string) => retryVideo(log.db, id, editor)],
      [
        'edited anew',
        (id: string) => happens(log.db, id, 'Edited', { edit: { ...momentEdit, ...edit, upload_location: 'tube' } }),
      ],
    ] as const)
      it(`is published a second time where it is ${decision} although it was found`, async () => {
        const { id } = await thoughtAbsent()
        simulator.videos.listedAfterMs = 0
        await loop(tube).round()
        assert.equal(await claim(id, tube), 'failed')
        await decide(id)
        assert.equal(await claim(id, tube, log.db, `${id}-decided`), 'published')
        assert.equal(simulator.videos.all().length, 2)
        assert.equal((await rowOf(log.db, id)).orphans.length, 1)
      })

    it('is published anew where there is still nothing to be found', async () => {
      const { id } = await thoughtAbsent()
      assert.equal(await claim(id, tube), 'published')
      assert.deepEqual(await openAttempts(log.db, id), [])
    })
  })
})
