import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { makeSegments, makeStream } from '../segments/makeStream.js'
import { SmallDisk } from '../support/smallDisk.js'
import { metaOf, video } from '../../machines/video.js'
import { openPage } from '../support/browser.js'
import { json, lines, type Outcome, type Running } from './program.js'
import { assertPlaceWhole, at, type Workplace, workplace } from './workplace.js'

interface Shown {
  readonly video: string
  readonly state: string
  readonly file: string
  readonly durationSeconds: number
  readonly ranges: {
    readonly start: string
    readonly end: string
    readonly startSeconds: number
    readonly endSeconds: number
  }[]
  readonly source: { readonly segments: number; readonly channel: string; readonly quality: string }
  readonly events: {
    readonly version: number
    readonly type: string
    readonly state: string
    readonly recordedAt: string
  }[]
}

describe('reelstate demo', function () {
  this.timeout(90_000)
  let place: Workplace
  let source: string
  let full: Outcome
  let listedAfterPlain: Outcome

  const demo = (...options: string[]) => place.run(['demo', '--exit', '--port', '0', ...options])

  before(async () => {
    place = await workplace()
    source = await makeStream(join(place.folder, 'talk.ts'), { seconds: 12, gop: 50 })
    full = await demo('--json', '--plain', '--source', source, '--range', '1-3', '--range', '5-8.5', '--cut', 'full')
    listedAfterPlain = await place.run(['videos', '--json'])
  })
  after(async () => {
    await assertPlaceWhole(place)
    await place.remove()
  })

  it('publishes to a YouTube of our own, with a thumbnail, and changes the title: DONE twice, and a replay agrees', async () => {
    const outcome = await demo('--json', '--source', source, '--range', '1-3', '--to', 'youtube')
    assert.equal(outcome.code, 0, outcome.stderr)
    const { video, state, link, file, events } = json<Shown & { link: string }>(outcome)
    assert.deepEqual([state, file], ['DONE', null])
    assert.match(link, /^https:\/\/youtu\.be\/[\w-]{11}$/)
    assert.deepEqual(
      events.slice(3).map(({ type }) => type),
      [
        ...['ThumbnailMade', 'UploadOpened', 'FinalizeStarted', 'Uploaded', 'ThumbnailSet', 'Processed'],
        ...['Modified', 'Updated'],
      ],
    )
    assert.equal(events.filter((event) => event.state === 'DONE').length, 2)
    const replayed = await place.run(['replay', video, '--json'])
    assert.equal(json<{ agrees: boolean }>(replayed).agrees, true)
  })

  it('takes a stream to a published video, and prints one object of what came of it', async () => {
    assert.equal(full.code, 0, full.stderr)
    const shown = json<Shown>(full)
    assert.deepEqual(Object.keys(shown), [
      'video',
      'state',
      'link',
      'file',
      'durationSeconds',
      'ranges',
      'source',
      'events',
    ])
    assert.equal(shown.state, 'DONE')
    assert.ok((await stat(shown.file)).size > 10_000)
    assert.ok(Math.abs(shown.durationSeconds - 5.5) < 0.1, `${shown.durationSeconds} s`)
    assert.deepEqual(shown.ranges, [
      { start: at(1), end: at(3), startSeconds: 1, endSeconds: 3 },
      { start: at(5), end: at(8.5), startSeconds: 5, endSeconds: 8.5 },
    ])
    assert.deepEqual(Object.keys(shown.source), ['segments', 'channel', 'quality'])
    assert.equal(shown.source.segments, 6)
    assert.deepEqual(
      shown.events.map(({ version, type, state }) => [version, type, state]),
      [
        [1, 'Created', 'UNEDITED'],
        [2, 'Edited', 'EDITED'],
        [3, 'Claimed', 'CLAIMED.PREPARING'],
        [4, 'UploadOpened', 'CLAIMED.STREAMING'],
        [5, 'FinalizeStarted', 'FINALIZING.COMMITTING'],
        [6, 'Uploaded', 'DONE'],
      ],
    )
    for (const event of shown.events) {
      assert.deepEqual(Object.keys(event), ['version', 'type', 'state', 'recordedAt'])
      assert.ok(Number.isFinite(Date.parse(event.recordedAt)))
    }
  })

  it('can be cut again, byte for byte, and says so when footage is gone', async () => {
    const { video, file, source: from } = json<Shown>(full)
    const output = join(place.folder, 'again.ts')
    const again = await place.run(['recut', video, '-o', output, '--json'])
    assert.equal(again.code, 0, again.stderr)
    const { same, compared } = json<{ same: boolean; compared: { what: string; same: boolean }[] }>(again)
    assert.ok(same && compared.every((one) => one.same), JSON.stringify(compared))
    assert.ok((await readFile(output)).equals(await readFile(file)))
    const folder = join(place.segments, from.channel)
    await rename(folder, `${folder}.away`)
    const gone = await place.run(['recut', video])
    await rename(`${folder}.away`, folder)
    assert.equal(gone.code, 1)
    assert.match(gone.stderr, /segments are not in .* any more/)
    const none = await place.run(['recut', 'nobody'])
    assert.equal(none.code, 4)
  })

  it('adds no segment the second time, and shows to people each event, the file and the log', async () => {
    const { channel, quality } = json<Shown>(full).source
    const segments = () => readdir(join(place.segments, channel, quality), { recursive: true })
    const before = await segments()
    const { code, stdout, stderr } = await demo('--source', source, '--range', '2.5-3.5', '--cut', 'rough')
    assert.equal(code, 0, stderr)
    assert.deepEqual(await segments(), before)
    assert.match(stderr, /watch it at http:\/\/127\.0\.0\.1:\d+/)
    for (const type of ['Created', 'Edited', 'Claimed', 'FinalizeStarted', 'Uploaded'])
      for (const shown of [stderr, stdout]) assert.match(shown, new RegExp(`\\b${type}\\b`))
    assert.match(stdout, / is DONE\nfile +\/.*\nduration +2\.\d+ s\n$/)
    const file = /^file +(.*)$/m.exec(stdout)?.[1] ?? ''
    assert.ok((await stat(file)).size > 10_000)
    assert.ok((await readdir(join(place.data, 'videos'))).includes(basename(file)))
  })

  describe('among made-up videos', () => {
    interface Listed {
      readonly id: string
      readonly state: string
      readonly substate: string | null
      readonly error: string | null
      readonly notBefore: string | null
      readonly editor: string | null
    }
    interface Board {
      readonly states: Record<string, { readonly count: number; readonly left: number }>
      readonly flow: readonly unknown[]
    }
    let running: Running
    let url: string
    const get = async <A>(path: string): Promise<A> => (await (await fetch(`${url}${path}`)).json()) as A

    before(async () => {
      // by then its own video has arrived: what is told afterwards is told of all that a node might have done to the others
      running = place.start(['demo', '--port', '0', '--json', '--source', source, '--range', '1-2', '--cut', 'rough'])
      const shown = JSON.parse(await running.line((line) => line.startsWith('{'))) as Shown
      assert.equal(shown.state, 'DONE')
      const nodes = json<readonly { name: string; url: string | null }[]>(await place.run(['nodes', '--json']))
      url = nodes.find(({ name }) => name === 'demo')?.url ?? ''
    })
    after(async () => {
      running.signal('SIGTERM')
      await running.ended
    })

    it('has a video in each state of the chart, of several editors, with what went wrong, and one that is tried again', async () => {
      const { videos } = await get<{ videos: readonly Listed[] }>('/api/videos?limit=100')
      const madeUp = videos.filter(({ id }) => id.startsWith('demo-'))
      assert.deepEqual([...new Set(madeUp.map(({ state }) => state))].sort(), Object.keys(video.states).sort())
      const substates = new Set(madeUp.flatMap(({ substate }) => substate ?? []))
      assert.deepEqual([...substates].sort(), ['COMMITTING', 'PREPARING', 'RECONCILING', 'STREAMING'])
      for (const { id, state, error } of madeUp) if (metaOf(state)?.error === true) assert.ok(error, id)
      assert.ok(madeUp.some((one) => one.state === 'EDITED' && Date.parse(one.notBefore ?? '') > Date.now()))
      assert.ok(new Set(madeUp.flatMap(({ editor }) => editor ?? [])).size >= 4)
    })

    it('has a node beside it that runs, and cuts, and one that has died', async () => {
      interface Node {
        readonly name: string
        readonly state: string
        readonly holds: readonly {
          readonly video: string
          readonly progress: { readonly doneSeconds: number } | null
        }[]
      }
      const { nodes } = await get<{ nodes: readonly Node[] }>('/api/nodes')
      assert.deepEqual(
        nodes.map(({ name, state }) => [name, state]),
        [
          ['demo', 'running'],
          ['demo-berlin', 'running'],
          ['demo-tokyo', 'silent'],
        ],
      )
      const cut = nodes.flatMap(({ holds }) => holds).find(({ video }) => video === 'demo-marathon')
      assert.ok((cut?.progress?.doneSeconds ?? 0) > 0)
    })

    it('has a past: what has moved, how long it had stayed, and other numbers yesterday', async () => {
      const { states, flow } = await get<Board>('/api/board?hours=72')
      assert.ok(flow.length >= 5)
      for (const state of ['UNEDITED', 'EDITED', 'CLAIMED', 'FINALIZING', 'TRANSCODING'])
        assert.ok((states[state]?.left ?? 0) >= 5, `${state}: ${states[state]?.left}`)
      const yesterday = new Date(Date.now() - 86_400_000).toISOString()
      const { counts } = await get<{ counts: Record<string, number> }>(`/api/board?at=${yesterday}`)
      const done = counts['DONE'] ?? 0
      assert.ok(done > 0 && done < (states['DONE']?.count ?? 0), `${done} were DONE`)
    })

    it('shows them on the board, and says that they are made up', async () => {
      await using browser = await openPage({ viewport: { width: 1280, height: 720 } })
      const { page } = browser
      await page.goto(url)
      await page.getByRole('note').filter({ hasText: 'A demo.' }).waitFor()
      for (const state of Object.keys(video.states))
        await page.locator(`.chart [data-state=${state}].occupied`).waitFor()
      await page.locator('.cuts li', { hasText: 'A marathon of a sketch' }).waitFor()
    })

    it('does nothing to them, publishes none, and a replay finds no difference', async () => {
      const { events } = await get<{ events: readonly { stream: string; node: string | null }[] }>(
        '/api/events?limit=500',
      )
      const byDemo = events.filter(({ node }) => node === 'demo').map(({ stream }) => stream)
      assert.deepEqual(
        byDemo.filter((stream) => stream.startsWith('video/demo-')),
        [],
      )
      assert.ok(byDemo.length > 0, 'its own video is in the log')
      const published = await readdir(join(place.data, 'videos'))
      assert.deepEqual(
        published.filter((name) => /marathon|karaoke|hats|dance/i.test(name)),
        [],
      )
      await assertPlaceWhole(place)
    })
  })

  it('makes nothing up where it is to be plain', async () => {
    // of this one alone, and before any other: `full` was made plain
    const videos = json<readonly { id: string }[]>(listedAfterPlain)
    assert.deepEqual(
      videos.map(({ id }) => id),
      [json<Shown>(full).video],
    )
  })

  it('refuses ranges that are none or end after the stream, before it makes a video', async () => {
    const wrong: [range: string, says: RegExp][] = [
      ['1-30', /--range: found 1-30, but the stream has 12\.\d+ s/],
      ['5-3', /--range: found 5-3, which does not end after its start/],
      ['soon', /--range: found "soon"; allowed is START-END in seconds/],
    ]
    const made = (await readdir(join(place.data, 'videos'))).length
    for (const [range, says] of wrong) {
      const { code, stdout, stderr } = await demo('--source', source, '--range', range)
      assert.equal(code, 2, stderr)
      assert.equal(stdout, '')
      assert.match(stderr, says)
      assert.equal(lines(stderr).length, 1)
    }
    assert.equal((await readdir(join(place.data, 'videos'))).length, made)
  })

  it('refuses a range over a hole of the stream, and chooses ranges beside it by itself', async () => {
    const folder = join(place.folder, 'live')
    await mkdir(folder)
    const parts = await makeSegments(folder, { seconds: 12 })
    const playlist = ['#EXTM3U', '#EXT-X-TARGETDURATION:3']
    for (const [i, part] of parts.entries())
      if (i !== 2) playlist.push(`#EXT-X-PROGRAM-DATE-TIME:${at(2 * i)}`, '#EXTINF:2.0,', part)
    const holed = await place.file('live/playlist.m3u8', [...playlist, '#EXT-X-ENDLIST', ''].join('\n'))

    const refused = await demo('--source', holed, '--range', '1-3', '--range', '3-7')
    assert.equal(refused.code, 2, refused.stderr)
    const [, from = 0, to = 0] =
      /^reelstate: --range: found 3-7, but the stream has nothing from ([\d.]+) to ([\d.]+) s\n$/.exec(
        refused.stderr,
      ) ?? []
    assert.ok(Math.abs(Number(from) - 4) < 0.1 && Math.abs(Number(to) - 6) < 0.1, refused.stderr)

    const shown = json<Shown>(await demo('--source', holed, '--cut', 'rough', '--json'))
    assert.equal(shown.state, 'DONE')
    assert.equal(shown.source.segments, parts.length - 1)
    assert.equal(shown.ranges.length, 2)
    assert.ok(
      shown.ranges.every(({ startSeconds, endSeconds }) => endSeconds <= Number(from) || startSeconds >= Number(to)),
    )
  })

  it('says in one line which source it cannot read', async () => {
    const { code, stdout, stderr } = await demo('--source', 'nowhere.m3u8')
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /^reelstate: nowhere\.m3u8 can't be read: .*\n$/)
  })

  it('says in one line that there is no room for the stream that it makes, and leaves nothing of it', async function () {
    const folder = join(place.data, 'demo')
    await mkdir(folder, { recursive: true })
    await using disk = await SmallDisk.at(folder, '1m')
    // said as skipped, never as passed
    if (!disk) return this.skip()
    const { code, stdout, stderr } = await demo()
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.match(stderr, /\nreelstate: cannot make a stream in .*No space left[^\n]*\n$/)
    assert.deepEqual(await readdir(folder), [])
  })
})
