import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialsIn, credentialsOfEnvironment } from '../../src/upload/s3/credentials.js'
import { errorOf, type Reaction } from '../../src/upload/s3/errors.js'
import { partBytes } from '../../src/upload/s3/parts.js'
import { MEBIBYTE } from '../../src/upload/s3/s3.js'

const place = { store: 'https://store.example', bucket: 'videos', credentials: '/etc/keys.json' }

/** As the client of the store throws it for an answer. */
const answered = (httpStatusCode: number, name: string, message = 'told by the store') => ({
  ...{ name, message, $metadata: { httpStatusCode } },
  // what must not go any further
  ...{ $response: { secret: 'correct-horse-battery' }, StringToSign: 'correct-horse-battery' },
})

describe('an answer of an S3 store that is no success', () => {
  const answers: [string, object, Reaction, RegExp][] = [
    ['a wrong secret', answered(403, 'SignatureDoesNotMatch'), 'refused', /secret .* correct \/etc\/keys\.json/],
    ['an unknown key', answered(403, 'InvalidAccessKeyId'), 'refused', /not known there: correct \/etc\/keys\.json/],
    ['a forbidden action', answered(403, 'AccessDenied'), 'refused', /rights that docs\/destinations\.md lists/],
    ['a HEAD that is forbidden', answered(403, 'Unknown', 'UnknownError'), 'refused', /with 403: the access key may/],
    ['a missing bucket', answered(404, 'NoSuchBucket'), 'refused', /no bucket videos/],
    [
      'a wrong region',
      answered(400, 'AuthorizationHeaderMalformed', "the region 'a' is wrong; expecting 'b'"),
      'refused',
      /correct the location's region \(the region 'a' is wrong; expecting 'b'\)/,
    ],
    ['a clock that is wrong', answered(403, 'RequestTimeTooSkewed'), 'backOff', /set this machine's clock/],
    ['too many requests', answered(503, 'SlowDown'), 'backOff', /503 SlowDown/],
    ['an internal error', answered(500, 'InternalError'), 'backOff', /500 InternalError/],
    ['one that nobody knows, of the server', answered(502, 'Whatever'), 'backOff', /502 Whatever/],
    ['one that nobody knows, of ours', answered(400, 'Whatever'), 'operator', /400 Whatever: told by the store/],
    ['a full store', answered(507, 'XMinioStorageFull'), 'backOff', /make room in the bucket videos/],
    ['an upload that is gone', answered(404, 'NoSuchUpload'), 'startOver', /ended elsewhere/],
    ['bytes that were damaged', answered(400, 'XAmzContentSHA256Mismatch'), 'backOff', /tried again/],
    ['a page of another server', answered(404, 'NotFound', 'UnknownError'), 'refused', /no answer of an S3 store/],
    [
      'a page for a success',
      answered(200, 'Error', 'XML parse error'),
      'refused',
      /with 200: .*the location's endpoint/,
    ],
    ['no connection', { name: 'Error', code: 'ECONNREFUSED', message: 'connect' }, 'backOff', /nothing listens there/],
    ['silence', { name: 'TimeoutError', message: 'x' }, 'backOff', /can't be reached \(TimeoutError\)/],
    ['a stranger’s certificate', { code: 'CERT_HAS_EXPIRED', message: 'x' }, 'refused', /NODE_EXTRA_CA_CERTS/],
  ]
  for (const [what, thrown, reaction, message] of answers)
    it(`tells of ${what}`, () => {
      const error = errorOf(thrown, 'a part', place)
      assert.equal(error.reaction, reaction)
      // what an upload has to itself pauses nothing
      const isOfAll = reaction === 'backOff' || reaction === 'refused'
      assert.deepEqual(
        [error.retryable, error.trouble ?? null],
        [reaction !== 'operator', isOfAll ? 'unavailable' : null],
      )
      assert.match(error.message, message)
      assert.match(error.message, /https:\/\/store\.example/)
      assert.ok(!JSON.stringify({ ...error, message: error.message }).includes('correct-horse-battery'))
    })
})

describe('the keys of an S3 store', () => {
  it('are those of the file as it is now, and what is wrong with it is told without its content', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reelstate-keys-'))
    try {
      const file = join(folder, 'keys.json')
      const source = credentialsIn(file)
      await assert.rejects(source.read(), {
        name: 'S3Error',
        message: `the credentials in ${file} can't be read (ENOENT)`,
      })
      await writeFile(file, 'hunter2')
      await assert.rejects(source.read(), { message: `the credentials in ${file} are no JSON` })
      await writeFile(file, JSON.stringify({ access_key_id: 'me', secret: 'hunter2' }))
      await assert.rejects(source.read(), {
        message: `the credentials in ${file} lack access_key_id or secret_access_key`,
      })
      await writeFile(file, JSON.stringify({ access_key_id: 'me', secret_access_key: 'hunter2' }))
      assert.deepEqual(await source.read(), { accessKeyId: 'me', secretAccessKey: 'hunter2' })
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('are those of the environment where no file is named', async () => {
    await assert.rejects(credentialsOfEnvironment({}).read(), { name: 'S3Error', message: /there are no keys/ })
    const env = { AWS_ACCESS_KEY_ID: 'me', AWS_SECRET_ACCESS_KEY: 'hunter2' }
    assert.deepEqual(await credentialsOfEnvironment(env).read(), { accessKeyId: 'me', secretAccessKey: 'hunter2' })
    assert.equal((await credentialsOfEnvironment({ ...env, AWS_SESSION_TOKEN: 'x' }).read()).sessionToken, 'x')
  })
})

describe('the parts of an upload', () => {
  it('are large enough for 5 TiB in 10,000 of them, and none is larger than a store takes', () => {
    const sizes = Array.from({ length: 10_000 }, (_, n) => partBytes(n + 1, 8 * MEBIBYTE))
    assert.equal(sizes[0], 8 * MEBIBYTE)
    assert.equal(sizes[1000], 16 * MEBIBYTE)
    assert.ok(sizes.reduce((sum, size) => sum + size) >= 5 * 2 ** 40)
    assert.ok(Math.max(...sizes) <= 5 * 2 ** 30)
  })
})
