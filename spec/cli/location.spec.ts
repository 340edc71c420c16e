import assert from 'node:assert/strict'
import { locationStream } from '../../src/log/locations.js'
import { noteQuota } from '../../src/log/quota.js'
import { readStream } from '../../src/log/read.js'
import { pacificDay } from '../../src/upload/youtube/pacific.js'
import { befalls, offering } from '../support/locations.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'
import { each, json } from './program.js'
import { type Workplace, workplace } from './workplace.js'

let log: TestLog
let place: Workplace

async function open(): Promise<void> {
  log = await testLog()
  place = await workplace()
}
async function close(): Promise<void> {
  await place.remove()
  await log.close()
}
const run = (...args: string[]) => place.run(args, { env: { DATABASE_URL: log.url } })

describe('reelstate location', function () {
  this.timeout(60_000)
  before(async () => {
    await open()
    await offering(log.db, ['disk', 'tube'])
    await happens(log.db, 'v', 'Created', { source })
    await happens(log.db, 'v', 'Edited', { edit: { ...edit, upload_location: 'tube' } })
  })
  after(close)

  it('pauses, lists with reason, time and what waits, and resumes; each with --json, too', async () => {
    const paused = await run('location', 'pause', 'tube', '--why', 'moving house', '--for', '2h', '--json')
    assert.equal(paused.code, 0, paused.stderr)
    const { until, ...said } = json<{ until: string }>(paused)
    assert.deepEqual(said, { name: 'tube', version: 1, event: 'Paused', state: 'PAUSED' })
    const inMs = Date.parse(until) - Date.now()
    assert.ok(inMs > 7_100_000 && inMs <= 7_200_000, until)
    const [people, machine] = await each([['list'], ['list', '--json']], (args) => run('location', ...args))
    const time = until.slice(0, 19).replace('T', ' ')
    assert.match(people?.stdout ?? '', new RegExp(`^tube +PAUSED +${time} +1 +spec +moving house *$`, 'm'))
    assert.match(people?.stdout ?? '', /^disk +READY +0 *$/m)
    const [disk, tube] = json<Record<string, unknown>[]>(machine!)
    assert.deepEqual([disk?.['name'], disk?.['state'], disk?.['reason']], ['disk', 'READY', null])
    assert.deepEqual([tube?.['state'], tube?.['until'], tube?.['waiting']], ['PAUSED', until, 1])
    const shown = await run('show', 'v')
    assert.match(shown.stdout, new RegExp(`^location paused +until ${until}: moving house$`, 'm'))
    const resumed = await run('location', 'resume', 'tube', '--why', 'moved')
    assert.equal(resumed.stdout, 'tube is PROBING.WAITING (event 2: Resumed)\n')
    const [first, second] = await readStream(log.db, locationStream('tube'))
    assert.deepEqual([first?.actor, second?.actor, second?.data], ['spec', 'spec', { why: 'moved' }])
  })

  it('lists the nodes that offer them, and shows none as running that is not', async () => {
    // it beats no more by itself, and other specs have taken their time
    await log.db.query('update reelstate.nodes set beat_at = clock_timestamp()')
    const [people, machine] = await each([[], ['--json']], (args) => run('nodes', ...args))
    assert.match(people?.stdout ?? '', /^node-a +running +\d+ s ago .* h \(1\) +0 +disk tube/m)
    const [node] = json<Record<string, unknown>[]>(machine!)
    assert.deepEqual([node?.['name'], node?.['state'], node?.['videos']], ['node-a', 'running', []])
    await log.db.query(`update reelstate.nodes set beat_at = clock_timestamp() - interval '1 minute'`)
    assert.match((await run('nodes')).stdout, /^node-a +silent +6\d s ago/m)
  })

  it('says what was wrong and what is allowed, and changes nothing', async () => {
    const pause = ['location', 'pause', 'disk', '--why', 'x']
    const outcomes = await each(
      [
        ['location', 'pause', 'dsk', '--why', 'x'],
        [...pause, '--until', '2026-01-31T18:00:00Z'],
        ['location', 'resume', 'disk', '--why', 'x'],
      ],
      (args) => run(...args),
    )
    const says: [number, RegExp][] = [
      [2, /location: found "dsk"; allowed is one of the known locations: disk, tube$/],
      [2, /until: found "2026-01-31T18:00:00.000Z"; allowed is a UTC time that is still to come; now it is 20/],
      [3, /location disk is READY: Resumed is not possible\. Possible by hand now: Paused$/],
    ]
    for (const [i, [code, pattern]] of says.entries()) {
      assert.equal(outcomes[i]?.code, code, outcomes[i]?.stderr)
      assert.match(outcomes[i]?.stderr.trim() ?? '', pattern)
      assert.equal(outcomes[i]?.stdout, '')
    }
    assert.deepEqual(await readStream(log.db, locationStream('disk')), [])
  })

  it("shows a location's events in the log, by itself and among those of videos", async () => {
    await befalls(log.db, 'disk', 'Paused', { why: 'the disk is full', until: null })
    const [own, all, none] = await each(
      [
        ['log', 'location/disk'],
        ['log', '--json'],
        ['log', 'location/dsk'],
      ],
      (args) => run(...args),
    )
    assert.match(own?.stdout ?? '', /location\/disk +1 +Paused +PAUSED +node-a +the disk is full/)
    const events = json<{ stream: string; type: string; undecodable?: string }[]>(all!)
    assert.ok(events.some(({ stream, type }) => stream === 'location/disk' && type === 'Paused'))
    assert.ok(events.every(({ undecodable }) => undecodable === undefined))
    assert.equal(none?.code, 4)
  })
})

