import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { inspect } from 'node:util'
import { type Either, isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Backend, Session, UploadError } from '../../src/upload/backend.js'
import { Api } from '../../src/upload/youtube/api.js'
import { openHttp } from '../../src/upload/youtube/http.js'
import { MULTIPLE_BYTES } from '../../src/upload/youtube/resumable.js'
import { Tokens } from '../../src/upload/youtube/tokens.js'
import { youtubeBackend, type YoutubeOptions } from '../../src/upload/youtube/youtube.js'
import { backendContract, publication } from '../contracts/backend.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { randomFrom } from '../support/random.js'
import { SmallDisk } from '../support/smallDisk.js'
import { errors } from '../youtube/errors.js'
import { CREDENTIALS, YoutubeSimulator, type SimulatorOptions } from '../youtube/simulator.js'

const never = new AbortController().signal
const usual: YoutubeOptions = {
  categoryId: '23',
  language: 'en',
  resumable: { chunkBytes: MULTIPLE_BYTES, patience: 8, waitMs: 2, random: () => 0.5 },
}

function backendFor(simulator: YoutubeSimulator, over: Partial<YoutubeOptions> = {}): Backend {
  const http = openHttp(1)
  const { client_id: clientId, client_secret: clientSecret, refresh_token: refreshToken } = CREDENTIALS
  const tokens = new Tokens(http, `${simulator.url}/token`, () =>
    Promise.resolve({ clientId, clientSecret, refreshToken }),
  )
  return youtubeBackend(new Api(http, tokens, simulator.url), { ...usual, ...over })
}

backendContract('youtube', async () => {
  const simulator = await YoutubeSimulator.start({ keepsContent: true })
  return {
    adds: true,
    backend: backendFor(simulator),
    again: () => backendFor(simulator),
    published: () =>
      Promise.resolve(new Map(simulator.videos.all().map(({ id, content }) => [id, content ?? Buffer.alloc(0)]))),
    leftovers: () => Promise.resolve(Array.from({ length: simulator.openSessions }, (_, n) => `session ${n}`)),
    close: () => simulator.stop(),
    forgetUploads: () => simulator.expireSessions(),
  }
})

for (const upload of ['spool', 'single_request'] as const)
  backendContract(`youtube (${upload})`, async () => {
    const simulator = await YoutubeSimulator.start({ keepsContent: true })
    return {
      adds: true,
      backend: backendFor(simulator, { upload }),
      again: () => backendFor(simulator, { upload }),
      published: () =>
        Promise.resolve(new Map(simulator.videos.all().map(({ id, content }) => [id, content ?? Buffer.alloc(0)]))),
      leftovers: () => Promise.resolve(Array.from({ length: simulator.openSessions }, (_, n) => `session ${n}`)),
      close: () => simulator.stop(),
      forgetUploads: () => simulator.expireSessions(),
    }
  })

/** What somebody else uploads to the same channel. */
const another = (fileName: string): Parameters<YoutubeSimulator['videos']['add']> => [
  {
    snippet: { title: 'Another', description: '', tags: [], categoryId: '23' },
    privacyStatus: 'public',
  },
  { sha256: '', bytes: 5, content: undefined },
  fileName,
]

