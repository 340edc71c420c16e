import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { testMessage } from '../../src/announce/message.js'
import { send } from '../../src/announce/send.js'
import { secretFile, webhook } from '../support/announcing.js'
import { HookServer } from '../support/hookServer.js'

const secret = 'correct-horse-battery'
const message = testMessage('of-a-spec', '2026-01-31T18:00:00.000Z', 'spec')
const quickly = { timeoutMs: 300, nowMs: () => Date.parse('2026-01-31T18:00:00.900Z') }

describe('sending a message', () => {
  let server: HookServer
  let file: Awaited<ReturnType<typeof secretFile>>
  beforeEach(async () => {
    server = await HookServer.start()
    file = await secretFile(secret)
  })
  afterEach(async () => {
    await server[Symbol.asyncDispose]()
    await file.remove()
  })

  const signed = () => webhook(server.url, { secretFile: file.path })

  it('is a POST of JSON with its id, the time and a signature that can be computed from the secret', async () => {
    const sent = await send(signed(), message, quickly)
    assert.ok(isRight(sent) && sent.right === 204)
    const [got] = server.got
    assert.ok(got)
    assert.equal(got.method, 'POST')
    assert.match(got.headers['content-type'] ?? '', /^application\/json/)
    assert.deepEqual(got.message, message)
    assert.equal(got.headers['x-reelstate-event'], 'test/of-a-spec')
    assert.equal(got.headers['x-reelstate-timestamp'], '1769882400')
    const expected = createHmac('sha256', secret).update('1769882400.').update(got.body).digest('hex')
    assert.equal(got.headers['x-reelstate-signature'], `sha256=${expected}`)
  })

  it('is taken by the receiver that the manual shows, and one that was changed is not', async () => {
    const isFromReelstate = await exampleOf('docs/destinations.md')
    await send(signed(), message)
    const [got] = server.got
    assert.ok(got)
    const { headers, body } = got
    const late = { ...headers, 'x-reelstate-timestamp': String(Number(headers['x-reelstate-timestamp']) + 1) }
    const unsigned = { ...headers, 'x-reelstate-signature': undefined }
    assert.equal(isFromReelstate(headers, Buffer.from(body), secret), true)
    assert.equal(isFromReelstate(headers, Buffer.from(body.replace('spec', 'more')), secret), false)
    assert.equal(isFromReelstate(headers, Buffer.from(body), 'another'), false)
    assert.equal(isFromReelstate(late, Buffer.from(body), secret), false)
    assert.equal(isFromReelstate(unsigned, Buffer.from(body), secret), false)
    server.got.length = 0
    await send(signed(), message, { ...quickly, nowMs: () => Date.now() - 3_600_000 })
    const [old] = server.got
    assert.equal(old && isFromReelstate(old.headers, Buffer.from(old.body), secret), false)
  })

  it('goes out unsigned where there is no secret', async () => {
    await send(webhook(server.url), message, quickly)
    assert.equal(server.got[0]?.headers['x-reelstate-signature'], undefined)
  })

  it('has an id in its header also where a video is named in letters that headers cannot have', async () => {
    const sent = await send(webhook(server.url), { ...message, id: 'くじ引き/7' }, quickly)
    assert.ok(isRight(sent))
    const [got] = server.got
    assert.equal(decodeURI(String(got?.headers['x-reelstate-event'])), 'くじ引き/7')
    assert.equal(got?.message.id, 'くじ引き/7')
  })

  it('follows no redirect', async () => {
    const other = await HookServer.start()
    try {
      server.answer = () => (response) => response.writeHead(307, { Location: other.url }).end()
      const sent = await send(signed(), message, quickly)
      assert.ok(isRight(sent) && sent.right === 307)
      assert.equal(other.got.length, 0)
    } finally {
      await other[Symbol.asyncDispose]()
    }
  })

  it('waits no longer than it may for an answer, and not at all for the rest of a large one', async () => {
    server.answer = () => 'hang'
    const hanging = await send(signed(), message, quickly)
    assert.ok(isLeft(hanging))
    assert.equal(hanging.left, 'no answer within 0.3 s')
    let ended = false
    server.answer = () => (response) => {
      response.on('close', () => (ended = true))
      const more = (): void => {
        while (!ended && response.write(Buffer.alloc(1 << 16)));
        if (!ended) response.once('drain', more)
      }
      response.writeHead(200)
      more()
    }
    const begunMs = performance.now()
    const endless = await send(signed(), message, { ...quickly, timeoutMs: 10_000 })
    assert.ok(isRight(endless) && endless.right === 200)
    assert.ok(performance.now() - begunMs < 5_000)
  })

  it('has been taken where the status has come and the rest has not', async () => {
    server.answer = () => (response) => response.writeHead(200, { 'Content-Length': 10 }).write('half')
    const sent = await send(signed(), message, quickly)
    assert.ok(isRight(sent) && sent.right === 200)
  })

  it('says why it failed without the secret, the signature or the address', async () => {
    const address = `${server.url}?token=${secret}`
    await server.down()
    const unreachable = await send(webhook(address, { secretFile: file.path }), message, quickly)
    assert.ok(isLeft(unreachable))
    assert.equal(unreachable.left, "it can't be reached (ECONNREFUSED)")
    await writeFile(file.path, ' \n')
    const empty = await send(webhook(address, { secretFile: file.path }), message, quickly)
    assert.ok(isLeft(empty) && empty.left === `the secret in ${file.path} is empty`)
    await file.remove()
    const missing = await send(webhook(address, { secretFile: file.path }), message, quickly)
    assert.ok(isLeft(missing) && missing.left === `the secret in ${file.path} can't be read (ENOENT)`)
  })
})

type Example = (headers: IncomingHttpHeaders, body: Buffer, secret: string) => boolean

/** The function that the manual shows, as it stands there. */
async function exampleOf(manual: string): Promise<Example> {
  const text = await readFile(new URL(`../../${manual}`, import.meta.url), 'utf8')
  const code = /```js\n([^]*?)\n```/.exec(text)?.[1]
  assert.ok(code)
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-example-'))
  try {
    const path = join(folder, 'example.mjs')
    await writeFile(path, code)
    return ((await import(pathToFileURL(path).href)) as { isFromReelstate: Example }).isFromReelstate
  } finally {
    await rm(folder, { recursive: true })
  }
}