describe('reelstate quota', function () {
  this.timeout(60_000)
  let config: string
  before(async () => {
    await open()
    const account = { type: 'youtube', credentials: 'none.json' }
    const accounts = { channel: account, other: { ...account, quota_units: 500, quota_uploads: 5 } }
    config = await place.file('reelstate.json', { accounts })
    const day = pacificDay(Date.now())
    const used = { 'videos.insert': { calls: 4, units: 0 }, 'videos.update': { calls: 2, units: 100 } }
    await noteQuota(log.db, 'other', { day, used }, 'node-a')
    await noteQuota(log.db, 'other', { day, used: { 'videos.list': { calls: 7, units: 7 } } }, 'node-b')
    await noteQuota(log.db, 'other', { day: '2026-01-31', used }, 'node-b')
  })
  after(close)

  it('says what is used today of what limit, by method, and until when the day lasts', async () => {
    const [machine, people, one] = await each([['--json'], [], ['--account', 'other']], (args) =>
      run('quota', '--config', config, ...args),
    )
    const [channel, other] = json<Record<string, Record<string, unknown>>[]>(machine!)
    assert.deepEqual(channel?.['units'], { used: 0, limit: 10_000, usedUpAt: null })
    assert.deepEqual(channel?.['uploads'], { used: 0, limit: 100, usedUpAt: null })
    assert.deepEqual([other?.['units']?.['used'], other?.['units']?.['limit']], [107, 500])
    assert.deepEqual([other?.['uploads']?.['used'], other?.['uploads']?.['limit']], [4, 5])
    assert.deepEqual(other?.['methods'], {
      'videos.insert': { calls: 4, units: 0 },
      'videos.list': { calls: 7, units: 7 },
      'videos.update': { calls: 2, units: 100 },
    })
    assert.match(people?.stdout ?? '', /^channel: .*\n(.*\n)+other: 20\d\d-\d\d-\d\d in California, until \S+/)
    assert.match(one?.stdout ?? '', /^units +107 +500 /m)
    assert.match(one?.stdout ?? '', /^videos\.update +2 +100 *$/m)
    assert.doesNotMatch(one?.stdout ?? '', /^channel/m)
  })

  it('refuses an account that the configuration does not know, naming those that it does', async () => {
    const { code, stderr } = await run('quota', '--config', config, '--account', 'chanel')
    assert.equal(code, 2)
    assert.equal(stderr, 'reelstate: --account: found "chanel"; allowed is channel, other\n')
  })
})
