import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as t from 'io-ts'
import type { Care } from '../../src/http/border/care.js'
import { type Route, route } from '../../src/http/route.js'
import { routes as declared } from '../../src/http/routes.js'
import { signInBy, withoutSignIn } from '../../src/http/signIn/signIn.js'
import { setRoles } from '../../src/log/roles.js'
import { openPage } from '../support/browser.js'
import { AUDIENCE, EMAIL, startIssuer } from './issuer.js'
import { byName } from './api/asked.js'
import { openWorkplace, type Workplace } from './workplace.js'

const answers = { 200: { says: 'Noted.' } }
let written = 0
const writing = (path: string, errors: 'json' | 'text'): Route =>
  route({
    ...{ method: 'POST', path, group: 'spec', summary: 'Writes.', who: 'editor', errors, answers },
    body: { json: t.UnknownRecord, decoded: 'here' },
    handle: () => ({ written: ++written }),
  })
let answerLater = Promise.resolve()
let cutOff = (): void => undefined
const own: readonly Route[] = [
  writing('/api/spec', 'json'),
  writing('/spec', 'text'),
  route({
    ...{ method: 'GET', path: '/api/spec/late', group: 'spec', summary: 'Takes its time.', answers },
    handle: () => answerLater.then(() => ({ ok: true })),
  }),
  route({
    ...{ method: 'GET', path: '/api/spec/long', group: 'spec', summary: 'More than fits anywhere.', answers },
    handle({ reply, signal }) {
      signal.addEventListener('abort', () => cutOff())
      return reply.type('application/octet-stream').send(Buffer.alloc(64 << 20))
    },
  }),
]

