import assert from 'node:assert/strict'
import { rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { covered } from '../../src/http/coverage/hours.js'
import { notedHours, notedRounds, type Wanted } from '../../src/log/coverage.js'
import { Covering, type CoveringOptions } from '../../src/service/covering.js'
import { type HoursOnDisk, hoursOnDisk, minutes, named } from '../support/hours.js'
import { type TestLog, testLog } from '../support/log.js'

const HOUR_MS = 3_600_000
const [h18, h19, h20] = ['main/source/2026-01-31T18', 'main/source/2026-01-31T19', 'main/source/2026-01-31T20']

describe('the coverage of a node', function () {
  this.timeout(60_000)
  let log: TestLog
  let disk: HoursOnDisk
  let warnings: readonly string[]
  /** An hour ahead: what was written in this spec has settled long ago. */
  const later = () => Date.now() + HOUR_MS

  beforeEach(async () => {
    log = await testLog()
    disk = await hoursOnDisk()
    warnings = []
  })
  afterEach(async () => {
    await disk[Symbol.asyncDispose]()
    await log.close()
  })

  const nodeOf = (over: Partial<CoveringOptions> = {}): Covering =>
    new Covering({
      ...{ db: log.db, node: 'node-a', root: disk.root, everySeconds: 300, now: later },
      warn: (lines) => (warnings = lines),
      stopping: new AbortController().signal,
      ...over,
    })
  const kept = async (wanted: Wanted = {}) => covered((await notedHours(log.db, wanted, 1000)).hours)
  const holes = async (wanted?: Wanted) =>
    (await kept(wanted)).map(({ node, channel, quality, hour, figures }) => [
      `${node} ${channel}/${quality}/${hour}`,
      figures.rawHoles,
    ])

  it('is noted hour by hour, and not looked at again while nothing has changed, by whoever has the name', async () => {
    await disk.put(h18, minutes(3))
    await disk.put(h19, minutes())
    await disk.put('main/720p/2026-01-31T18', minutes())
    await disk.put('main/chat/2026-01-31T18', ['00:02-abc.json'])
    const node = nodeOf()
    const first = await node.look()
    assert.deepEqual([first.hours, first.done, first.read, first.removed], [3, 3, 3, 0])
    assert.deepEqual(await holes(), [
      ['node-a main/720p/2026-01-31T18', 0],
      ['node-a main/source/2026-01-31T18', 1],
      ['node-a main/source/2026-01-31T19', 0],
    ])
    for (const again of [node, nodeOf()]) {
      const second = await again.look()
      assert.deepEqual([second.done, second.read], [3, 0])
    }
  })

  it('is not of what a file holds: an hour whose folder is as it was is not read, whatever has become of its files', async () => {
    const rivals = [named(0, 2, 'partial', 'small'), named(0, 4, 'partial', 'large')]
    await disk.put(h18, rivals.slice(0, 1), 'x')
    await disk.put(h18, rivals.slice(1), 'xx')
    const node = nodeOf()
    await node.look()
    const seconds = async () => (await kept())[0]?.figures.segments.partial.seconds
    assert.equal(await seconds(), 4)
    await writeFile(join(disk.root, h18, rivals[0] ?? ''), 'xxxxx')
    assert.equal((await node.look()).read, 0)
    assert.equal(await seconds(), 4)
    await disk.put(h18, [named(10)])
    assert.equal((await node.look()).read, 1)
    assert.equal(await seconds(), 2)
  })

  it('is looked at again where something came, went or was hidden, also where the time of the folder was set back', async () => {
    await disk.put(h18, minutes(3))
    await disk.put(h20, minutes())
    const node = nodeOf()
    await node.look()
    const was = new Date(Date.UTC(2026, 0, 31, 19))
    await utimes(join(disk.root, h18), was, was)
    await node.look()
    await disk.put(h18, [named(180, 60)])
    await utimes(join(disk.root, h18), was, was)
    assert.equal((await node.look()).read, 1)
    assert.deepEqual((await holes())[0], ['node-a main/source/2026-01-31T18', 0])
    await disk.put(h18, [`${named(0, 60)}.tombstone`])
    assert.equal((await node.look()).read, 1)
    await rm(join(disk.root, h18, named(600, 60)))
    assert.equal((await node.look()).read, 1)
    assert.deepEqual((await holes())[0], ['node-a main/source/2026-01-31T18', 2])
  })

  it('of an hour has what the one before records into it', async () => {
    await disk.put(h18, minutes(59))
    await disk.put(h19, minutes(0))
    const node = nodeOf()
    await node.look()
    await disk.put(h18, [named(3540, 120)])
    const look = await node.look()
    assert.equal(look.read, 2)
    assert.deepEqual(
      (await holes()).map(([, count]) => count),
      [0, 0],
    )
    assert.equal((await node.look()).read, 0)
  })

  it('of an hour that runs is up to its last segment, and all of it is judged once it is over', async () => {
    await disk.put(h18, minutes(1, 58, 59))
    let nowMs = Date.UTC(2026, 0, 31, 18, 58)
    const running = nodeOf({ now: () => nowMs })
    await running.look()
    assert.deepEqual(
      (await kept()).map(({ figures }) => [figures.ofSeconds, figures.rawHoles]),
      [[3480, 1]],
    )
    nowMs = Date.UTC(2027, 0, 31, 19, 2)
    assert.equal((await running.look()).read, 1)
    assert.deepEqual(
      (await kept()).map(({ figures }) => [figures.ofSeconds, figures.rawHoles]),
      [[3600, 2]],
    )
    assert.equal((await running.look()).read, 0)
  })

  it('is read once more where its folder has changed a moment ago: a second change may have the same time', async () => {
    await disk.put(h18, minutes())
    const now = nodeOf({ now: () => Date.now() })
    assert.equal((await now.look()).read, 1)
    assert.equal((await now.look()).read, 1)
    assert.equal((await nodeOf().look()).read, 1)
    assert.equal((await nodeOf().look()).read, 0)
  })

  it('is forgotten where it is gone: an hour, a quality, a channel', async () => {
    await disk.put(h18, minutes())
    await disk.put(h19, minutes())
    await disk.put('main/720p/2026-01-31T18', minutes())
    await disk.put('other/source/2026-01-31T18', minutes())
    const node = nodeOf()
    await node.look()
    await rm(join(disk.root, h18), { recursive: true })
    assert.equal((await node.look()).removed, 1)
    await rename(join(disk.root, 'main/720p'), join(disk.root, 'main/.720p'))
    await rm(join(disk.root, 'other'), { recursive: true })
    assert.equal((await node.look()).removed, 2)
    assert.deepEqual(await holes(), [['node-a main/source/2026-01-31T19', 0]])
    await rm(join(disk.root), { recursive: true })
    await node.look()
    assert.deepEqual(await holes(), [])
  })

  it('of what cannot be read stays as it was seen last, and people are told', async () => {
    await disk.put(h18, minutes())
    await disk.put('other/source/2026-01-31T18', minutes())
    const node = nodeOf()
    await node.look()
    await rm(join(disk.root, 'other'), { recursive: true })
    await symlink('other', join(disk.root, 'other'))
    await rm(join(disk.root, h18), { recursive: true })
    await symlink('2026-01-31T18', join(disk.root, h18))
    await node.look()
    assert.equal((await holes()).length, 2)
    assert.match(
      warnings.join('\n'),
      /^coverage: other cannot be read: ELOOP.*\ncoverage: main\/source\/2026-01-31T18 cannot be read: ELOOP/,
    )
    const [round] = await notedRounds(log.db)
    assert.equal(round?.unreadable.length, 2)
    await rm(join(disk.root, 'other'))
    await rm(join(disk.root, h18))
    await node.look()
    assert.deepEqual([warnings, await holes()], [[], []])
  })

  it('counts names that no segment has, and not those that are still being written', async () => {
    await disk.put(h18, [
      ...minutes(),
      '00:00.000-2.000-temp-6dd8b0c5.ts',
      'x.ts',
      '61:00.000-2.000-full-h.ts',
      'notes.txt',
      '.y.ts',
    ])
    await nodeOf().look()
    const [hour] = await kept()
    assert.deepEqual([hour?.figures.bad, hour?.figures.segments.full.count], [2, 60])
  })

  it('is each node’s own: none touches what another has said', async () => {
    await disk.put(h18, minutes())
    await using disk2 = await hoursOnDisk()
    await disk2.put(h18, minutes(3, 5))
    await disk2.put(h19, minutes())
    const [a, b] = [nodeOf(), nodeOf({ node: 'node-b', root: disk2.root })]
    await Promise.all([a.look(), b.look()])
    assert.deepEqual(await holes({ channel: 'main', quality: 'source' }), [
      ['node-a main/source/2026-01-31T18', 0],
      ['node-b main/source/2026-01-31T18', 2],
      ['node-b main/source/2026-01-31T19', 0],
    ])
    await rm(join(disk.root, 'main'), { recursive: true })
    await a.look()
    assert.equal((await holes()).length, 2)
    assert.deepEqual(await holes({ node: 'node-b', from: '2026-01-31T19:00:00.000Z' }), [
      ['node-b main/source/2026-01-31T19', 0],
    ])
    assert.deepEqual(await holes({ to: '2026-01-31T19:00:00.000Z' }), [['node-b main/source/2026-01-31T18', 2]])
  })

  it('goes on where a stop, or a database that was away, has ended it', async () => {
    for (const hour of [h18, h19, h20]) await disk.put(hour, minutes())
    const stop = new AbortController()
    let seen = 0
    const stopped = nodeOf({
      stopping: stop.signal,
      now: () => {
        if (++seen === 2) stop.abort()
        return later()
      },
    })
    const first = await stopped.look()
    assert.deepEqual([first.done, first.read], [1, 1])
    const [amid] = await notedRounds(log.db)
    assert.equal(amid?.endedAt, null)
    const second = await nodeOf().look()
    assert.deepEqual([second.done, second.read], [3, 2])
    const [ended] = await notedRounds(log.db)
    assert.ok(ended?.endedAt)
    assert.deepEqual([ended?.hours, ended?.done, ended?.read], [3, 3, 2])
  })

  it('is looked at when it is time, and forgotten by a node that shall not look', async () => {
    await disk.put(h18, minutes())
    const node = nodeOf()
    assert.equal(await node.round(), 300_000)
    const left = await node.round()
    assert.ok(left > 0 && left <= 300_000)
    assert.equal((await holes()).length, 1)
    await nodeOf({ everySeconds: null }).round()
    assert.deepEqual([await holes(), await notedRounds(log.db)], [[], []])
  })
})
