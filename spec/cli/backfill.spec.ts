import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { noteUrl, registerNode } from '../../src/log/nodes.js'
import { HostileServer } from '../segments/peers/hostileServer.js'
import { channel, contentOf, Machine, nameOf, quality, stretch } from '../segments/peers/recording.js'
import { type FootageServer, serveFootage } from '../support/footageServer.js'
import { type TestLog, testLog } from '../support/log.js'
import { json, lines } from './program.js'
import { type Workplace, workplace } from './workplace.js'

interface Backfilled {
  readonly dryRun: boolean
  readonly asked: readonly string[]
  readonly fetched: readonly { readonly peer: string; readonly segments: number; readonly bytes?: number }[]
  readonly troubles: readonly { readonly peer: string; readonly reason: string }[]
  readonly stopped: string | null
  readonly missing: readonly { readonly start: string; readonly end: string }[]
}

describe('reelstate backfill', function () {
  this.timeout(60_000)
  let place: Workplace
  let ours: Machine
  let b: Machine
  let server: FootageServer
  before(async () => {
    place = await workplace()
    b = await Machine.make([0, 1, 2, 4])
    server = await serveFootage(b.root)
  })
  beforeEach(async () => {
    ours = await Machine.make([1])
    await place.file('reelstate.json', { segments: ours.root, fetch: { keep_free_gibibytes: 0 } })
  })
  afterEach(() => ours[Symbol.asyncDispose]())
  after(async () => {
    await server[Symbol.asyncDispose]()
    await b[Symbol.asyncDispose]()
    await place.remove()
  })

  const at = (ms: number) => new Date(ms).toISOString()
  const { startMs, endMs } = stretch(0, 5)
  const hole = { start: at(stretch(3, 4).startMs), end: at(stretch(3, 4).endMs) }
  const backfill = (options: readonly string[], env: Record<string, string> = {}) =>
    place.run(
      [
        ...['backfill', '--config', `${place.folder}/reelstate.json`, '--channel', channel, '--quality', quality],
        ...['--start', at(startMs), '--end', at(endMs), ...options],
      ],
      { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', ...env } },
    )

  it('says what there is to fetch, fetches it, and says who sent it and what nobody has', async () => {
    const dry = json<Backfilled>(await backfill(['--from', server.url, '--dry-run', '--json']))
    assert.deepEqual([dry.dryRun, dry.fetched, dry.missing], [true, [{ peer: server.url, segments: 3 }], [hole]])
    assert.deepEqual(await ours.places(), [1])

    const first = json<Backfilled>(await backfill(['--from', server.url, '--json']))
    assert.deepEqual(await ours.places(), [0, 1, 2, 4])
    const bytes = [0, 2, 4].reduce((sum, one) => sum + contentOf(one).length, 0)
    assert.deepEqual(first.fetched, [{ peer: server.url, segments: 3, bytes }])
    assert.deepEqual([first.missing, first.troubles, first.stopped], [[hole], [], null])

    const again = await backfill(['--from', server.url])
    assert.equal(again.code, 0)
    assert.deepEqual(lines(again.stdout), [
      'nothing fetched',
      `none of ${server.url} has ${hole.start} to ${hole.end} (2.000 s)`,
    ])
  })

  it('says what could not be had, fails, and has the rest', async () => {
    await using wrong = await HostileServer.start((path, response) =>
      path.startsWith('/files/')
        ? response.end(JSON.stringify([nameOf(3).split('/').at(-1)]))
        : response.end('something else'),
    )
    const outcome = await backfill(['--from', server.url, wrong.url, '--json'])
    assert.equal(outcome.code, 1)
    const { fetched, troubles, missing } = JSON.parse(lines(outcome.stdout)[0] ?? '') as Backfilled
    assert.equal(fetched[0]?.segments, 3)
    assert.match(troubles[0]?.reason ?? '', /not what the hash in the name says/)
    assert.deepEqual(missing, [hole])
    assert.match(outcome.stderr, /run it again to go on/)
  })

  describe('of a cluster', () => {
    let log: TestLog
    before(async () => {
      log = await testLog()
      for (const [name, url] of [
        ['node-b', server.url],
        ['node-c', null],
      ] as const) {
        await registerNode(log.db, { name, host: hostname(), pid: 1, version: '0', locations: {} })
        if (url !== null) await noteUrl(log.db, name, url)
      }
    })
    after(() => log.close())

    it('asks the nodes that run, or those that are named', async () => {
      const env = { DATABASE_URL: log.url }
      assert.deepEqual(json<Backfilled>(await backfill(['--dry-run', '--json'], env)).asked, ['node-b'])
      assert.deepEqual(json<Backfilled>(await backfill(['--from', 'node-b', '--json'], env)).fetched[0]?.peer, 'node-b')
      const unknown = await backfill(['--from', 'node-c'], env)
      assert.equal(unknown.code, 2)
      assert.match(unknown.stderr, /--from: found "node-c"; allowed are .* that run and can be reached: node-b/)
    })
  })
})
