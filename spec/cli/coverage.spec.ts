import assert from 'node:assert/strict'
import { Covering } from '../../src/service/covering.js'
import { keepBlob } from '../../src/log/blobs.js'
import { type HoursOnDisk, hoursOnDisk, minutes, named } from '../support/hours.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'
import { json, lines } from './program.js'
import { type Workplace, workplace } from './workplace.js'

interface Shown {
  readonly nodes: readonly { readonly node: string }[]
  readonly coverage: readonly { readonly node: string | null; readonly hour: string; readonly rawHoles: number }[]
}

const bar = (runs: readonly (readonly [string, number])[]): string =>
  runs.map(([sign, count]) => sign.repeat(count)).join('')

describe('reelstate coverage', function () {
  this.timeout(120_000)
  let place: Workplace
  let log: TestLog
  let disk: HoursOnDisk
  let node: Covering
  before(async () => {
    ;[place, log, disk] = await Promise.all([workplace(), testLog(), hoursOnDisk()])
    await disk.put('main/source/2026-01-31T17', minutes())
    await disk.put('main/source/2026-01-31T18', [...minutes(3, 12, 13, 20), named(722, 58), named(1200, 60, 'suspect')])
    await disk.put('main/source/2026-01-31T20', minutes())
    await disk.put('main/source/2026-01-31T21', minutes())
    await disk.put('main/480p/2026-01-31T18', minutes())
    node = new Covering({
      ...{ db: log.db, node: 'node-a', root: disk.root, everySeconds: 300, now: () => Date.now() + 3_600_000 },
      ...{ warn: () => undefined, stopping: new AbortController().signal },
    })
    await node.look()
  })
  after(async () => {
    await disk[Symbol.asyncDispose]()
    await log.close()
    await place.remove()
  })

  const coverage = (args: readonly string[], url = log.url) =>
    place.run(['coverage', ...args], { env: { DATABASE_URL: url } })
  const nowhere = 'postgres://nobody@127.0.0.1:1/none'

  const told = [
    '2026-01-31T17  1 hour whole',
    `2026-01-31T18  ${bar([
      ['█', 3],
      ['·', 1],
      ['█', 8],
      ['▄', 1],
      ['·', 1],
      ['█', 6],
      ['▓', 1],
      ['█', 39],
    ])}  96.61 %  3 holes, the first 03:00.000 to 04:00.000  1 suspect`,
    '2026-01-31T19  1 hour without any footage',
    '2026-01-31T20 to 2026-01-31T21  2 hours whole',
  ]

  it('draws of each node what is not whole, minute by minute', async () => {
    const { code, stdout } = await coverage(['main', 'source'])
    assert.equal(code, 0)
    const [head, ...rest] = lines(stdout)
    assert.match(head ?? '', /^main\/source at node-a \(stopped, looked at 20.*\)$/)
    assert.deepEqual(rest.slice(0, 4), told)
    assert.match(rest.at(-1) ?? '', /full.*not all of it in full segments.*in part.*missing/)
    const all = lines((await coverage([])).stdout)
    assert.ok(all.some((line) => line.startsWith('main/480p at node-a')))
  })

  it('draws a folder without a database, and refuses to ask a node of it', async () => {
    const { code, stdout } = await coverage(['main', 'source', '--segments', disk.root], nowhere)
    assert.equal(code, 0)
    assert.deepEqual(lines(stdout).slice(0, 5), ['main/source', ...told])
    const part = await coverage(
      ['main', '--segments', disk.root, '--from', '2026-01-31T18:30:00Z', '--to', '2026-01-31T20:00:00Z', '--json'],
      nowhere,
    )
    assert.deepEqual(
      json<Shown>(part).coverage.map((one) => [one.node, one.hour, one.rawHoles]),
      [
        [null, '2026-01-31T18', 0],
        [null, '2026-01-31T18', 3],
      ],
    )
    const both = await coverage(['--segments', disk.root, '--node', 'node-a'], nowhere)
    assert.deepEqual([both.code, lines(both.stderr).length], [2, 1])
    assert.match(both.stderr, /--segments goes with neither/)
    assert.match((await coverage(['--segments', `${disk.root}/none`], nowhere)).stdout, /^There is no footage of it in/)
  })

  it('gives scripts the figures of each hour', async () => {
    const shown = json<Shown>(await coverage(['main', '--node', 'node-a', '--hours', '1', '--json']))
    assert.deepEqual(
      [shown.nodes.map((one) => one.node), shown.coverage.map(({ hour, rawHoles }) => [hour, rawHoles])],
      [['node-a'], [['2026-01-31T21', 0]]],
    )
    assert.deepEqual(json<Shown>(await coverage(['--node', 'nobody', '--json'])), { nodes: [], coverage: [] })
    assert.match((await coverage(['--from', 'noon'])).stderr, /--from: found "noon"; allowed is a UTC time/)
  })

  it('names holes of published videos that were filled, as show does', async () => {
    const [start, end] = ['2026-01-31T20:00:00.000Z', '2026-01-31T20:01:00.000Z']
    const cut = { start, end, segments: [], before: [], after: [], holes: [{ start, end }] }
    const receipt = await keepBlob(log.db, 'application/json', Buffer.from(JSON.stringify({ ranges: [cut] })))
    await happens(log.db, 'raffle', 'Created', { source })
    const ranges: [string, string][] = [[start, end]]
    await happens(log.db, 'raffle', 'Edited', {
      edit: { ...edit, video_ranges: ranges, video_transitions: [], allow_holes: true },
    })
    await happens(log.db, 'raffle', 'Claimed', { attempt: 'r1', attempts_limit: 3, why: null })
    await happens(log.db, 'raffle', 'UploadOpened', { attempt: 'r1', destination: 'folder' })
    await happens(log.db, 'raffle', 'FinalizeStarted', { attempt: 'r1', bytes: 1, receipt })
    await happens(log.db, 'raffle', 'Uploaded', {
      attempt: 'r1',
      video_id: 'v',
      video_link: 'https://example.org/v',
      processing: false,
    })
    assert.match((await coverage(['--filled'])).stdout, /^No video of the last 14 days/)
    await node.look()
    const filled = await coverage(['--filled'])
    assert.match(
      filled.stdout,
      /raffle +The raffle +2026-01-31 20:00:00 to 20:01:00 +all of it +node-a +20.* +reelstate reset raffle --force/,
    )
    const [hole] = json<{ filled: { video: string; again: string[] }[] }>(await coverage(['--filled', '--json'])).filled
    assert.deepEqual([hole?.video, hole?.again.length], ['raffle', 2])
    const show = await place.run(['show', 'raffle'], { env: { DATABASE_URL: log.url } })
    assert.match(
      show.stdout,
      /^hole filled {9}2026-01-31T20:00:00.000Z to 2026-01-31T20:01:00.000Z was missing; node-a has it since 20.*: to cut it again, reelstate reset raffle --force/m,
    )
  })
})
