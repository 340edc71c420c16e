import assert from 'node:assert/strict'
import sharp from 'sharp'
import { coverageGauges, ownCoverageGauges } from '../../src/http/metrics/coverageGauges.js'
import { keepBlob } from '../../src/log/blobs.js'
import { registerNode } from '../../src/log/nodes.js'
import { Covering } from '../../src/service/covering.js'
import { openPage } from '../support/browser.js'
import { type HoursOnDisk, hoursOnDisk, minutes, named } from '../support/hours.js'
import { edit } from '../support/moment.js'
import { openWorkplace, type Workplace } from './workplace.js'

const WHITE = [255, 255, 255]
const ORANGE = [245, 158, 11]
const BLUE = [37, 99, 235]

interface Told {
  readonly nodes: readonly {
    readonly node: string
    readonly state: string
    readonly endedAt: string | null
    readonly hours: number
  }[]
  readonly coverage: readonly (Record<string, unknown> & {
    readonly node: string
    readonly hour: string
    readonly rawHoles: number
  })[]
  readonly next: string | null
}

describe('the coverage of all nodes over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  const disks: HoursOnDisk[] = []

  const look = async (node: string, disk: HoursOnDisk) => {
    const covering = new Covering({
      ...{ db: place.db, node, root: disk.root, everySeconds: 300, now: () => Date.now() + 3_600_000 },
      ...{ warn: () => undefined, stopping: new AbortController().signal },
    })
    await covering.look()
  }
  before(async () => {
    // the workplace's own node is called `spec`
    place = await openWorkplace()
    const [own, other] = [await hoursOnDisk(), await hoursOnDisk()]
    disks.push(own, other)
    const whole = minutes()
    await own.put('main/source/2026-01-31T18', [...minutes(3, 12), named(722, 58, 'partial')])
    await own.put('main/source/2026-01-31T20', whole)
    await own.put('main_2/720p_b/2026-01-31T18', whole)
    await other.put('main/source/2026-01-31T18', whole)
    await other.put('main/source/2026-01-31T19', minutes(59))
    await other.put('main/only_there/2026-01-31T19', whole)
    await registerNode(place.db, { name: 'spec', host: 'h', pid: 1, version: '1', locations: {} })
    await look('spec', own)
    await look('other', other)
  })
  after(async () => {
    for (const disk of disks) await disk[Symbol.asyncDispose]()
    await place[Symbol.asyncDispose]()
  })

  const get = (path: string) => fetch(place.url + path)
  const told = async (query = ''): Promise<Told> => (await (await get(`/api/coverage${query}`)).json()) as Told
  const hoursOf = ({ coverage }: Told) => coverage.map(({ node, hour, rawHoles }) => [node, hour.slice(-2), rawHoles])

  it('is told by any of them, with who said it and when', async () => {
    const all = await told('?channel=main&quality=source')
    assert.deepEqual(hoursOf(all), [
      ['other', '18', 0],
      ['other', '19', 1],
      ['spec', '18', 2],
      ['spec', '20', 0],
    ])
    assert.deepEqual(
      all.nodes.map(({ node, state, hours }) => [node, state, hours]),
      [
        ['other', 'stopped', 3],
        ['spec', 'running', 3],
      ],
    )
    const [hour] = (await told('?node=spec&channel=main&to=2026-01-31T19:00:00Z')).coverage
    assert.deepEqual(
      { ...hour, notedAt: null },
      {
        ...{ node: 'spec', channel: 'main', quality: 'source', hour: '2026-01-31T18', notedAt: null, bad: 0 },
        ...{ ofSeconds: 3600, rawSeconds: 3538, editableSeconds: 3538, rawHoles: 2, editableHoles: 2 },
        segments: {
          full: { count: 58, seconds: 3480 },
          suspect: { count: 0, seconds: 0 },
          partial: { count: 1, seconds: 58 },
        },
        overlaps: {
          full: { count: 0, seconds: 0 },
          suspect: { count: 0, seconds: 0 },
          partial: { count: 0, seconds: 0 },
        },
        holes: [
          { start: '2026-01-31T18:03:00.000Z', end: '2026-01-31T18:04:00.000Z' },
          { start: '2026-01-31T18:12:00.000Z', end: '2026-01-31T18:12:02.000Z' },
        ],
      },
    )
  })

  it('is filtered, and comes in parts, the latest hours first', async () => {
    assert.deepEqual(hoursOf(await told('?node=other&from=2026-01-31T19:00:00Z&quality=source')), [['other', '19', 1]])
    const last = await told('?channel=main&hours=1')
    assert.deepEqual([hoursOf(last), last.next], [[['spec', '20', 0]], '2026-01-31T20:00:00.000Z'])
    const rest = await told(`?channel=main&quality=source&hours=2&to=${last.next}`)
    assert.deepEqual([hoursOf(rest).length, rest.next], [3, null])
    assert.deepEqual((await told('?channel=nobody')).coverage, [])
  })

  it('refuses what is not allowed, by its name', async () => {
    for (const [query, field] of [
      ['from=noon', 'from'],
      ['hours=0', 'hours'],
      ['hours=1001', 'hours'],
      ['chanel=main', 'chanel'],
      ['from=2026-01-31T18:00:00%2B01:00', 'from'],
    ]) {
      const answer = await get(`/api/coverage?${query}`)
      assert.equal(answer.status, 400, query)
      assert.equal(((await answer.json()) as { problems: { field: string }[] }).problems[0]?.field, field)
    }
    assert.equal((await get('/coverage/main/source.png?to=x')).status, 400)
    assert.equal((await get('/coverage/main/source.gif')).status, 404)
  })

  async function pixels(path: string) {
    const answer = await get(path)
    assert.equal(answer.status, 200, path)
    assert.equal(answer.headers.get('content-type'), 'image/png')
    const png = sharp(Buffer.from(await answer.arrayBuffer()))
    const { data, info } = await png.removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
    return { width: info.width, height: info.height, at }
  }

  it('is a map of this node: white what is missing, orange what is not full, blue what is', async () => {
    for (const path of ['/coverage/main/source.png', '/segments/coverage-maps/main_source_coverage.png']) {
      const { width, height, at } = await pixels(path)
      assert.deepEqual([width, height], [18, 300])
      // the fourth minute of the first ten, pixels 90 to 119
      assert.deepEqual(
        [89, 90, 119, 120].map((y) => at(0, y)),
        [BLUE, WHITE, WHITE, BLUE],
      )
      // 12:00 is missing for a pixel, the rest of the minute is there in part
      assert.deepEqual(
        [59, 60, 61, 89, 90].map((y) => at(1, y)),
        [BLUE, WHITE, ORANGE, ORANGE, BLUE],
      )
      // an hour of which this node has nothing
      assert.deepEqual([at(6, 0), at(11, 299), at(12, 0), at(17, 299)], [WHITE, WHITE, BLUE, BLUE])
    }
  })

  it('is a map of the node that is named, over the same hours', async () => {
    const { width, at } = await pixels('/coverage/main/source.png?node=other')
    assert.equal(width, 18)
    assert.deepEqual([at(0, 90), at(11, 269), at(11, 270), at(12, 0)], [BLUE, BLUE, WHITE, WHITE])
    assert.equal((await pixels('/coverage/main/source.png?node=other&to=2026-01-31T19:00:00Z')).width, 6)
    assert.equal((await pixels('/segments/coverage-maps/main_2_720p_b_coverage.png')).width, 6)
  })

  it('says where there is something, where it is not what was asked for', async () => {
    const answer = await get('/coverage/main/only_there.png')
    assert.equal(answer.status, 404)
    assert.match(
      ((await answer.json()) as { error: string }).error,
      /^node spec has nothing of main\/only_there; there is some at: other$/,
    )
    const nothing = await get('/coverage/main/480p.json')
    assert.equal(nothing.status, 404)
    assert.match(
      ((await nothing.json()) as { error: string }).error,
      /no node has any of main\/480p.*there is some of: main\/only_there, main\/source/,
    )
    for (const name of ['main_480p_coverage.png', 'main_source.png', 'x', 'main_source_coverage.gif']) {
      const text = await get(`/segments/coverage-maps/${name}`)
      assert.deepEqual([text.status, await text.text()], [404, `there is no map ${name}\n`])
      assert.equal(text.headers.get('content-type'), 'text/plain; charset=utf-8')
    }
    assert.equal((await get('/segments/coverage-maps/.main_source_coverage.png')).status, 403)
  })

  it('leaves the files of a channel of that name where they are', async () => {
    const answer = await get('/segments/coverage-maps/source/2026-01-31T18/x.ts')
    assert.match(await answer.text(), /^there is no file coverage-maps\/source/)
  })

  it('is told piece by piece, as the map has it', async () => {
    const answer = (await (await get('/coverage/main/source.json?node=spec')).json()) as {
      hours: { hour: string; pieces: string }[]
    }
    assert.deepEqual(
      answer.hours.map(({ hour, pieces }) => [hour, pieces]),
      [
        ['2026-01-31T18', 'f90m30f240m1n29f1410'],
        ['2026-01-31T20', 'f1800'],
      ],
    )
  })

  it('is a page of all nodes’ maps with hours, which a browser shows without a complaint', async () => {
    await using browser = await openPage()
    const { page } = browser
    const complaints: string[] = []
    const elsewhere: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    page.on('requestfailed', (request) => complaints.push(request.url()))
    page.on('request', (request) =>
      elsewhere.push(...[request.url()].filter((url) => !/^data:/.test(url) && !url.startsWith(place.url))),
    )
    for (const path of ['/coverage/main/source.html', '/segments/coverage-maps/main_source_coverage.html']) {
      await page.goto(place.url + path)
      const sections = page.locator('section')
      const headings = await page.locator('h2').allTextContents()
      assert.equal(headings.length, 2)
      assert.match(headings[0] ?? '', /^other stopped, looked at 20/)
      assert.match(headings[1] ?? '', /^spec running, looked at 20/)
      const labels = sections.first().locator('svg text:not(.minute)')
      assert.deepEqual(await labels.allTextContents(), ['18', '2026-01-31', '19', '20'])
      assert.match(await sections.last().innerText(), /2 hours, 99\.13 % of their time covered, 2 holes/)
      assert.match(
        await sections.last().locator('table').innerText(),
        /2026-01-31T18\s+98\.27 %\s+2\s+18:03:00\.000 to 18:04:00\.000/,
      )
      const shown = sharp(await sections.last().locator('svg').screenshot())
      const { data, info } = await shown.removeAlpha().raw().toBuffer({ resolveWithObject: true })
      const at = (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)]
      // a column of ten minutes is five wide, behind the minutes' names
      assert.deepEqual([at(36, 4 + 80), at(36, 4 + 100), at(41, 4 + 75)], [BLUE, WHITE, ORANGE])
    }
    assert.deepEqual([complaints, elsewhere], [[], []])
    assert.match(await (await get('/coverage/main/source.html')).text(), /<a href="\/coverage\/main\/only_there.html">/)
  })

  it('is gauges of this node by wubloader’s names', async () => {
    const gauges = await ownCoverageGauges(place.db, 'spec')
    const labels = { channel: 'main', quality: 'source', hour: '2026-01-31T18' }
    const of = (name: string, type?: string) =>
      gauges.find((one) => {
        const { type: itsType, ...others } = one.labels
        return one.name === name && itsType === type && JSON.stringify(others) === JSON.stringify(labels)
      })?.value
    assert.deepEqual(
      [of('raw_coverage'), of('editable_coverage'), of('raw_holes'), of('editable_holes')],
      [3538, 3538, 2, 2],
    )
    assert.deepEqual(
      ['full', 'suspect', 'partial', 'bad'].map((type) => of('segment_count', type)),
      [58, 0, 1, 0],
    )
    assert.deepEqual(
      ['full', 'partial'].map((type) => [
        of('segment_duration', type),
        of('overlap_count', type),
        of('overlap_duration', type),
      ]),
      [
        [3480, 0, 0],
        [58, 0, 0],
      ],
    )
    assert.equal(gauges.length, 3 * 17)
    assert.equal((await ownCoverageGauges(place.db, 'spec', 1)).length, 17)
    assert.deepEqual(coverageGauges([]), [])
    // one help and one set of labels for a name
    for (const name of new Set(gauges.map((one) => one.name))) {
      const own = gauges.filter((one) => one.name === name)
      assert.equal(new Set(own.map(({ help, labels }) => help + Object.keys(labels).join())).size, 1, name)
    }
  })

  it('tells of holes that were filled after their video was published, and how it is cut again', async () => {
    const [start, end] = ['2026-01-31T20:00:00.000Z', '2026-01-31T20:01:00.000Z']
    const cut = { start, end, segments: [], before: [], after: [], holes: [{ start, end: '2026-01-31T20:00:30.000Z' }] }
    const receipt = await keepBlob(
      place.db,
      'application/json',
      Buffer.from(JSON.stringify({ type: 'fast', ranges: [cut] })),
    )
    await place.edited('raffle')
    const video_ranges: [string, string][] = [[start, end]]
    await place.append('raffle', 'Edited', {
      edit: { ...edit, video_ranges, video_transitions: [], allow_holes: true },
    })
    await place.append('raffle', 'Claimed', { attempt: 'r1', attempts_limit: 3, why: null })
    await place.append('raffle', 'UploadOpened', { attempt: 'r1', destination: 'folder' })
    await place.append('raffle', 'FinalizeStarted', { attempt: 'r1', bytes: 1, receipt })
    await place.append('raffle', 'Uploaded', {
      attempt: 'r1',
      video_id: 'v',
      video_link: 'https://example.org/v',
      processing: false,
    })
    const filled = async (query = '') =>
      ((await (await get(`/api/coverage/filled${query}`)).json()) as { filled: Record<string, unknown>[] }).filled
    assert.deepEqual(await filled(), [])
    await look('spec', disks[0] ?? assert.fail())
    const [hole, ...more] = await filled('?video=raffle')
    assert.deepEqual(more, [])
    assert.ok(typeof hole?.['since'] === 'string')
    assert.deepEqual(
      { ...hole, since: null },
      {
        ...{
          video: 'raffle',
          title: 'The raffle',
          state: 'DONE',
          channel: 'main',
          quality: 'source',
          location: 'local',
        },
        ...{ node: 'spec', start, end: '2026-01-31T20:00:30.000Z', missingSeconds: 0, since: null },
        again: ['reelstate reset raffle --force', 'reelstate edit raffle --file EDIT.json'],
      },
    )
    assert.deepEqual(await filled('?video=other'), [])
  })
})
