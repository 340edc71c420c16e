import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { makeSegments } from '../makeStream.js'
import { temporaryFolder } from '../temporaryFolder.js'
import { AT, contents, ingested, recorded, refusal } from './ingested.js'
import { type Answer, PlaylistServer } from './playlistServer.js'

const DATE = `#EXT-X-PROGRAM-DATE-TIME:${new Date(AT).toISOString()}`

describe('ingesting from a server', () => {
  let root: string
  let remove: () => Promise<void>
  let removeMade: () => Promise<void>
  let parts: string[]
  let bodies: Buffer[]
  let server: PlaylistServer | undefined
  before(async () => {
    const made = await temporaryFolder()
    removeMade = made.remove
    parts = await makeSegments(made.path, { seconds: 14 })
    bodies = await contents(parts)
  })
  after(() => removeMade())
  beforeEach(async () => ({ path: root, remove } = await temporaryFolder()))
  afterEach(async () => {
    await server?.stop()
    server = undefined
    await remove()
  })

  /** Serves the parts, and a playlist that is what `list` makes of the number of times that it was asked for. */
  async function serve(list: (count: number) => Answer, more: Record<string, (count: number) => Answer> = {}) {
    const segments = Object.fromEntries(
      parts.map((path, index) => [`/${basename(path)}`, () => ({ body: bodies[index] ?? '' })]),
    )
    server = new PlaylistServer({ ...segments, '/live.m3u8': list, ...more })
    return `${await server.start()}/live.m3u8`
  }
  /** The parts from `from` to before `to`, as a live playlist. */
  const window = (from: number, to: number, ...end: string[]): Answer => ({
    body: [
      ...['#EXTM3U', '#EXT-X-TARGETDURATION:2', `#EXT-X-MEDIA-SEQUENCE:${from}`],
      ...(from === 0 ? [DATE] : []),
      ...parts.slice(from, to).flatMap((path) => ['#EXTINF:2.0,', basename(path)]),
      ...end,
    ].join('\n'),
  })
  /** A window of three parts that moves on by one with each load, until the end. */
  const sliding = (count: number) =>
    count + 3 >= parts.length ? window(parts.length - 3, parts.length, '#EXT-X-ENDLIST') : window(count, count + 3)

  async function assertWhole(summary: Awaited<ReturnType<typeof ingested>>): Promise<void> {
    const best = await recorded(root, { ...summary, firstStartMs: AT })
    assert.deepEqual(await contents(best.segments.map(({ path }) => path)), bodies)
    assert.deepEqual(best.holes, [])
  }

  it('follows a live playlist to its end, byte for byte and without holes', async () => {
    const summary = await ingested({ source: await serve(sliding), root, follow: true })
    assert.equal(summary.written, 7)
    await assertWhole(summary)
  })

  it('takes what a live playlist lists now where it shall not follow', async () => {
    const summary = await ingested({ source: await serve(() => window(0, 3)), root })
    assert.equal(summary.written, 3)
    assert.equal(server?.requestsFor('/live.m3u8'), 1)
  })

  it('asks again while nothing is new', async () => {
    const list = (count: number) => (count < 3 ? window(0, 2) : window(0, 7, '#EXT-X-ENDLIST'))
    await assertWhole(await ingested({ source: await serve(list), root, follow: true }))
  })

  it('outlives errors of the server, for the playlist and for a segment', async () => {
    const busy = { status: 503 }
    const name = basename(parts[4] ?? '')
    const source = await serve((count) => (count === 1 ? busy : sliding(Math.max(0, count - 1))), {
      [`/${name}`]: (count) => (count === 0 ? busy : { body: bodies[4] ?? '' }),
    })
    await assertWhole(await ingested({ source, root, follow: true }))
    assert.equal(server?.requestsFor(`/${name}`), 2)
  })

  it('leaves a hole for a segment that is gone; the next has its time by its timestamps', async () => {
    const gone = { [`/${basename(parts[2] ?? '')}`]: () => ({ status: 410 }) }
    const summary = await ingested({ source: await serve(sliding, gone), root, follow: true })
    const best = await recorded(root, summary)
    assert.deepEqual([summary.written, summary.lost.length, best.holes.length, summary.discontinuities], [6, 1, 1, 0])
    assert.ok(Math.abs((best.segments[2]?.startMs ?? 0) - AT - 6000) < 100)
  })

  it('leaves a hole for what came and went between two loads', async () => {
    const list = (count: number) => (count === 0 ? window(0, 2) : window(4, 7, '#EXT-X-ENDLIST'))
    const summary = await ingested({ source: await serve(list), root, follow: true })
    const best = await recorded(root, summary)
    assert.deepEqual([summary.written, summary.lost.length, best.holes.length], [5, 1, 1])
  })

  it('writes a segment once the next is known, and the last when it is stopped', async () => {
    const stop = new AbortController()
    const source = await serve((count) => {
      if (count === 2) stop.abort()
      return window(0, 3)
    })
    const summary = await ingested({ source, root, follow: true, signal: stop.signal })
    assert.equal(summary.written, 3)
  })

  it('goes on without a hole where it was stopped', async () => {
    const stop = new AbortController()
    const first = await serve((count) => {
      if (count === 2) stop.abort()
      return sliding(count)
    })
    const { written } = await ingested({ source: first, root, follow: true, signal: stop.signal })
    await server?.stop()
    // when it comes back, the list has moved on, and its date with it
    const later = new Date(AT + 2009).toISOString()
    const second = await serve(() => ({
      body: [
        ...['#EXTM3U', '#EXT-X-TARGETDURATION:2', '#EXT-X-MEDIA-SEQUENCE:1', `#EXT-X-PROGRAM-DATE-TIME:${later}`],
        ...parts.slice(1).flatMap((path) => ['#EXTINF:2.0,', basename(path)]),
        '#EXT-X-ENDLIST',
      ].join('\n'),
    }))
    const rest = await ingested({ source: second, root, follow: true })
    assert.equal(rest.alreadyThere, written - 1)
    await assertWhole(rest)
  })

  it('takes the best of several variants, and what is relative from where it was led to', async () => {
    const master = '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=2\nmoved/high.m3u8\n'
    const source = await serve(() => ({ body: master }), {
      '/moved/high.m3u8': () => ({ status: 302, headers: { location: '/high.m3u8' } }),
      '/high.m3u8': () => window(0, 7, '#EXT-X-ENDLIST'),
    })
    await assertWhole(await ingested({ source, root }))
    assert.equal(server?.requestsFor('/low.m3u8'), 0)
  })

  it('refuses a playlist of the network that names files of this machine', async () => {
    const own = new URL(`file://${parts[0]}`).href
    const source = await serve(() => ({ body: `#EXTM3U\n${DATE}\n#EXTINF:2,\n${own}\n#EXT-X-ENDLIST` }))
    assert.equal((await refusal({ source, root }))._tag, 'Unsupported')
    assert.ok((await readFile(parts[0] ?? '')).length > 0)
  })

  it('says what is wrong where the server has no playlist', async () => {
    const source = await serve(() => ({ status: 403 }))
    const error = await refusal({ source, root })
    assert.equal(error._tag, 'SourceUnreadable')
    assert.ok(error.message.includes(source) && error.message.includes('403'))
    const page = await refusal({ source: source.replace('live.m3u8', basename(parts[0] ?? '')), root })
    assert.match(page.message, /not an HLS playlist/)
  })

  it('says that nobody answers', async () => {
    const source = await serve(() => ({}))
    await server?.stop()
    server = undefined
    assert.equal((await refusal({ source, root }))._tag, 'SourceUnreadable')
  })
})
