import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type FootageServer, serveFootage } from '../../support/footageServer.js'
import { readMediaPlaylist } from '../../support/hlsRules.js'
import { RecordedNames, run } from '../../segments/hls/recordedNames.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'

const AT = Date.UTC(2026, 0, 31, 18)
const range = 'start=2026-01-31T18:00:00&end=2026-01-31T18:00:06'

describe('Playlists over HTTP', function () {
  this.timeout(60_000)
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let server: FootageServer
  before(async () => {
    folder = await temporaryFolder()
    for (const quality of ['source', '1080p60', '720p', '480p', 'odd "name"'])
      await new RecordedNames(folder.path, 'main', quality).put(...run(AT, 3))
    await new RecordedNames(folder.path, 'main', '160p').put(...run(AT + 5 * 3_600_000, 3))
    await mkdir(join(folder.path, 'main/chat/2026-01-31T18'), { recursive: true })
    await mkdir(join(folder.path, 'empty'))
    await writeFile(join(folder.path, 'main/notes.txt'), '')
    server = await serveFootage(folder.path)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder.remove()
  })
  const get = (path: string, init: RequestInit = {}) => fetch(server.url + path, init)

  it('have the qualities of a channel that have an hour in the range, chat left out, no two of one bandwidth', async () => {
    const answer = await get(`/playlist/main.m3u8?${range}&more=1`)
    assert.equal(answer.headers.get('content-type'), 'application/vnd.apple.mpegurl')
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    const entry = (name: string, path: string, bandwidth: number) =>
      [
        `#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID="${name}",NAME="${name}",AUTOSELECT=YES,DEFAULT=YES`,
        `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},VIDEO="${name}",NAME="${name}"`,
        `/playlist/main/${path}.m3u8?${range}&more=1`,
      ].join('\n')
    assert.equal(
      await answer.text(),
      [
        '#EXTM3U',
        entry('1080p60', '1080p60', 6_846_146),
        entry('480p', '480p', 1_427_999),
        entry('720p', '720p', 2_373_000),
        entry("odd 'name'", 'odd%20%22name%22', 6_846_145),
        entry('source', 'source', 6_846_144),
        '',
      ].join('\n'),
    )
    assert.match(await (await get('/playlist/main.m3u8')).text(), /\/playlist\/main\/160p\.m3u8\n/)
  })

  it('are not found where nothing is recorded', async () => {
    for (const path of ['other', 'empty', 'x%2f..%2fmain', 'main/240p', 'other/source', 'main/x%2f..%2fsource'])
      assert.equal((await get(`/playlist/${path}.m3u8?${range}`)).status, 404, path)
    assert.equal((await get('/playlist/main.m3u8?start=2025-01-01T00:00:00&end=2025-01-01T01:00:00')).status, 404)
    assert.equal((await get(`/playlist/main/.source.m3u8?${range}`)).status, 403)
  })

  it('say by name what is wrong with a range', async () => {
    const wrong: [query: string, says: RegExp][] = [
      ['start=now', /^start: found "now"; allowed is a time such as 2026-01-31T18:00:00/],
      ['end=2026-01-31T25:00:00', /^end: found/],
      ['start=2026-01-31T18:00:00&start=2026-01-31T18:00:00', /^start: /],
      [
        'start=2026-01-30T18:00:00',
        /^end: found 25.0 hours; allowed is at most 12 hours where start or end is left out/,
      ],
      ['start=2006-01-30T18:00:00&end=2026-01-30T18:00:00', /^end: found .*at most 336 hours/],
    ]
    for (const [query, says] of wrong) {
      const answer = await get(`/playlist/main/source.m3u8?${query}`)
      assert.equal(answer.status, 400, query)
      assert.match(await answer.text(), says)
    }
    assert.equal((await get('/playlist/main.m3u8?start=now')).status, 400)
  })

  it('are sent once to who has them, and again as soon as something has changed', async () => {
    const path = `/playlist/main/source.m3u8?${range}`
    const first = await get(path)
    const etag = first.headers.get('etag') ?? ''
    const text = await first.text()
    assert.deepEqual(readMediaPlaylist(text).broken, [])
    assert.equal(readMediaPlaylist(text).hasEnded, true)
    assert.equal(first.headers.get('cache-control'), 'no-cache')
    const again = await get(path, { headers: { 'if-none-match': etag } })
    assert.deepEqual([again.status, await again.text()], [304, ''])
    const head = await get(path, { method: 'HEAD' })
    assert.deepEqual([head.status, head.headers.get('content-length')], [200, String(text.length)])
    const names = new RecordedNames(folder.path)
    await writeFile(`${names.path({ startMs: AT + 2000, durationSeconds: 2 })}.tombstone`, '')
    const changed = await get(path, { headers: { 'if-none-match': etag } })
    assert.equal(changed.status, 200)
    const { segments } = readMediaPlaylist(await changed.text())
    assert.deepEqual(
      segments.map(({ startMs, isAfterDiscontinuity }) => [(startMs - AT) / 1000, isAfterDiscontinuity]),
      [
        [0, false],
        [4, true],
      ],
    )
  })
})