describe('at the border', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => void (place = await openWorkplace({ routes: [...declared, ...own] })))
  after(() => place[Symbol.asyncDispose]())
  beforeEach(() => (written = 0))

  const open = (care: Partial<Care> = {}) => place.serve({ signIn: withoutSignIn, care })

  /** As `fetch` would not let us: with any Host. */
  const send = (port: number, headers: Record<string, string>, path = '/spec', method = 'POST') =>
    new Promise<{ status: number; text: string }>((resolve, reject) => {
      const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (more: string) => (text += more))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      })
      sent.on('error', reject).end(method === 'POST' ? '{}' : undefined)
    })

  describe('of a node where nobody has to sign in', () => {
    it('programs may write, and pages of its own', async () => {
      const { port } = await open({ names: ['films.example.org'] })
      const own = `127.0.0.1:${port}`
      for (const headers of [
        { host: own },
        { host: own, origin: `http://${own}`, 'sec-fetch-site': 'same-origin' },
        { host: `localhost:${port}` },
        { host: `[::1]:${port}` },
        { host: 'Films.Example.org', origin: 'https://films.example.org', 'sec-fetch-site': 'same-origin' },
      ])
        assert.equal((await send(port, headers)).status, 200, JSON.stringify(headers))
    })

    it('no page of another origin may, nor one that was led here by a name of its own', async () => {
      const { port } = await open({ names: ['films.example.org'] })
      const host = `127.0.0.1:${port}`
      for (const headers of [
        { host, origin: 'https://evil.example.org', 'sec-fetch-site': 'cross-site' },
        { host, origin: `http://127.0.0.1:${port + 1}`, 'sec-fetch-site': 'same-site' },
        { host, origin: 'null' },
        { host, 'sec-fetch-site': 'cross-site' },
        {
          host: `evil.example.org:${port}`,
          origin: `http://evil.example.org:${port}`,
          'sec-fetch-site': 'same-origin',
        },
        { host: `evil.example.org:${port}` },
        { host: '127.0.0.1.evil.example.org' },
      ])
        for (const path of ['/spec', '/api/spec', '/api/counts']) {
          const { status, text } = await send(port, headers, path)
          assert.equal(status, 403, JSON.stringify(headers))
          assert.match(text, /--no-auth/)
        }
      assert.equal(written, 0)
      assert.equal((await send(port, { host, origin: 'https://evil.example.org' }, '/api/counts', 'GET')).status, 200)
    })

    it('a page that the configuration names may', async () => {
      const { port } = await open({ corsOrigins: ['https://console.example.org'] })
      const headers = { host: `127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' }
      assert.equal((await send(port, { ...headers, origin: 'https://console.example.org' })).status, 200)
      assert.equal((await send(port, { ...headers, origin: 'https://console.example.org:8443' })).status, 403)
    })

    it('a real browser on a page of another origin cannot write, and on a page of its own can', async () => {
      const { url } = await open()
      const elsewhere = createServer((_, response) => response.setHeader('content-type', 'text/html').end('<p>evil'))
      elsewhere.listen(0, '127.0.0.1')
      await once(elsewhere, 'listening')
      await using browser = await openPage()
      const { page } = browser
      const writeFrom = async (address: string) => {
        await page.goto(address)
        return page.evaluate(async (to) => {
          const tries = ['/spec', '/api/spec'].flatMap((path) => [
            fetch(to + path, { method: 'POST', body: '{}' }),
            fetch(to + path, { method: 'POST', body: '{}', mode: 'no-cors' }),
            fetch(to + path, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
          ])
          return (await Promise.allSettled(tries)).map((one) => (one.status === 'fulfilled' ? one.value.status : 0))
        }, url)
      }
      const statuses = await writeFrom(`http://localhost:${(elsewhere.address() as AddressInfo).port}`)
      assert.equal(written, 0)
      assert.ok(!statuses.includes(200), statuses.join())
      await writeFrom(`${url}/healthz`)
      assert.equal(written, 6)
      elsewhere.close()
    })
  })

  it('nobody writes more often than is configured; each person, key and address is counted for itself', async () => {
    await using issuer = await startIssuer()
    const trusted = { issuer: issuer.url, audience: [AUDIENCE], keysUrl: null, readsAreClosed: false }
    const { url } = await place.serve({ signIn: await signInBy(place.db, trusted), care: { writesPerMinute: 3 } })
    for (const email of [EMAIL, 'grace@example.org']) await setRoles(place.db, email, ['editor'], null, {})
    const post = (path: string, token?: string) =>
      fetch(`${url}${path}`, {
        ...{ method: 'POST', body: '{}' },
        ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
      })
    const ada = await issuer.token()
    const statuses = async (path: string, token?: string) => {
      const all: number[] = []
      for (let i = 0; i < 5; i++) all.push((await post(path, token)).status)
      return all
    }
    assert.deepEqual(await statuses('/api/spec', ada), [200, 200, 200, 429, 429])
    assert.deepEqual(await statuses('/spec', ada), [429, 429, 429, 429, 429])
    assert.deepEqual(await statuses('/api/spec', 'guess'), [401, 401, 401, 429, 429])
    assert.deepEqual(await statuses('/spec'), [429, 429, 429, 429, 429])
    const grace = await issuer.token({ email: 'grace@example.org' })
    assert.deepEqual(await statuses('/spec', grace), [200, 200, 200, 429, 429])
    const late = await post('/api/spec', ada)
    assert.ok(Number(late.headers.get('retry-after')) >= 1)
    assert.match(((await late.json()) as { error: string }).error, /^too many writes: try again in \d+ s$/)
    for (let i = 0; i < 5; i++) assert.equal((await fetch(`${url}/api/counts`)).status, 200)
  })

  it('who asks is looked at before the body: what is too large is no business of who may not write', async () => {
    const { url } = await place.serve({ signIn: byName })
    const post = async (path: string, who: string | null, body: string) => {
      const answer = await fetch(`${url}${path}`, {
        ...{ method: 'POST', body },
        ...(who !== null && { headers: { authorization: `Bearer ${who}` } }),
      })
      return [answer.status, await answer.text()] as const
    }
    const large = JSON.stringify({ text: 'x'.repeat(1 << 20) })
    for (const path of ['/api/spec', '/spec']) {
      assert.equal((await post(path, null, large))[0], 401)
      assert.equal((await post(path, 'ann:artist', large))[0], 403)
      assert.equal((await post(path, 'ann:artist', 'no JSON'))[0], 403)
      assert.equal((await post(path, 'ann:editor', large))[0], 413)
      assert.equal((await post(path, 'ann:editor', 'no JSON'))[0], 400)
      assert.equal((await post(path, null, '{"token":"ann:editor"}'))[0], 200)
      assert.equal((await post(path, 'ann:editor', '{}'))[0], 200)
    }
    assert.equal(written, 4)
  })

  it('lists within lists without end are refused by every path that takes JSON', async () => {
    const { url } = await place.serve({ signIn: byName, care: { writesPerMinute: 10_000 } })
    const nested = (levels: number) => `{"x":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`
    const post = async ({ method, path }: Route, body: string) => {
      const headers = { authorization: 'Bearer ann:editor+artist+operator' }
      const answer = await fetch(url + path.replaceAll(/:[A-Za-z]+/g, 'any'), { method, body, headers })
      return [answer.status, await answer.text()] as const
    }
    const taking = [...declared, ...own].filter(({ body }) => body !== null && 'json' in body)
    assert.ok(taking.length > 10)
    for (const route of taking) {
      const [status, text] = await post(route, nested(30_000))
      assert.equal(status, 400, route.path)
      assert.match(text, /the body.*more levels of lists.*at most 64/, route.path)
    }
    for (const route of own.filter(({ body }) => body !== null)) {
      assert.equal((await post(route, nested(64)))[0], 200)
      assert.equal((await post(route, nested(65)))[0], 400)
    }
  })

  it('a credential in an address is refused wherever it stands, and never repeated', async () => {
    const key = `rk_${'k'.repeat(43)}`
    const jwt = `eyJhbGciOiJub25lIn0.${'e'.repeat(200)}.c2lnbmF0dXJl`
    const { port } = place
    for (const secret of [key, jwt])
      for (const path of [
        `/${secret}`,
        `/api/videos/${secret}`,
        `/api/videos/Bearer%20${secret}`,
        `/api/videos/%${secret.charCodeAt(0).toString(16)}${secret.slice(1)}`,
        `/segments/main/source/2026-01-01T00/${secret}.ts`,
        `/api/nowhere/${secret}/more`,
        `/api/counts?after=${secret}`,
        `/api/counts?after=Bearer%20${secret}`,
        `/api/counts?${secret}`,
        `/api/videos/${secret}%zz`,
      ]) {
        const { status, text } = await send(port, { host: 'x' }, path, 'GET')
        assert.equal(status, 400, path)
        assert.ok(!text.includes(secret.slice(5)), text)
      }
    assert.equal((await send(port, { host: 'x' }, '/api/videos/rk_short', 'GET')).status, 404)
  })

  it('pages of the origins that are configured may use /api, errors included; any page the paths of wubloader', async () => {
    const origin = 'https://console.example.org'
    const { url } = await place.serve({ care: { corsOrigins: [origin] } })
    const allowed = async (path: string, from: string, init: RequestInit = {}) => {
      const { headers, status } = await fetch(`${url}${path}`, { ...init, headers: { ...init.headers, origin: from } })
      return { status, origin: headers.get('access-control-allow-origin'), headers }
    }
    assert.equal((await allowed('/api/counts', origin)).origin, origin)
    assert.equal((await allowed('/api/videos/none', origin)).origin, origin)
    assert.equal((await allowed('/api/counts', 'https://evil.example.org')).origin, null)
    assert.equal((await allowed('/healthz', origin)).origin, null)
    assert.equal((await allowed('/files', 'https://evil.example.org')).origin, '*')
    assert.equal((await allowed('/spec', 'https://evil.example.org', { method: 'POST' })).origin, '*')
    const preflight = {
      method: 'OPTIONS',
      headers: { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    }
    const asked = await allowed('/api/spec', origin, preflight)
    assert.deepEqual([asked.status, asked.origin], [204, origin])
    assert.match(asked.headers.get('access-control-allow-headers') ?? '', /authorization/)
    assert.equal(asked.headers.get('access-control-allow-credentials'), null)
    assert.equal((await allowed('/api/spec', 'https://evil.example.org', preflight)).origin, null)
    assert.equal((await allowed('/spec', 'https://evil.example.org', preflight)).origin, '*')
    // without any, nothing is said of it
    const plain = await fetch(`${place.url}/api/counts`, { headers: { origin } })
    assert.equal(plain.headers.get('access-control-allow-origin'), null)
  })

  it('a request that does not come across in time ends with 408', async () => {
    const { port } = await place.serve({ care: { requestMs: 300 } })
    for (const begun of [
      'GET /api/counts HTTP/1.1\r\nHost: x\r\n',
      'POST /api/spec HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{',
    ]) {
      const socket = connect(port, '127.0.0.1')
      let text = ''
      socket.setEncoding('utf8').on('data', (more: string) => (text += more))
      socket.write(begun)
      await once(socket, 'close')
      assert.match(text, /^HTTP\/1\.1 408 /)
    }
  })

  it('a client that takes nothing is cut off, one that waits for its answer is not', async () => {
    const { port, url } = await place.serve({ care: { idleMs: 300 } })
    let answer = (): void => undefined
    answerLater = new Promise<void>((resolve) => (answer = resolve))
    const late = fetch(`${url}/api/spec/late`)
    const isCutOff = new Promise<void>((resolve) => (cutOff = resolve))
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => undefined)
    socket.write('GET /api/spec/long HTTP/1.1\r\nHost: x\r\n\r\n')
    await isCutOff
    socket.destroy()
    answer()
    assert.equal((await late).status, 200)
  })

  it('pages may play what hls.js gives them', async () => {
    const policy = (await fetch(`${place.url}/healthz`)).headers.get('content-security-policy') ?? ''
    for (const part of ["media-src 'self' blob:", "worker-src 'self' blob:", "img-src 'self' data: blob:"])
      assert.ok(policy.includes(part), policy)
  })
})
