import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createReadStream } from 'node:fs'
import { open, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Transition } from '../../../src/cut/cut.js'
import { listHour } from '../../../src/segments/store.js'
import { shortcomingsOf } from '../../support/cutJudge.js'
import type { Seconds } from '../../support/numberedCut.js'
import { at, type ServedFootage, servedFootage } from './footageFixture.js'

const run = promisify(execFile)

describe('A cut over HTTP', function () {
  this.timeout(900_000)
  let served: ServedFootage
  before(async () => {
    served = await servedFootage()
  })
  after(() => served[Symbol.asyncDispose]())

  const rangeText = ([start, end]: Seconds) => `range=${at(start)},${at(end)}`
  const kept = async (query: string, quality = 'source'): Promise<string> => {
    const answer = await served.get(`/cut/camera/${quality}.ts?${query}`)
    assert.equal(answer.status, 200, query)
    const file = join(served.folder, 'cut')
    await writeFile(file, Buffer.from(await answer.arrayBuffer()))
    return file
  }
  const judged = async (query: string, ranges: readonly Seconds[], transitions: readonly (Transition | null)[] = []) =>
    assert.deepEqual(await shortcomingsOf(await kept(query), served.recording.wanted(ranges, transitions)), [], query)

  it('is exact to the picture: fast, as it is by default, and mpegts', async () => {
    const range: Seconds = [1.23, 5.31]
    await judged(`start=${at(1.23)}&end=${at(5.31)}`, [range])
    await judged(`${rangeText(range)}&type=mpegts`, [range])
  })

  it('has several ranges, hard cuts where no transition is said, and transitions where one is', async () => {
    const ranges: Seconds[] = [
      [1.23, 3.81],
      [5.12, 7.64],
      [0.3, 2.2],
    ]
    const query = ranges.map(rangeText).join('&')
    await judged(`${query}&type=smart&transition=fade,0.5`, ranges, [{ kind: 'fade', seconds: 0.5 }, null])
  })

  it('is whole segments as they are where it is rough', async () => {
    const answer = await served.get(`/cut/camera/source.ts?start=${at(2.5)}&end=${at(5)}&type=rough`)
    assert.equal(answer.headers.get('content-type'), 'video/MP2T')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    const segments = await listHour(served.recording.root, 'camera', 'source', '2026-01-01T12')
    const covering = segments.filter(
      ({ startMs, durationSeconds }) =>
        startMs < Date.parse(`${at(5)}Z`) && startMs + durationSeconds * 1000 > Date.parse(`${at(2.5)}Z`),
    )
    const parts: Buffer[] = []
    for (const { path } of covering) for await (const chunk of createReadStream(path)) parts.push(chunk as Buffer)
    assert.ok(Buffer.concat(parts).equals(Buffer.from(await answer.arrayBuffer())))
  })

  it('is VP9 and Opus in WebM for looking at transitions', async () => {
    const answer = await served.get(
      `/cut/camera/source.ts?${rangeText([1, 3])}&${rangeText([5, 7])}&transition=wipeleft,1&type=webm`,
    )
    assert.equal(answer.headers.get('content-type'), 'video/webm')
    const file = join(served.folder, 'cut.webm')
    await writeFile(file, Buffer.from(await answer.arrayBuffer()))
    const { stdout } = await run('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=codec_name',
      '-of',
      'csv=p=0',
      file,
    ])
    assert.deepEqual(stdout.trim().split('\n').sort(), ['opus', 'vp9'])
  })

  it('leaves holes out only where that is allowed; of nothing at all there is none', async () => {
    const [status, text] = await served.told(`/cut/camera/holey.ts?${rangeText([1, 9])}`)
    assert.equal(status, 406)
    assert.match(text, /no footage from 2026-01-01 12:00:0/)
    for (const type of ['fast', 'rough']) {
      const answer = await served.get(`/cut/camera/holey.ts?${rangeText([1, 9])}&allow_holes=True&type=${type}`)
      assert.equal(answer.status, 200, type)
      await answer.arrayBuffer()
    }
    // of two ranges one is not there: no transition is left
    const one = `${rangeText([1, 2])}&range=2026-01-01T13:00:00,2026-01-01T13:00:05`
    const file = await kept(`${one}&allow_holes=true&transition=fade,0.5`)
    assert.deepEqual(await shortcomingsOf(file, served.recording.wanted([[1, 2]])), [])
    assert.equal((await served.told(`/cut/camera/source.ts?${one}`))[0], 406)
    const nothing = '/cut/camera/source.ts?range=2026-01-01T13:00:00,2026-01-01T13:00:05&allow_holes=true'
    assert.equal((await served.told(nothing))[0], 406)
  })

  it('is refused before its first byte, where a segment is damaged', async () => {
    await using own = await servedFootage({}, 6)
    const [first] = await listHour(own.recording.root, 'camera', 'source', '2026-01-01T12')
    const file = await open(first?.path ?? '', 'r+')
    await file.write(Buffer.alloc(188), 0, 188, 1880)
    await file.close()
    const [status, text] = await own.told(`/cut/camera/source.ts?${rangeText([0.5, 3])}`)
    assert.equal(status, 406)
    assert.match(text, /segment .*damaged/)
    assert.deepEqual(own.server.troubles, [])
  })

  it('takes a zone for what it says, and a time without one for UTC', async () => {
    const times = [
      ['2026-01-01T12:00:01.230', '2026-01-01T12:00:03'],
      ['2026-01-01T12:00:01.230Z', '2026-01-01 12:00:03'],
      ['2026-01-01T13:00:01.230%2B01:00', '2026-01-01T06:00:03-06'],
      // a plus that was not escaped
      ['2026-01-01T14:00:01.230+0200', '2026-01-01T12:00:03.000000+00:00'],
    ] as const
    const sent: Buffer[] = []
    for (const [start, end] of times) {
      const answer = await served.get(`/cut/camera/source.ts?start=${start}&end=${end}&type=rough`)
      assert.equal(answer.status, 200, start)
      sent.push(Buffer.from(await answer.arrayBuffer()))
    }
    assert.ok(sent.every((one) => one.length > 0 && one.equals(sent[0] ?? one)))
  })

  it('is refused by name where something is wrong with what is asked', async () => {
    const good = rangeText([1, 3])
    const wrong: [query: string, says: RegExp][] = [
      ['', /^start: found nothing/],
      [`start=${at(1)}`, /^end: found nothing/],
      [`start=${at(3)}&end=${at(1)}`, /^end: found no later time/],
      [`start=${at(3)}&end=${at(3)}`, /^end: /],
      [`start=yesterday&end=${at(3)}`, /^start: found "yesterday"/],
      [`start=2026-02-30T12:00:00&end=${at(3)}`, /^start: /],
      [`start=${at(1)}&start=${at(2)}&end=${at(3)}`, /^start: /],
      [`${good}&start=${at(1)}`, /^range: found start or end/],
      ['range=1,2', /^range: /],
      [`range=${at(1)}`, /^range: /],
      [`range=${at(3)},${at(1)}`, /^range: /],
      [`range=${at(1)},${at(3)},${at(4)}`, /^range: /],
      [Array.from({ length: 101 }, () => good).join('&'), /^range: found 101 ranges/],
      [`start=2026-01-01T00:00:00&end=2026-01-03T00:00:00`, /^end: found 48.0 hours/],
      [`start=2026-01-01T00:00:00&end=2026-01-01T07:00:00&type=webm`, /at most 6 hours/],
      [`${good}&transition=fade,1`, /^transition: found 1 transitions/],
      [`${good}&${good}&transition=fade,1&transition=`, /^transition: found 2/],
      [`${good}&${good}&transition=fade`, /^transition: .*KIND,SECONDS/],
      [`${good}&${good}&transition=melt,1`, /^transition: .*one of fade/],
      [`${good}&${good}&transition=fade,0`, /^transition: /],
      [`${good}&${good}&transition=fade,2`, /^transition\[0\]: found 2 s; allowed is shorter/],
      [`${good}&${good}&transition=fade,0.5&type=rough`, /^transition: .*rough/],
      [Array.from({ length: 1000 }, () => 'transition=').join('&') + `&${good}`, /^transition: found /],
      [`${good}&type=mp4`, /^type: found "mp4"; allowed is one of fast, smart, rough, mpegts, webm/],
      [`${good}&allow_holes=maybe`, /^allow_holes: /],
    ]
    for (const [query, says] of wrong) {
      const [status, text] = await served.told(`/cut/camera/source.ts?${query}`)
      assert.equal(status, 400, query.slice(0, 200))
      assert.match(text, says)
    }
    for (const path of ['camera/720p', 'other/source', 'x%2f..%2fetc/source'])
      assert.equal((await served.told(`/cut/${path}.ts?${good}`))[0], 404, path)
    assert.equal((await served.told(`/cut/camera/a%00b.ts?${good}`))[0], 400)
    assert.equal((await served.told(`/cut/.hidden/source.ts?${good}`))[0], 403)
    assert.equal((await served.told(`/cut/camera/source.ts?${good}`, { method: 'HEAD' }))[0], 405)
    assert.equal((await served.told(`/cut/camera/source.ts?${good}`, { method: 'POST' }))[0], 405)
    // what nobody knows is no mistake
    assert.equal((await served.told(`/cut/camera/source.ts?${good}&type=rough&_=1`))[0], 200)
    assert.deepEqual(served.server.troubles, [])
    assert.deepEqual(
      (await readdir(served.folder)).filter((name) => name.startsWith('cut-')),
      [],
    )
  })
})