describe('publishing to YouTube', function () {
  this.timeout(30_000)
  let simulator: YoutubeSimulator
  beforeEach(() => start())
  afterEach(() => simulator.stop())

  async function start(options: SimulatorOptions = {}): Promise<void> {
    simulator = await YoutubeSimulator.start(options)
  }

  const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

  async function opened(backend: Backend): Promise<Session> {
    const session = await backend.open(publication(), never)
    assert.ok(isRight(session), JSON.stringify(session))
    return session.right
  }

  /** Sends in chunks as cuts have them, of any size. */
  async function published(backend: Backend, bytes: Buffer, seed = 1): Promise<Either<UploadError, unknown>> {
    const session = await opened(backend)
    const random = randomFrom(seed)
    let at = 0
    while (bytes.length - at > 100) {
      const size = Math.min(bytes.length - at - 1, 1 + Math.floor(random() * 500_000))
      const sent = await session.send(bytes.subarray(at, at + size), never)
      if (isLeft(sent)) return sent
      at += size
    }
    return session.finalize(bytes.subarray(at), bytes.length, never)
  }

  function assertPublishedOnce(bytes: Buffer): void {
    const all = simulator.videos.all()
    assert.deepEqual(
      all.map((video) => [video.bytes, video.sha256]),
      [[bytes.length, hashOf(bytes)]],
    )
  }

  it('sends what it is given, and its own category and language', async () => {
    assert.ok(isRight(await published(backendFor(simulator), randomBytes(1000))))
    const [video] = simulator.videos.all()
    assert.deepEqual(video?.snippet, {
      title: 'The raffle: part 1/2',
      description: 'Who wins',
      tags: ['raffle'],
      categoryId: '23',
      defaultLanguage: 'en',
    })
    assert.equal(video.status.privacyStatus, 'public')
  })

  it('sends chunks of one size, a multiple of 256 KiB, and the total with the last only', async () => {
    const bytes = randomBytes(3 * MULTIPLE_BYTES)
    assert.ok(isRight(await published(backendFor(simulator), bytes)))
    assertPublishedOnce(bytes)
    const size = MULTIPLE_BYTES
    assert.deepEqual(
      simulator.seen.flatMap(({ contentRange }) => contentRange ?? []),
      [`bytes 0-${size - 1}/*`, `bytes ${size}-${2 * size - 1}/*`, `bytes ${2 * size}-${3 * size - 1}/${3 * size}`],
    )
  })

  it('spooled, sends nothing before all is there, and the total with each chunk; goes on after broken connections', async () => {
    const backend = backendFor(simulator, { upload: 'spool' })
    const bytes = randomBytes(3 * MULTIPLE_BYTES + 7)
    const session = await opened(backend)
    assert.ok(isRight(await session.send(bytes.subarray(0, -1), never)))
    assert.equal(simulator.seen.filter(({ method }) => method === 'PUT').length, 0)
    simulator.faults.on({ method: 'PUT', skip: 1 }, { kind: 'drop', afterBytes: 100_000 })
    assert.ok(isRight(await session.finalize(bytes.subarray(-1), bytes.length, never)))
    await session.close()
    assertPublishedOnce(bytes)
    for (const { contentRange = '' } of simulator.seen.filter(({ method }) => method === 'PUT'))
      assert.ok(contentRange.endsWith(`/${bytes.length}`), contentRange)
  })

  it('spooled, says so where the disk is full: what only a part of was written is never sent', async function () {
    const folder = await temporaryFolder()
    const disk = await SmallDisk.at(folder.path, '64k')
    try {
      if (disk === null) return this.skip()
      const session = await opened(backendFor(simulator, { upload: 'spool', temporaryFolder: folder.path }))
      const sent = await session.send(randomBytes(100_000), never).catch((error: unknown) => error)
      assert.match(inspect(sent), /ENOSPC/)
      await session.close()
    } finally {
      await disk?.[Symbol.asyncDispose]()
      await folder.remove()
    }
  })

  it('as a single request, sends while it is made, and nothing is complete before its end', async () => {
    const backend = backendFor(simulator, { upload: 'single_request' })
    const bytes = randomBytes(2 * MULTIPLE_BYTES + 7)
    const session = await opened(backend)
    for (let at = 0; at < bytes.length - 1; at += 50_000)
      assert.ok(isRight(await session.send(bytes.subarray(at, Math.min(bytes.length - 1, at + 50_000)), never)))
    // longer than nothing may happen where something ought to: it is we who are waited for
    await delay(1_200)
    assert.deepEqual(simulator.videos.all(), [])
    assert.ok(isRight(await session.finalize(bytes.subarray(-1), bytes.length, never)))
    assertPublishedOnce(bytes)
    assert.deepEqual(
      simulator.seen
        .filter(({ path, method }) => path.includes('/videos') && method !== 'GET')
        .map(({ method }) => method),
      ['POST', 'POST'],
    )
  })

  it('as a single request, says of a broken connection that it has to begin anew, without waiting for ever', async () => {
    const backend = backendFor(simulator, { upload: 'single_request' })
    simulator.faults.on({ method: 'POST', path: '/upload', skip: 1 }, { kind: 'drop', afterBytes: 300_000 })
    const outcome = await published(backend, randomBytes(8 * MULTIPLE_BYTES))
    assert.ok(isLeft(outcome))
    assert.equal(outcome.left.retryable, true)
    assert.deepEqual(simulator.videos.all(), [])
  })

  it('goes on after 20 broken connections, chunks of which a part was kept, and errors that pass', async () => {
    const random = randomFrom(7)
    let broken = 0
    simulator.faults.atRandom(({ method, headers }) => {
      if (method !== 'PUT' || broken >= 20 || random() < 0.3) return undefined
      broken++
      const body = Number(headers['content-length'] ?? 0)
      const kind = random()
      if (kind < 0.5) return { kind: 'drop', afterBytes: 1 + Math.floor(random() * body) }
      if (kind < 0.7) return { kind: 'keep', bytes: Math.floor(random() * body) }
      if (kind < 0.8) return { kind: 'lose answer' }
      return { kind: 'error', error: errors.backendError }
    })
    const bytes = randomBytes(40 * MULTIPLE_BYTES + 12_345)
    const resumable = { ...usual.resumable, chunkBytes: 4 * MULTIPLE_BYTES }
    assert.ok(isRight(await published(backendFor(simulator, { resumable }), bytes)))
    assert.equal(broken, 20)
    assertPublishedOnce(bytes)
  })

  it('learns that it is published where the answer to the last bytes is lost', async () => {
    simulator.faults.on({ method: 'PUT', rangeEnd: '/300000' }, { kind: 'lose answer' })
    const bytes = randomBytes(300_000)
    assert.ok(isRight(await published(backendFor(simulator), bytes)))
    assertPublishedOnce(bytes)
  })

  it('gives up after so many failures without a byte in between, and says so as something that may pass', async () => {
    simulator.faults.on({ method: 'PUT', times: Infinity }, { kind: 'error', error: errors.backendError })
    const result = await published(backendFor(simulator), randomBytes(2 * MULTIPLE_BYTES))
    assert.ok(isLeft(result) && result.left.retryable, JSON.stringify(result))
    assert.match(result.left.message, /503 \(backendError/)
    assert.equal(simulator.seen.filter(({ method }) => method === 'PUT').length, 1 + usual.resumable.patience)
  })

  it('gives up in the same way where the server answers each chunk, and keeps nothing of it', async () => {
    simulator.faults.on({ method: 'PUT', times: Infinity }, { kind: 'keep', bytes: 0 })
    for (const size of [100_000, 4 * MULTIPLE_BYTES]) {
      simulator.seen.length = 0
      const result = await published(backendFor(simulator), randomBytes(size))
      assert.ok(isLeft(result) && result.left.retryable, JSON.stringify(result))
      assert.match(result.left.message, /keeps nothing of what is sent to it/)
      const chunks = simulator.seen.filter(({ contentRange }) => /^bytes \d/.test(contentRange ?? ''))
      assert.equal(chunks.length, 1 + usual.resumable.patience)
    }
  })

  it('goes on where a chunk was not kept, and begins to count anew with each that was', async () => {
    const chunks = 2 * usual.resumable.patience
    const seen = new Set<string>()
    simulator.faults.atRandom(({ headers }) => {
      const [range] = /^bytes \d+-/.exec(headers['content-range'] ?? '') ?? []
      if (range === undefined || seen.has(range)) return undefined
      seen.add(range)
      return { kind: 'keep', bytes: 0 }
    })
    const bytes = randomBytes(chunks * MULTIPLE_BYTES)
    assert.ok(isRight(await published(backendFor(simulator), bytes)))
    assertPublishedOnce(bytes)
    assert.equal(seen.size, chunks)
  })

  it('asks for what has become of the upload where all bytes were taken and it is not complete yet', async () => {
    const bytes = randomBytes(300_000)
    simulator.faults.on({ method: 'PUT', rangeEnd: '/300000', times: 3 }, { kind: 'unfinished' })
    assert.ok(isRight(await published(backendFor(simulator), bytes)))
    assertPublishedOnce(bytes)
    assert.deepEqual(
      simulator.seen.flatMap(({ contentRange }) => contentRange ?? []),
      [
        `bytes 0-${MULTIPLE_BYTES - 1}/*`,
        `bytes ${MULTIPLE_BYTES}-299999/300000`,
        ...Array<string>(3).fill('bytes */300000'),
      ],
    )
  })

  it('asks for that no longer than its patience lasts', async () => {
    simulator.faults.on({ method: 'PUT', rangeEnd: '/1000', times: Infinity }, { kind: 'unfinished' })
    const result = await published(backendFor(simulator), randomBytes(1000))
    assert.ok(isLeft(result) && result.left.retryable, JSON.stringify(result))
    assert.match(result.left.message, /does not say that it is complete/)
    assert.equal(simulator.seen.filter(({ method }) => method === 'PUT').length, 1 + usual.resumable.patience)
  })

  it('waits as long as the server asks for', async () => {
    const fault = { kind: 'error', error: errors.backendError, retryAfterSeconds: 1 } as const
    simulator.faults.on({ method: 'PUT' }, fault)
    const begun = performance.now()
    assert.ok(isRight(await published(backendFor(simulator), randomBytes(1000))))
    assert.ok(performance.now() - begun >= 1000)
  })

  it('does not wait for ever where nothing moves', async () => {
    simulator.faults.on({ method: 'PUT' }, { kind: 'freeze' })
    assert.ok(isRight(await published(backendFor(simulator), randomBytes(1000))))
  })

  it('says of a session that has expired that it has to begin anew', async () => {
    const session = await opened(backendFor(simulator))
    simulator.expireSessions()
    // a chunk is under way while the next one is put together: what became of it is told then
    await session.send(randomBytes(2 * MULTIPLE_BYTES), never)
    const sent = await session.send(randomBytes(2 * MULTIPLE_BYTES), never)
    assert.ok(isLeft(sent) && sent.left.retryable, JSON.stringify(sent))
    assert.match(sent.left.message, /does not know the upload any more/)
  })

  it('asks for one token for all, again before it expires and where it is refused, and never again where it was revoked', async () => {
    const backend = backendFor(simulator)
    await Promise.all([opened(backend), opened(backend), opened(backend)])
    const asked = () => simulator.seen.filter(({ path }) => path === '/token').length
    assert.equal(asked(), 1)
    simulator.expireTokens()
    await opened(backend)
    assert.equal(asked(), 2)
    simulator.revoked = true
    simulator.expireTokens()
    for (let n = 0; n < 3; n++) {
      const refused = await backend.open(publication(), never)
      assert.ok(isLeft(refused))
      // not this upload's fault, and a person has to do something before any other gets through
      assert.deepEqual(
        [refused.left.retryable, refused.left.trouble, refused.left.waitMs],
        [true, 'account', undefined],
      )
      assert.match(refused.left.message, /refuses the account's refresh token \(invalid_grant/)
    }
    assert.equal(asked(), 3)
  })

  it('can be stopped at any moment, and ends the upload', async () => {
    const stop = new AbortController()
    const backend = backendFor(simulator)
    const session = await opened(backend)
    simulator.faults.on({ method: 'PUT' }, { kind: 'late', ms: 5000 })
    const sending = session.send(randomBytes(4 * MULTIPLE_BYTES), stop.signal)
    setTimeout(() => stop.abort(new Error('cancelled')), 20)
    await assert.rejects(sending, /cancelled/)
    assert.equal((await backend.abort(session.reference, null))._tag, 'aborted')
    assert.equal(simulator.openSessions, 0)
  })

  it('keeps secrets out of its errors', async () => {
    simulator.faults.on({ path: '/upload', times: Infinity }, { kind: 'freeze' })
    const refused = await backendFor(simulator).open(publication(), never)
    assert.ok(isLeft(refused))
    const told = `${refused.left.message} ${JSON.stringify(refused.left.cause)} ${(refused.left.cause as Error).stack}`
    for (const secret of Object.values(CREDENTIALS).filter((one) => one !== 'client'))
      assert.ok(!told.includes(secret), told)
    assert.ok(!told.includes('Bearer'))
  })

  describe('where the upload itself is not known any more', () => {
    /** Published, but its uploader has not heard of it. */
    async function forgotten(bytes = Buffer.from('video')): Promise<Session> {
      const session = await opened(backendFor(simulator))
      assert.ok(isRight(await session.finalize(bytes, bytes.length, never)))
      simulator.expireSessions()
      return session
    }
    const asked = () =>
      simulator.seen.filter(({ method }) => method === 'GET').map(({ path }) => path.split('/').at(-1))

    it('looks for the name of its file among the latest uploads, at two units for fifty and one for the channel', async () => {
      const { reference } = await forgotten()
      const [{ id } = assert.fail()] = simulator.videos.all()
      for (let n = 0; n < 60; n++) simulator.videos.add(...another(`${n}.ts`))
      const link = `https://youtu.be/${id}`
      const complete = { _tag: 'complete', published: { video_id: id, video_link: link } }
      const before = simulator.quota.units
      assert.deepEqual(await backendFor(simulator).status(reference, 5), complete)
      assert.deepEqual(asked(), ['channels', 'playlistItems', 'videos', 'playlistItems', 'videos'])
      assert.equal(simulator.quota.units - before, 5)
    })

    it('asks nothing of that before: neither of what is under way, nor where nothing can have been published', async () => {
      const session = await opened(backendFor(simulator))
      const backend = backendFor(simulator)
      assert.equal((await backend.status(session.reference, 5))._tag, 'incomplete')
      simulator.expireSessions()
      assert.equal((await backend.abort(session.reference, null))._tag, 'gone')
      assert.deepEqual(asked(), [])
    })

    it('says how far it has looked where it finds none, as the list may lag', async () => {
      simulator.videos.listedAfterMs = 60_000
      const { reference } = await forgotten()
      const status = await backendFor(simulator).status(reference, 5)
      assert.match('why' in status ? status.why : '', /of 0 videos since then none is called .*\.ts.* too soon/)
    })

    it('does not take one of another size for whole', async () => {
      const { reference } = await forgotten()
      for (const look of ['status', 'abort'] as const) {
        const status = await backendFor(simulator)[look](reference, 6)
        assert.equal(status._tag, 'gone')
        assert.match('why' in status ? status.why : '', /has 5 bytes instead of 6/)
      }
    })

    it('looks at no more than the latest 500, and not behind the beginning of the upload', async () => {
      const { reference } = await forgotten()
      for (let n = 0; n < 600; n++) simulator.videos.add(...another(`${n}.ts`))
      assert.equal((await backendFor(simulator).status(reference, 5))._tag, 'gone')
      assert.equal(asked().length, 1 + 2 * 10)
      simulator.seen.length = 0
      const late = { ...reference, begun: new Date(Date.now() + 3_600_000).toUTCString() }
      assert.equal((await backendFor(simulator).status(late, 5))._tag, 'gone')
      assert.deepEqual(asked(), ['channels', 'playlistItems'])
    })

    it('cannot tell where the search fails, and says whether that may pass', async () => {
      const { reference } = await forgotten()
      simulator.faults.on({ path: '/youtube/v3/playlistItems' }, { kind: 'error', error: errors.quotaExceeded })
      const status = await backendFor(simulator).status(reference, 5)
      assert.ok(status._tag === 'unknown' && status.passing === true, JSON.stringify(status))
    })

    it('knows nothing to look for of an upload that an older version began', async () => {
      const { reference } = await forgotten()
      const status = await backendFor(simulator).status({ session: reference['session'] }, 5)
      assert.equal(status._tag, 'gone')
      assert.deepEqual(asked(), [])
    })
  })

  it('says of an upload that it may be asked again where YouTube fails, not where a person has to do something', async () => {
    const { reference } = await opened(backendFor(simulator))
    const backend = backendFor(simulator)
    simulator.faults.on({ method: 'PUT', path: '/upload' }, { kind: 'error', error: errors.backendError })
    const failing = await backend.status(reference, 5)
    assert.ok(failing._tag === 'unknown' && failing.passing === true, JSON.stringify(failing))
    simulator.revoked = true
    simulator.expireTokens()
    const refused = await backendFor(simulator).status(reference, 5)
    assert.ok(refused._tag === 'unknown' && refused.passing !== true, JSON.stringify(refused))
  })

  it('has confirmed an abort also where it forgets the upload with it; what it refuses to cancel is not aborted', async () => {
    await simulator.stop()
    await start({ forgetsCancelled: true })
    const backend = backendFor(simulator)
    for (const total of [null, 5])
      assert.equal((await backend.abort((await opened(backend)).reference, total))._tag, 'aborted')
    const { reference } = await opened(backend)
    simulator.faults.on({ method: 'DELETE' }, { kind: 'error', error: errors.backendError })
    assert.equal((await backend.abort(reference, 5))._tag, 'incomplete')
    assert.equal((await backend.abort(reference, 5))._tag, 'aborted')
  })

  describe('whether a complete upload can be cancelled is not documented', () => {
    for (const deleteOfComplete of ['as cancelled', 'refused'] as const) {
      it(`so it is published, where the answer is ${deleteOfComplete}`, async () => {
        await simulator.stop()
        await start({ deleteOfComplete })
        const backend = backendFor(simulator)
        const session = await opened(backend)
        const result = await session.finalize(Buffer.from('video'), 5, never)
        assert.ok(isRight(result))
        assert.deepEqual(await backend.abort(session.reference, 5), { _tag: 'complete', published: result.right })
      })
    }
  })
})
