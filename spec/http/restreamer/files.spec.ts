import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { get as request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { partOf } from '../../../src/http/restreamer/sendFile.js'
import { type FootageServer, serveFootage } from '../../support/footageServer.js'

const hour = '2026-01-31T18'
const content = Buffer.from('a segment of thirty-one bytes..')
const hash = createHash('sha256').update(content).digest('base64url')
const name = `00:02.000-2.000-full-${hash}.ts`

describe('the recorded files over HTTP', () => {
  let folder: string
  let server: FootageServer
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reelstate-served-'))
    const root = join(folder, 'segments')
    const put = async (path: string, bytes: string | Buffer = '') => {
      await mkdir(join(root, path, '..'), { recursive: true })
      await writeFile(join(root, path), bytes)
    }
    await put(`main/source/${hour}/${name}`, content)
    await put(`main/source/${hour}/00:04.000-2.000-temp-6dd8b0c5.ts`, 'half')
    await put(`main/source/${hour}/00:06.000-2.000-full-hidden.ts`)
    await put(`main/source/${hour}/00:06.000-2.000-full-hidden.ts.tombstone`)
    await put(`main/source/${hour}/00:08.000-2.000-full-gone.ts.tombstone`)
    await put(`main/source/${hour}/.secret.ts`, 'hidden')
    await put(`main/source/${hour}/notes.txt`)
    await put(`main/source/2026-01-31T19/x.ts`)
    await put(`main/chat/${hour}/00:02-abc.json`, '{}\n')
    await put('.hidden/source/x')
    await writeFile(join(folder, 'outside.ts'), 'outside')
    await symlink(join(folder, 'outside.ts'), join(root, `main/source/${hour}/link.ts`))
    await promisify(execFile)('mkfifo', [join(root, `main/source/${hour}/pipe.ts`)])
    await mkdir(join(folder, 'another disk'))
    await rename(join(root, 'main/source'), join(folder, 'another disk/source'))
    await symlink(join(folder, 'another disk/source'), join(root, 'main/source'))
    server = await serveFootage(root)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })

  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(server.url + path, { headers, method })
  const listed = async (path: string): Promise<unknown> => (await get(path)).json()
  const file = `/segments/main/source/${hour}/${encodeURIComponent(name)}`

  /** As it stands: fetch would have taken the dots out of the path. */
  const statusOf = (path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      request({ port: server.port, host: '127.0.0.1', path }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      }).on('error', reject)
    })

  it('are listed by channel, quality and hour; of what nobody knows there are none', async () => {
    assert.deepEqual(await listed('/files'), ['main'])
    assert.deepEqual(await listed('/files/main'), ['chat', 'source'])
    assert.deepEqual(await listed('/files/main/source'), [hour, '2026-01-31T19'])
    for (const path of [
      '/files/other',
      '/files/main/720p',
      '/files/main/720p/2026-01-31T18',
      '/files/main/source/today',
    ])
      assert.deepEqual(await listed(path), [], path)
  })

  it('of an hour are segments and chat, those still being written too, but none with a tombstone', async () => {
    const there = ['00:02.000-2.000-full-', '00:04.000-2.000-temp-', 'link.ts', 'pipe.ts']
    const begins = (names: unknown) =>
      (names as string[]).map((one) => there.find((begin) => one.startsWith(begin)) ?? one)
    assert.deepEqual(begins(await listed(`/files/main/source/${hour}`)), there)
    assert.deepEqual(begins(await listed(`/files/main/source/${hour}?tombstones=False`)), there)
    assert.deepEqual(await listed(`/files/main/chat/${hour}`), ['00:02-abc.json'])
    assert.deepEqual(begins(await listed(`/files/main/source/${hour}?tombstones=TRUE`)), [
      ...there.slice(0, 2),
      '00:06.000-2.000-full-hidden.ts.tombstone',
      '00:08.000-2.000-full-gone.ts.tombstone',
      ...there.slice(2),
    ])
    const refused = await get(`/files/main/source/${hour}?tombstones=yes`)
    assert.equal(refused.status, 400)
    assert.match(await refused.text(), /^tombstones: found "yes"/)
  })

  it('are served whole, may be kept for ever by their hash, and are not sent to who has them', async () => {
    const answer = await get(file)
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), content)
    assert.equal(answer.headers.get('content-type'), 'video/mp2t')
    assert.equal(answer.headers.get('etag'), `"${hash}"`)
    assert.match(answer.headers.get('cache-control') ?? '', /immutable/)
    const again = await get(file, { 'if-none-match': `W/"other", "${hash}"` })
    assert.deepEqual([again.status, await again.text()], [304, ''])
    const temporary = await get(`/segments/main/source/${hour}/00%3A04.000-2.000-temp-6dd8b0c5.ts`)
    assert.deepEqual([await temporary.text(), temporary.headers.get('cache-control')], ['half', 'no-cache'])
    const head = await get(file, {}, 'HEAD')
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(content.length)])
    assert.equal(
      (await get(`/segments/main/chat/${hour}/00:02-abc.json`)).headers.get('content-type'),
      'application/json',
    )
  })

  it('are served in part', async () => {
    const part = await get(file, { range: 'bytes=2-8' })
    assert.deepEqual([part.status, await part.text()], [206, 'segment'])
    assert.equal(part.headers.get('content-range'), `bytes 2-8/${content.length}`)
    const behind = await get(file, { range: 'bytes=31-' })
    assert.deepEqual([behind.status, behind.headers.get('content-range')], [416, 'bytes */31'])
    assert.equal((await get(file, { range: 'bytes=2-8', 'if-range': '"other"' })).status, 200)
    const asked: [string | undefined, ReturnType<typeof partOf>][] = [
      [undefined, null],
      ['bytes=0-', { start: 0, end: 99 }],
      ['bytes=90-200', { start: 90, end: 99 }],
      ['bytes=-10', { start: 90, end: 99 }],
      ['bytes=-200', { start: 0, end: 99 }],
      ['bytes=-0', 'none'],
      ['bytes=100-', 'none'],
      ['bytes=5-2', null],
      ['bytes=0-1,5-6', null],
      ['items=0-1', null],
      ['bytes=-', null],
    ]
    for (const [header, part] of asked) assert.deepEqual(partOf(header, 100), part, header)
  })

  it('never lead out of the folder of channels, nor to what is hidden', async () => {
    const hidden = [
      '/files/../segments/main',
      '/files/.hidden',
      '/files/main/%2e%2e',
      '/segments/../../etc/passwd',
      '/segments/main/source/../x.ts',
      `/segments/main/source/${hour}/.secret.ts`,
      '/segments/%2E./x/y/z',
      '/files/.a/b/c/d/e',
    ]
    for (const path of hidden) assert.equal(await statusOf(path), 403, path)
    const nothing = [
      `/segments/main/source/${hour}/..%2f..%2fx.ts`,
      `/segments/main/source/${hour}/x%2f..%2f..%2f..%2f..%2foutside.ts`,
      `/segments/main/source/${hour}/a%5Cb.ts`,
      `/segments/main/source/${hour}/link.ts`,
      `/segments/main/source/${hour}/pipe.ts`,
      `/segments/main/source/${hour}/nothing.ts`,
      '/segments/main/source',
      '/files/main/source/2026-01-31T18/x',
    ]
    for (const path of nothing) assert.ok([403, 404].includes((await statusOf(path)) ?? 0), path)
    assert.equal(await statusOf(`/segments/main/source/${hour}/a%00b.ts`), 400)
    assert.deepEqual(await listed('/files/main%2f..%2f..%2fetc'), [])
  })

  it('are not there under a path that is longer than the system takes', async () => {
    const names = ['x', 'x'.repeat(255), 'x'.repeat(256)]
    const long = [`/segments/${'a/'.repeat(2_100)}a`, ...names.map((one) => `/segments/${`${one}/`.repeat(20)}a.ts`)]
    for (const path of long) assert.equal(await statusOf(path), 404, path.slice(0, 300))
    assert.deepEqual(server.troubles, [])
  })

  it('may be read by pages of any address, errors included', async () => {
    for (const path of ['/files', file, '/segments/no/such/thing/there', '/files/.x']) {
      const { headers } = await get(path)
      assert.equal(headers.get('access-control-allow-origin'), '*', path)
      assert.equal(headers.get('access-control-allow-methods'), 'GET,POST,HEAD')
      assert.equal(headers.get('access-control-allow-headers'), '*')
    }
    assert.equal((await get(file, {}, 'OPTIONS')).status, 204)
  })
})
