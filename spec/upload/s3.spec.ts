import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { type Either, isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { Backend, Published, Session, UploadError } from '../../src/upload/backend.js'
import type { Credentials } from '../../src/upload/s3/credentials.js'
import { MEBIBYTE, s3Backend, type S3Options } from '../../src/upload/s3/s3.js'
import { backendContract, publication } from '../contracts/backend.js'
import { Proxy } from '../support/nodeProxy.js'
import { randomFrom } from '../support/random.js'
import { SWIFT_KEYS, SWIFT_READER, SwiftBucket, needsSwift } from '../support/swift.js'

const never = new AbortController().signal
const patience = { tries: 4, waitMs: 2, random: () => 0.5 }
const keys = (given: Credentials) => ({ name: 'the keys of the spec', read: () => Promise.resolve(given) })

const backendFor = (bucket: string, endpoint: string, over: Partial<S3Options> = {}): Backend =>
  s3Backend({
    ...{ bucket, endpoint, region: 'us-east-1', pathStyle: true, prefix: '', partBytes: 5 * MEBIBYTE },
    ...{ credentials: keys(SWIFT_KEYS), patience, shortPatience: patience },
    ...over,
  })

describe('a bucket of an S3 store', function () {
  this.timeout(60_000)
  before(function () {
    return needsSwift(this)
  })

  backendContract('s3', async () => {
    const bucket = await SwiftBucket.make()
    return {
      tears: true, // Swift does; it is not known of others
      backend: backendFor(bucket.name, bucket.url),
      again: () => backendFor(bucket.name, bucket.url),
      published: () => bucket.objects(),
      leftovers: async () => [...(await bucket.keys()), ...(await bucket.unfinished())],
      close: () => bucket.close(),
    }
  })
})

describe('publishing to an S3 store', function () {
  this.timeout(30_000)
  let bucket: SwiftBucket
  before(function () {
    return needsSwift(this)
  })
  beforeEach(async () => (bucket = await SwiftBucket.make()))
  afterEach(() => bucket.close())

  async function opened(backend: Backend, over: Parameters<typeof publication>[0] = {}): Promise<Session> {
    const session = await backend.open(publication(over), never)
    assert.ok(isRight(session), JSON.stringify(session))
    return session.right
  }

  /** Sends in chunks as cuts have them, of any size. */
  async function published(backend: Backend, bytes: Buffer, seed = 1): Promise<Either<UploadError, Published>> {
    const session = await opened(backend)
    const random = randomFrom(seed)
    let at = 0
    while (bytes.length - at > 100) {
      const size = Math.min(bytes.length - at - 1, 1 + Math.floor(random() * 900_000))
      const sent = await session.send(bytes.subarray(at, at + size), never)
      if (isLeft(sent)) return sent
      at += size
    }
    const result = await session.finalize(bytes.subarray(at), bytes.length, never)
    await session.close()
    return result
  }

  const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

  async function assertPublishedOnce(bytes: Buffer, result: Either<UploadError, Published>): Promise<void> {
    assert.ok(isRight(result), JSON.stringify(result))
    const objects = [...(await bucket.objects())].map(([key, content]) => [key, content.length, hashOf(content)])
    assert.deepEqual(objects, [[result.right.video_id, bytes.length, hashOf(bytes)]])
    assert.deepEqual(await bucket.unfinished(), [])
  }

  for (const [what, bytes] of [
    ['no bytes', 0],
    ['one byte', 1],
    ['exactly two parts', 10 * MEBIBYTE],
    ['two parts and a little', 10 * MEBIBYTE + 1],
  ] as const)
    it(`publishes ${what}, the very same`, async () => {
      const content = randomBytes(bytes)
      await assertPublishedOnce(content, await published(backendFor(bucket.name, bucket.url), content))
    })

  it('names by prefix, title, video and edit, with the type that browsers play, and links to it', async () => {
    const links: [Partial<S3Options>, string][] = [
      [{ prefix: 'videos/2026/' }, `${bucket.url}/${bucket.name}/videos/2026/N%C3%A4xt_one-video1-e1.mp4`],
      [{ urlPrefix: 'https://v.example/' }, 'https://v.example/N%C3%A4xt_one-video1-e1.mp4'],
    ]
    for (const [over, link] of links) {
      const session = await opened(backendFor(bucket.name, bucket.url, over), { title: 'Näxt: one', extension: 'mp4' })
      const result = await session.finalize(Buffer.from('video'), 5, never)
      assert.ok(isRight(result))
      assert.equal(result.right.video_link, link)
      assert.equal((await bucket.object(result.right.video_id)).type, 'video/mp4')
    }
    assert.deepEqual(await bucket.keys(), ['Näxt_one-video1-e1.mp4', 'videos/2026/Näxt_one-video1-e1.mp4'])
  })

  it('holds two parts in memory, whatever the length', async () => {
    const session = await opened(backendFor(bucket.name, bucket.url))
    const chunk = randomBytes(MEBIBYTE)
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    for (let n = 0; n < 60; n++) {
      assert.ok(isRight(await session.send(chunk, never)))
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    assert.ok(isRight(await session.finalize(chunk, 61 * MEBIBYTE, never)))
    assert.ok(most > 5 * MEBIBYTE && most < 12 * MEBIBYTE, `${most} bytes`)
  })

  it('tells of an upload into another bucket or store that it cannot tell, and where that went', async () => {
    const { reference } = await opened(backendFor(bucket.name, bucket.url))
    for (const other of [backendFor('another', bucket.url), backendFor(bucket.name, 'http://127.0.0.1:1')]) {
      const status = await other.abort(reference, 5)
      assert.equal(status._tag, 'unknown')
      assert.match('why' in status ? status.why : '', new RegExp(`the upload went to ${bucket.url}/${bucket.name}`))
    }
  })

  it('does not take the object of another attempt for its own, nor one of another size for whole', async () => {
    const backend = backendFor(bucket.name, bucket.url)
    const first = await opened(backend)
    const second = await opened(backend)
    assert.ok(isRight(await second.finalize(Buffer.from('second'), 6, never)))
    assert.equal((await backend.status(first.reference, 6))._tag, 'incomplete')
    assert.equal((await backend.abort(first.reference, 6))._tag, 'aborted')
    assert.equal((await backend.status(second.reference, 7))._tag, 'gone')
    assert.equal((await backend.status(second.reference, 6))._tag, 'complete')
  })

  describe('over a connection that breaks', () => {
    let proxy: Proxy
    beforeEach(async () => (proxy = await Proxy.to(bucket.url)))
    afterEach(() => proxy[Symbol.asyncDispose]())
    const backend = (over: Partial<S3Options> = {}) => backendFor(bucket.name, proxy.url, over)

    it('in the middle of a part, sends that part again', async () => {
      const bytes = randomBytes(11 * MEBIBYTE)
      // often enough for one to lie within what is passed on at once
      for (let at = 6 * MEBIBYTE; at < 8 * MEBIBYTE; at += 1000) bytes.write('here it breaks', at)
      const broken = proxy.loseConnectionAt('here it breaks')
      const result = await published(backend(), bytes)
      await broken
      await assertPublishedOnce(bytes, result)
    })

    it('before the answer to its end, finds its object there', async () => {
      const bytes = randomBytes(6 * MEBIBYTE)
      const lost = proxy.loseAnswerTo('<CompleteMultipartUpload')
      const result = await published(backend(), bytes)
      await lost
      await assertPublishedOnce(bytes, result)
    })

    it('before its end has arrived, ends it again', async () => {
      const bytes = randomBytes(6 * MEBIBYTE)
      const session = await opened(backend())
      assert.ok(isRight(await session.send(bytes, never)))
      const kept = proxy.keepQuestion('<CompleteMultipartUpload')
      const finalized = session.finalize(Buffer.from('.'), bytes.length + 1, never)
      await kept
      proxy.shut()
      proxy.open()
      await assertPublishedOnce(Buffer.concat([bytes, Buffer.from('.')]), await finalized)
    })

    for (const [what, pattern, fall] of [
      ['a part', 'PUT ', 'keepQuestion'],
      ['its end', '<CompleteMultipartUpload', 'keepAnswerTo'],
    ] as const)
      it(`by falling silent at ${what}, goes on after a while`, async () => {
        const bytes = randomBytes(6 * MEBIBYTE)
        const silent = proxy[fall](pattern)
        const result = await published(backend({ stallSeconds: 1 }), bytes)
        await silent
        await assertPublishedOnce(bytes, result)
      })

    it('for long, gives up, and later the upload can be ended', async () => {
      const session = await opened(backend())
      proxy.shut()
      const result = await session.finalize(Buffer.from('video'), 5, never)
      assert.ok(isLeft(result) && result.left.retryable, JSON.stringify(result))
      assert.equal((await backend().status(session.reference, 5))._tag, 'unknown')
      proxy.open()
      assert.equal((await backend().abort(session.reference, 5))._tag, 'aborted')
    })

    it('breaks off what is under way when it is closed', async () => {
      const session = await opened(backend())
      const kept = proxy.keepQuestion('PUT ')
      assert.ok(isRight(await session.send(randomBytes(5 * MEBIBYTE), never)))
      await kept
      await session.close()
      assert.ok(
        isLeft(
          await session.finalize(Buffer.from('.'), 5 * MEBIBYTE + 1, never).catch(() => ({ _tag: 'Left' }) as never),
        ),
      )
    })
  })

  describe('says who has to do what', () => {
    const SECRET = 'correct-horse-battery'

    async function refusal(backend: Backend): Promise<UploadError> {
      const checked = await backend.check()
      const session = await backend.open(publication(), never)
      assert.ok(isLeft(checked) && isLeft(session))
      assert.equal(checked.left.message, session.left.message)
      assert.ok(!inspect(session.left, { depth: Infinity, showHidden: true }).includes(SECRET))
      return session.left
    }
    const wrong: [string, () => Backend, RegExp][] = [
      [
        'of a wrong secret',
        () =>
          backendFor(bucket.name, bucket.url, {
            credentials: keys({ ...SWIFT_KEYS, secretAccessKey: SECRET }),
          }),
        /403 SignatureDoesNotMatch: the secret access key is wrong: correct the keys of the spec/,
      ],
      [
        'of a bucket that is not there',
        () => backendFor('nowhere', bucket.url),
        /404 NoSuchBucket: there is no bucket nowhere: make it, or correct the location's bucket/,
      ],
      [
        'of a key that may not write',
        () => backendFor(bucket.name, bucket.url, { credentials: keys(SWIFT_READER) }),
        /403 AccessDenied: the access key may not do that .* docs\/destinations\.md/,
      ],
      [
        'of a wrong region',
        () => backendFor(bucket.name, bucket.url, { region: 'moon-1' }),
        /correct the location's region \(.*us-east-1/,
      ],
      [
        'of a store that is not there',
        () => backendFor(bucket.name, 'http://127.0.0.1:1'),
        /http:\/\/127\.0\.0\.1:1 can't be reached \(ECONNREFUSED\): nothing listens there/,
      ],
      [
        'of a host that is not there',
        () => backendFor(bucket.name, 'http://store.invalid'),
        /can't be reached \((ENOTFOUND|EAI_AGAIN)/,
      ],
    ]
    for (const [what, backend, message] of wrong)
      it(what, async () => {
        const error = await refusal(backend())
        assert.match(error.message, message)
        // whatever is to be published next comes upon the same
        assert.deepEqual([error.retryable, error.trouble], [true, 'unavailable'])
      })

    it('of a status with a wrong secret that it cannot tell', async () => {
      const { reference } = await opened(backendFor(bucket.name, bucket.url))
      const stranger = backendFor(bucket.name, bucket.url, {
        credentials: keys({ ...SWIFT_KEYS, secretAccessKey: SECRET }),
      })
      assert.equal((await stranger.status(reference, null))._tag, 'unknown')
      assert.equal((await stranger.abort(reference, null))._tag, 'unknown')
    })

    it('of a store that wants to be left alone, after asking it again a few times', async () => {
      let asked = 0
      const busy: Server = createServer((_, response) => {
        asked++
        response.writeHead(503, { 'Content-Type': 'application/xml' })
        response.end('<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>')
      }).listen(0, '127.0.0.1')
      await once(busy, 'listening')
      const backend = backendFor('bucket', `http://127.0.0.1:${(busy.address() as AddressInfo).port}`)
      const session = await backend.open(publication(), never)
      busy.close()
      busy.closeAllConnections()
      assert.ok(isLeft(session) && session.left.retryable)
      assert.match(session.left.message, /503 SlowDown/)
      assert.equal(asked, patience.tries)
    })
  })
})
