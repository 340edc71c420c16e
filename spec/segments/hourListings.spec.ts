import assert from 'node:assert/strict'
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { isRight } from 'fp-ts/lib/Either.js'
import { endMs } from '../../src/segments/bestSequence.js'
import { HourListings } from '../../src/segments/hourListings.js'
import { listedName } from '../../src/segments/listedName.js'
import { hourStartMs, parseSegmentName } from '../../src/segments/path.js'
import { listHour } from '../../src/segments/store.js'
import { type NamedSegment, RecordedNames, run } from './hls/recordedNames.js'
import { temporaryFolder } from './temporaryFolder.js'

const HOUR = '2026-01-31T18'
const AT = Date.UTC(2026, 0, 31, 18)

describe('What is known of the folder of an hour', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let names: RecordedNames
  let listings: HourListings
  beforeEach(async () => {
    folder = await temporaryFolder()
    names = new RecordedNames(folder.path)
    // an hour later all of it is long ago
    listings = new HourListings(folder.path, undefined, () => Date.now() + 3_600_000)
    await names.put(...run(AT, 5))
    await names.settle(HOUR)
  })
  afterEach(() => folder.remove())

  const listed = async () => [...(await listings.hour('main', 'source', HOUR)).segments]
  const starts = async () => (await listed()).map(({ startMs }) => (startMs - AT) / 1000)

  it('is not read again as long as the folder is as it was', async () => {
    const first = await listings.hour('main', 'source', HOUR)
    assert.equal(await listings.hour('main', 'source', HOUR), first)
    assert.deepEqual(await starts(), [0, 2, 4, 6, 8])
    assert.equal(listings.size, 5)
  })

  it('has what comes late at once, also in an hour that is long over', async () => {
    assert.equal((await listed()).length, 5)
    await names.put({ startMs: AT + 20_000, durationSeconds: 2 })
    assert.deepEqual(await starts(), [0, 2, 4, 6, 8, 20])
  })

  it('has what comes while the clock of the disk stands still', async () => {
    const now = new HourListings(folder.path)
    for (let n = 10; n < 60; n++) {
      await names.put({ startMs: AT + n * 2000, durationSeconds: 2 })
      assert.equal((await now.hour('main', 'source', HOUR)).segments.length, n - 4)
    }
  })

  it('has no more what is removed, or gets a tombstone', async () => {
    assert.equal((await listed()).length, 5)
    await names.remove({ startMs: AT + 2000, durationSeconds: 2 })
    assert.deepEqual(await starts(), [0, 4, 6, 8])
    await names.settle(HOUR)
    assert.equal((await listed()).length, 4)
    await writeFile(`${names.path({ startMs: AT + 6000, durationSeconds: 2 })}.tombstone`, '')
    assert.deepEqual(await starts(), [0, 4, 8])
  })

  it('is seen anew where somebody has set the time of the folder back', async () => {
    assert.equal((await listed()).length, 5)
    await names.put({ startMs: AT + 20_000, durationSeconds: 2 })
    await names.settle(HOUR)
    assert.equal((await listed()).length, 6)
  })

  it('is seen anew where another folder has taken its place, or none', async () => {
    assert.equal((await listed()).length, 5)
    const path = join(folder.path, 'main/source', HOUR)
    await rename(path, join(folder.path, 'elsewhere'))
    assert.deepEqual(await starts(), [])
    await mkdir(path)
    await utimes(path, 1_000_000, 1_000_000)
    assert.deepEqual(await starts(), [])
    await rm(path, { recursive: true })
    await rename(join(folder.path, 'elsewhere'), path)
    assert.equal((await listed()).length, 5)
    assert.deepEqual(await listings.hours('main', 'source'), [HOUR])
    await names.put({ startMs: AT + 3_600_000, durationSeconds: 2 })
    assert.deepEqual(await listings.hours('main', 'source'), [HOUR, '2026-01-31T19'])
    await names.removeHour(HOUR)
    assert.deepEqual(await listings.hours('main', 'source'), ['2026-01-31T19'])
  })

  it('has of each start time the segment that a cut would take', async () => {
    const longer: NamedSegment = { startMs: AT, durationSeconds: 2.5 }
    await names.put(longer, { startMs: AT + 2000, durationSeconds: 9, type: 'partial' })
    await names.put({ startMs: AT + 4000, durationSeconds: 2, type: 'temp' })
    const [first, second, third] = await listed()
    assert.equal(first?.durationMs, 2500)
    assert.deepEqual([second?.type, third?.type], ['full', 'full'])
    assert.equal((await listed()).length, 5)
  })

  it('is forgotten where there is too much of it, what was not asked for first', async () => {
    const few = new HourListings(folder.path, 12)
    for (let hour = 1; hour < 4; hour++) await names.put(...run(AT + hour * 3_600_000, 5))
    for (const hour of await few.hours('main', 'source')) {
      assert.equal((await few.hour('main', 'source', hour)).segments.length, 5)
      assert.ok(few.size <= 12)
    }
    assert.equal(few.size, 10)
  })

  it('is nothing where a name leads out of the folder of channels', async () => {
    for (const name of ['..', '../main', '', '.', 'a/b', 'a\0b']) {
      assert.deepEqual(await listings.hours(name, 'source'), [])
      assert.deepEqual(await listings.hours('main', name), [])
      assert.equal((await listings.hour('main', name, HOUR)).segments.length, 0)
    }
    assert.equal((await listings.hour('main', 'source', '..')).segments.length, 0)
  })

  it('is what any other listing of it says', async () => {
    await names.put({ startMs: AT + 30_000, durationSeconds: 1.23456, type: 'suspect' })
    await writeFile(join(folder.path, 'main/source', HOUR, 'notes.txt'), '')
    const all = await listHour(folder.path, 'main', 'source', HOUR)
    assert.deepEqual(
      (await listed()).map(({ name, startMs, durationMs, type }) => ({ name, startMs, durationMs, type })),
      all.map(({ path, startMs, durationSeconds, type }) => ({
        name: path.split('/').at(-1),
        startMs,
        durationMs: Math.round(durationSeconds * 1000),
        type,
      })),
    )
  })

  it('is read of a name as fast as it can be, and the same as by the careful way', () => {
    const part = fc.oneof(
      fc.constantFrom(
        '00:02.000',
        '59:59.999',
        '60:00.000',
        '1:02.000',
        '00:02',
        '00:02.5',
        '00:02.123456',
        '00:99.000',
        'xx:02.000',
      ),
      fc.string(),
    )
    const duration = fc.constantFrom(
      '2.000',
      '2',
      '2.0',
      '12.345',
      '1000.000',
      '99999.000',
      '.000',
      '-2.000',
      '2.0000',
      '1e3.000',
    )
    const type = fc.constantFrom('full', 'suspect', 'partial', 'temp', 'Full', '')
    const hash = fc.oneof(
      fc.constantFrom('abc', 'a-b_C9', '', '-', 'a b', 'ä', 'x'.repeat(43), 'x'.repeat(80)),
      fc.string(),
    )
    const ending = fc.constantFrom('.ts', '.json', '', '.ts.tombstone')
    const startMs = hourStartMs(HOUR) ?? 0
    fc.assert(
      fc.property(part, duration, type, hash, ending, (time, seconds, kind, digest, end) => {
        const name = `${time}-${seconds}-${kind}-${digest}${end}`
        const careful = parseSegmentName(name, 'c', 'q', HOUR, name)
        const fast = listedName(name, HOUR, startMs)
        if (!isRight(careful) || careful.right.type === 'temp') return assert.equal(fast, null)
        const { startMs: from, durationSeconds, type: what } = careful.right
        return assert.deepEqual(fast, {
          name,
          startMs: from,
          endMs: endMs(careful.right),
          durationMs: Math.round(durationSeconds * 1000),
          type: what,
        })
      }),
      { numRuns: 2000 },
    )
  })
})
