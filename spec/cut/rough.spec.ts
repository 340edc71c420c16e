import assert from 'node:assert/strict'
import { readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { CutError, type CutProgress } from '../../src/cut/cut.js'
import { cut } from '../../src/cut/cutting.js'
import { planCut } from '../../src/cut/plan.js'
import { probe } from '../../src/cut/probe.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { makeNumbered, record } from '../support/numberedStream.js'

const T0 = Date.UTC(2026, 0, 1, 12, 59, 57)

describe('A rough cut', () => {
  let folder: { path: string; remove: () => Promise<void> }
  let paths: string[]
  beforeEach(async () => {
    folder = await temporaryFolder()
    paths = await record(
      await makeNumbered(join(folder.path, 'made'), { seconds: 8, sound: 'none' }),
      join(folder.path, 'root'),
      T0,
    )
  })
  afterEach(() => folder.remove())

  const planOf = (...ranges: [number, number][]) =>
    planCut(
      join(folder.path, 'root'),
      'camera',
      'source',
      ranges.map(([start, end]) => ({ startMs: T0 + start * 1000, endMs: T0 + end * 1000 })),
    )

  async function bytesOf(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
    const all: Buffer[] = []
    for await (const chunk of chunks) all.push(chunk)
    return Buffer.concat(all)
  }

  it('is the whole segments that the ranges touch, across hours, in the order of the ranges', async () => {
    const seen: CutProgress[] = []
    const plan = await planOf([4.5, 5], [0.5, 3.5])
    const options = { signal: new AbortController().signal, onProgress: (one: CutProgress) => seen.push(one) }
    const made = await bytesOf(cut('rough', plan, {}, options))
    const expected = await Promise.all([2, 0, 1].map((index) => readFile(paths[index] ?? '')))
    assert.ok(made.equals(Buffer.concat(expected)))
    assert.equal(seen.at(-1)?.bytes, made.length)
    assert.ok(Math.abs((seen.at(-1)?.doneSeconds ?? 0) - 6) < 0.01)
  })

  it('fails with the name of a segment that has vanished or is empty', async () => {
    const plan = await planOf([0.5, 7])
    const [, second = '', third = ''] = paths
    await truncate(third, 0)
    const failsAt = (path: string, reason: RegExp) => (error: unknown) =>
      error instanceof CutError && error.message.includes(path) && reason.test(error.message)
    await assert.rejects(
      bytesOf(cut('rough', plan, {}, { signal: new AbortController().signal })),
      failsAt(third, /empty/),
    )
    await rm(second)
    await assert.rejects(
      bytesOf(cut('rough', plan, {}, { signal: new AbortController().signal })),
      failsAt(second, /vanished/),
    )
  })

  it('stops when cancelled', async () => {
    const cancel = new AbortController()
    const chunks = cut('rough', await planOf([0.5, 7]), {}, { signal: cancel.signal })
    await chunks.next()
    cancel.abort(new Error('cancelled'))
    await assert.rejects(bytesOf(chunks), /cancelled/)
  })
})

describe('Probing a file', () => {
  it('tells its picture, sound and length', async () => {
    const folder = await temporaryFolder()
    try {
      const [first = ''] = await makeNumbered(folder.path, { seconds: 1.8 })
      const probed = await probe(first)
      const { codec, width, height, pixelAspect, profile, level, pixelFormat, fieldOrder, reorder } =
        probed.picture ?? {}
      assert.deepEqual(
        { codec, width, height, pixelAspect },
        { codec: 'h264', width: 192, height: 32, pixelAspect: '1:1' },
      )
      assert.deepEqual(
        { profile, level, pixelFormat, fieldOrder, reorder },
        { profile: 'Main', level: 10, pixelFormat: 'yuv420p', fieldOrder: 'progressive', reorder: 2 },
      )
      assert.deepEqual(probed.sound, { codec: 'aac', sampleRate: 48_000, channels: 1, layout: 'mono' })
      assert.ok(Math.abs((probed.durationSeconds ?? 0) - 1.8) < 0.05)
      await assert.rejects(probe(join(folder.path, 'missing.ts')), /missing\.ts: No such file/)
    } finally {
      await folder.remove()
    }
  })
})
