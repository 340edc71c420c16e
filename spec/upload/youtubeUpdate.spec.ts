import assert from 'node:assert/strict'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import type { Backend, Shown } from '../../src/upload/backend.js'
import { changeOf } from '../../src/upload/youtube/update.js'
import { apiError, errors } from '../youtube/errors.js'
import { backendAt } from '../youtube/api.js'
import { YoutubeSimulator } from '../youtube/simulator.js'

const shown: Shown = { title: 'The raffle', description: 'Who wins', tags: ['raffle', 'day 1'], public: true }

describe('changing a video at YouTube', () => {
  let simulator: YoutubeSimulator
  let backend: Backend
  let id: string
  beforeEach(async () => {
    simulator = await YoutubeSimulator.start()
    backend = backendAt(simulator.url)
    const { title, description, tags } = shown
    id = simulator.videos.add(
      { snippet: { title, description, tags, categoryId: '20', defaultLanguage: 'de' }, privacyStatus: 'public' },
      { sha256: '', bytes: 1, content: undefined },
    ).id
  })
  afterEach(() => simulator.stop())

  const video = () => {
    const found = simulator.videos.get(id)
    assert.ok(found)
    return found
  }
  const writes = (): number => simulator.seen.filter(({ method }) => method === 'PUT').length
  const update = async (over: Partial<Shown>) => backend.update?.(id, { ...shown, ...over }, null)

  it('is looked at beforehand: credentials, permissions, and whether there is a channel', async () => {
    assert.deepEqual(await backend.check(), right(undefined))
    simulator.faults.on(
      { path: '/youtube/v3/channels' },
      { kind: 'error', error: apiError(403, 'insufficientPermissions') },
    )
    const refused = await backend.check()
    assert.ok(isLeft(refused))
    assert.match(refused.left.message, /insufficientPermissions/)
    simulator.hasChannel = false
    const nowhere = await backend.check()
    assert.ok(isLeft(nowhere))
    assert.match(nowhere.left.message, /no YouTube channel/)
    assert.equal(writes(), 0)
  })

  it('writes what differs, and leaves everything else as somebody has set it', async () => {
    const done = await update({ title: 'The raffle, part 2' })
    assert.deepEqual(done, right('shown'))
    assert.deepEqual(video().snippet, {
      ...{ title: 'The raffle, part 2', description: 'Who wins', tags: ['raffle', 'day 1'] },
      ...{ categoryId: '20', defaultLanguage: 'de' },
    })
    assert.equal(video().status.privacyStatus, 'public')
    assert.equal(writes(), 1)
  })

  it('writes nothing where nothing differs but what a server may tidy up', async () => {
    await update({ description: ' Who wins\r\n', tags: ['day 1', 'raffle', 'raffle'] })
    assert.equal(writes(), 0)
    assert.equal(simulator.quota.units, 1)
  })

  it('hides a video, and shows one; one that somebody has made private stays private until it shall be public', async () => {
    await update({ public: false })
    assert.equal(video().status.privacyStatus, 'unlisted')
    video().status = { ...video().status, privacyStatus: 'private' }
    await update({ public: false })
    assert.equal(video().status.privacyStatus, 'private')
    await update({ public: true })
    assert.equal(video().status.privacyStatus, 'public')
  })

  it('says of a video that is not there any more that it is missing', async () => {
    simulator.videos.delete(id)
    assert.deepEqual(await update({ title: 'Another' }), right('missing'))
    assert.deepEqual(await backend.unlist?.(id), right('missing'))
  })

  it('takes a video out of the lists and changes nothing else', async () => {
    const before = video().snippet
    assert.deepEqual(await backend.unlist?.(id), right('unlisted'))
    assert.deepEqual(video().snippet, before)
    assert.equal(video().status.privacyStatus, 'unlisted')
  })

  it('says what the server says, and whether it may pass', async () => {
    for (const [error, retryable] of [
      [errors.backendError, true],
      [errors.invalidTitle, false],
    ] as const) {
      simulator.faults.on({ method: 'PUT' }, { kind: 'error', error })
      const done = await update({ title: 'Another' })
      assert.ok(done && isLeft(done))
      assert.equal(done.left.retryable, retryable)
      assert.match(done.left.message, new RegExp(error.reason))
    }
    assert.equal(video().snippet.title, 'The raffle')
  })

  it('sends no part that it does not change, and of those that it does all that can be set', () => {
    const snippet = { ...{ title: 'A', categoryId: '20', channelId: 'not to be set' }, defaultAudioLanguage: 'en' }
    const now = {
      id,
      snippet,
      status: { privacyStatus: 'public', license: 'creativeCommon', uploadStatus: 'processed' },
    }
    const wanted = { title: 'A', description: '', tags: [], public: true }
    assert.equal(changeOf(now, wanted), null)
    assert.deepEqual(changeOf(now, { ...wanted, public: false }), {
      status: { privacyStatus: 'unlisted', license: 'creativeCommon' },
    })
    assert.deepEqual(changeOf(now, { ...wanted, title: 'B' }), {
      snippet: { ...{ title: 'B', description: '', tags: [] }, categoryId: '20', defaultAudioLanguage: 'en' },
    })
  })
})
