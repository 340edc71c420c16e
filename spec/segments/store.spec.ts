import assert from 'node:assert/strict'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatSegmentPath } from '../../src/segments/path.js'
import { listChannels, listHour, listHours, listQualities, segmentsFor } from '../../src/segments/store.js'
import type { SegmentType } from '../../src/segments/segment.js'
import { temporaryFolder } from './temporaryFolder.js'

const AT = Date.UTC(2026, 0, 1, 10)
const HOUR_MS = 3_600_000

describe('the segments on the disk', () => {
  let root: string
  let remove: () => Promise<void>
  beforeEach(async () => ({ path: root, remove } = await temporaryFolder()))
  afterEach(() => remove())

  async function record(
    offsetMs: number,
    seconds = 2,
    type: SegmentType = 'full',
    hash = 'x',
    bytes = 10,
  ): Promise<string> {
    const name = { channel: 'c', quality: 'q', startMs: AT + offsetMs, durationSeconds: seconds, type, hash }
    const path = join(root, formatSegmentPath(name))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, Buffer.alloc(bytes))
    return path
  }
  const found = async (from: number, to: number) => {
    const best = await segmentsFor(root, 'c', 'q', { startMs: AT + from, endMs: AT + to })
    return {
      offsets: best.segments.map(({ startMs }) => startMs - AT),
      holes: best.holes.map((hole) => [hole.startMs - AT, hole.endMs - AT]),
    }
  }

  it('are found over the border of an hour', async () => {
    for (const offset of [HOUR_MS - 2000, HOUR_MS, HOUR_MS + 2000]) await record(offset)
    assert.deepEqual(await found(HOUR_MS - 1000, HOUR_MS + 3000), {
      offsets: [HOUR_MS - 2000, HOUR_MS, HOUR_MS + 2000],
      holes: [],
    })
  })

  it('are found in the hour before the range', async () => {
    await record(-1000)
    assert.deepEqual(await found(0, 500), { offsets: [-1000], holes: [] })
  })

  it('are hidden by a tombstone beside them', async () => {
    const path = await record(0)
    await writeFile(`${path}.tombstone`, '')
    assert.deepEqual(await found(0, 2000), { offsets: [], holes: [[0, 2000]] })
  })

  it('leave the next best visible when a tombstone hides the best', async () => {
    const best = await record(0, 2.5)
    await record(0, 2, 'full', 'y')
    await writeFile(`${best}.tombstone`, '')
    assert.deepEqual(
      (await listHour(root, 'c', 'q', '2026-01-01T10')).map(({ hash }) => hash),
      ['y'],
    )
  })

  it('are none where files are temporary, hidden, or named otherwise', async () => {
    const folder = dirname(await record(0, 2, 'temp', '6c84fb90-12c4-11e1-840d-7b25c5ee775a'))
    for (const name of [
      '.00:00.000-2.0-full-x.ts',
      'notes.txt',
      '00:00.000-2.0-full-x.json',
      '99:00.000-2.0-full-x.ts',
    ]) {
      await writeFile(join(folder, name), 'x')
    }
    assert.deepEqual(await listHour(root, 'c', 'q', '2026-01-01T10'), [])
  })

  it('are chosen by size where two are equally long', async () => {
    await record(0, 2, 'full', 'large', 20)
    await record(0, 2, 'full', 'small', 10)
    const best = await segmentsFor(root, 'c', 'q', { startMs: AT, endMs: AT + 2000 })
    assert.deepEqual(
      best.segments.map(({ hash }) => hash),
      ['large'],
    )
  })

  it('may vanish while they are read: what has gone was never there', async () => {
    for (let hour = 0; hour < 8; hour++) {
      await record(hour * HOUR_MS, 2, 'full', 'x')
      await record(hour * HOUR_MS, 2, 'full', 'y')
    }
    const folders = await listHours(root, 'c', 'q')
    const reading = segmentsFor(root, 'c', 'q', { startMs: AT, endMs: AT + 8 * HOUR_MS })
    await Promise.all(folders.map((hour) => rm(join(root, 'c', 'q', hour), { recursive: true, force: true })))
    assert.ok((await reading).segments.length <= 8)
  })

  it('skip one whose file has gone although its name is still listed', async () => {
    const path = await record(0, 2, 'full', 'rival')
    await symlink(join(root, 'nowhere'), path.replace('rival', 'gone'))
    const best = await segmentsFor(root, 'c', 'q', { startMs: AT, endMs: AT + 2000 })
    assert.deepEqual(
      best.segments.map(({ hash }) => hash),
      ['rival'],
    )
  })

  it('are one hole for an unknown channel, and for names that climb out of the root', async () => {
    await record(0)
    const range = { startMs: AT, endMs: AT + 2000 }
    const inside = join(root, 'c')
    for (const [where, channel, quality] of [
      [root, 'unknown', 'q'],
      [root, 'c', 'unknown'],
      [join(inside, 'q'), '../..', 'c/q'],
      [inside, '..', 'c'],
      [root, 'c/q', ''],
      [root, 'c\0', 'q'],
    ] as const) {
      assert.deepEqual(await segmentsFor(where, channel, quality, range), { segments: [], holes: [range] })
    }
    assert.deepEqual(await listHour(root, 'c', 'q', '../q/2026-01-01T10'), [])
  })

  it('are listed by channel, quality and hour, without what is hidden or no folder', async () => {
    await record(0)
    await record(HOUR_MS)
    await mkdir(join(root, '.ingest'))
    await mkdir(join(root, 'a', 'chat'), { recursive: true })
    await writeFile(join(root, 'file'), '')
    assert.deepEqual(await listChannels(root), ['a', 'c'])
    assert.deepEqual(await listQualities(root, 'c'), ['q'])
    assert.deepEqual(await listQualities(root, '..'), [])
    assert.deepEqual(await listHours(root, 'c', 'q'), ['2026-01-01T10', '2026-01-01T11'])
    assert.deepEqual(await listChannels(join(root, 'nowhere')), [])
  })
})
