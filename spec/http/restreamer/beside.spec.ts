import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { right } from 'fp-ts/lib/Either.js'
import type { Role } from '../../../src/http/person.js'
import { at, type ServedFootage, servedFootage } from './footageFixture.js'

const T0 = Date.UTC(2026, 0, 1, 12) / 1000

describe('What lies beside the footage', function () {
  this.timeout(300_000)
  let served: ServedFootage
  let roles = new Set<Role>(['operator'])
  before(async () => {
    const signIn = {
      readsAreClosed: false,
      identify: async (credential: string | null) => right(credential === null ? null : { actor: credential, roles }),
    }
    served = await servedFootage({ signIn }, 8)
    const put = async (path: string, text: string) => {
      const file = join(served.recording.root, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text)
    }
    const said = (seconds: number, id: string) =>
      JSON.stringify({ time: T0 + seconds, command: 'PRIVMSG', tags: { id } })
    const chat = 'camera/chat/2026-01-01T'
    await put(`${chat}11/59:30-aaa.json`, `${said(-5, 'before')}\n${said(0.5, 'first')}\n`)
    await put(`${chat}12/00:30-bbb.json`, `${said(61, 'third')}\n{"broken\n\n[1]\n${said(31, 'second')}\n`)
    // another node has heard the same, a bit later
    await put(`${chat}12/00:30-ccc.json`, `${said(31.2, 'second')}\n`)
    await put(`${chat}12/59:30-ddd.json`, `${said(3599, 'late')}\n`)
    await put(`${chat}12/00:30-temp.json.partial`, 'x')
    await put('extras/map.png', 'not quite a picture')
    await put('extras/deep/er/notes.txt', 'words')
    await put('extras/page.html', '<script>alert(1)</script>')
    await put('extras/.hidden/secret', 'x')
    await put('extras/deep/.secret', 'x')
    await symlink('/etc', join(served.recording.root, 'extras/elsewhere'))
    await symlink('/etc/hostname', join(served.recording.root, 'extras/link.txt'))
  })
  after(() => served[Symbol.asyncDispose]())

  it('is chat: each message of a range once, in order', async () => {
    const answer = await served.get(`/camera/chat.json?start=${at(0)}&end=${at(61)}`)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    const messages = (await answer.json()) as { tags: { id: string } }[]
    assert.deepEqual(
      messages.map(({ tags }) => tags.id),
      ['first', 'second'],
    )
    assert.deepEqual(await (await served.get(`/other/chat.json?start=${at(0)}&end=${at(60)}`)).json(), [])
    assert.deepEqual(await (await served.get(`/x%2f..%2fcamera/chat.json?start=${at(0)}&end=${at(60)}`)).json(), [])
    const wrong: [query: string, says: RegExp][] = [
      [`end=${at(1)}`, /^start: found nothing/],
      [`start=${at(1)}`, /^end: found nothing/],
      [`start=${at(1)}&end=${at(1)}`, /^end: found 0 hours/],
      [`start=${at(0)}&end=${at(7201)}`, /^end: found 2.0\d* hours after start; allowed is more than 0, at most 2/],
    ]
    for (const [query, says] of wrong) {
      const [status, text] = await served.told(`/camera/chat.json?${query}`)
      assert.equal(status, 400, query)
      assert.match(text, says)
    }
    assert.equal((await served.get('/.camera/chat.json')).status, 403)
    const other = await served.told('/camera/chat.json', { method: 'POST' })
    assert.deepEqual([other[0], other[1].startsWith('POST is not possible')], [405, true])
  })

  it('is extra files, all the way down, none hidden, to be fetched where segments are', async () => {
    assert.deepEqual(await (await served.get('/extras/extras')).json(), ['deep/er/notes.txt', 'map.png', 'page.html'])
    assert.deepEqual(await (await served.get('/extras/nothing')).json(), [])
    assert.deepEqual(await (await served.get('/extras/x%2f..%2fextras')).json(), [])
    const fetched = await served.get('/segments/extras/deep/er/notes.txt')
    assert.deepEqual(
      [await fetched.text(), fetched.headers.get('content-type')],
      ['words', 'text/plain; charset=utf-8'],
    )
    const page = await served.get('/segments/extras/page.html')
    assert.equal(page.headers.get('content-type'), 'application/octet-stream')
    for (const path of ['extras/link.txt', 'extras/deep', 'extras', 'extras/x%2f..%2f..%2fx', 'a/b/c/d/e/f', ''])
      assert.equal((await served.get(`/segments/${path}`)).status, 404, path)
    assert.equal((await served.get('/segments/extras/deep/.secret')).status, 403)
  })

  it('is videos that an operator has made of ranges: one for each contiguous run, whole under its name', async () => {
    const make = (body: unknown, token = 'olga', quality = 'holey') =>
      served.get(`/generate_videos/camera/${quality}`, {
        method: 'POST',
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      })
    const answer = await make({ 'best of': [at(1), at(7)], token: 'ignored' })
    assert.deepEqual([answer.status, await answer.json()], [200, { 'best of': ['best of-1.mkv', 'best of-2.mkv'] }])
    const files = async () => (await readdir(served.recording.root)).filter((name) => name.endsWith('.mkv'))
    assert.deepEqual(await files(), ['best of-1.mkv', 'best of-2.mkv'])
    const probe = ['-v', 'error', '-show_entries', 'format=format_name,duration', '-of', 'csv=p=0']
    const { stdout } = await promisify(execFile)('ffprobe', [...probe, join(served.recording.root, 'best of-1.mkv')])
    assert.match(stdout, /^"?matroska/)
    assert.equal((await served.get('/segments/best%20of-1.mkv')).headers.get('content-type'), 'video/x-matroska')
    const wrong: unknown[] = [
      {},
      [],
      '{',
      { '../x': [at(1), at(2)] },
      { '.x': [at(1), at(2)] },
      { x: [at(2), at(1)] },
      { x: [at(1)] },
      { x: 'now' },
      { x: [at(1), at(1000 * 3600)] },
    ]
    for (const body of wrong) assert.equal((await make(body)).status, 400, JSON.stringify(body))
    assert.equal((await make({ x: ['2026-01-01T20:00:00', '2026-01-01T20:00:05'] })).status, 406)
    assert.equal((await make({ x: [at(1), at(2)] }, 'olga', '720p')).status, 404)
    assert.equal((await make({ x: [at(1), at(2)] }, '')).status, 401)
    roles = new Set(['editor'])
    assert.equal((await make({ x: [at(1), at(2)] })).status, 403)
    assert.deepEqual(await files(), ['best of-1.mkv', 'best of-2.mkv'])
    assert.deepEqual(
      (await readdir(served.recording.root)).filter((name) => name.startsWith('.')),
      [],
    )
    assert.deepEqual(served.server.troubles, [])
  })
})
