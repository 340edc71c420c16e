import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { archiveCut } from '../../src/cut/archive.js'
import type { CutOptions, CutPlan, CutType } from '../../src/cut/cut.js'
import { cut } from '../../src/cut/cutting.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { NumberedRecording } from '../support/numberedCut.js'
import { childrenOf, until } from '../support/processes.js'

interface Cancelled {
  readonly name: string
  readonly times: number
  readonly made: (plan: CutPlan, options: CutOptions) => AsyncIterable<unknown>
}

const plain = (type: CutType, times: number): Cancelled => ({
  name: type,
  times,
  made: (plan, options) => cut(type, plan, {}, options),
})

const CUTS: readonly Cancelled[] = [
  plain('fast', 100),
  plain('full', 20),
  plain('rough', 60),
  {
    name: 'fast, with a transition',
    times: 20,
    made: (plan, options) => cut('fast', { ...plan, transitions: [{ kind: 'fade', seconds: 1 }] }, {}, options),
  },
  {
    name: 'full, as MP4',
    times: 10,
    made: (plan, options) => cut('full', plan, { full: { container: 'mp4' } }, options),
  },
  {
    name: 'archive',
    times: 10,
    async *made(plan, options) {
      for await (const { chunks } of archiveCut(plan, options)) yield* chunks
    },
  },
]

describe('A cut that is cancelled', function () {
  this.timeout(60_000)
  let folder: { path: string; remove: () => Promise<void> }
  let recording: NumberedRecording
  before(async () => {
    folder = await temporaryFolder()
    recording = await NumberedRecording.make(folder.path, { name: 'usual', stream: { seconds: 8 } })
  })
  after(() => folder.remove())

  for (const { name, times, made } of CUTS) {
    it(`leaves no ffmpeg, no file open and nothing on the disk: ${name}, at any moment`, async () => {
      const plan = await recording.plan([
        [0.73, 7.31],
        [2.61, 6.11],
      ])
      const cancelled = async (afterMs: number) => {
        const stop = new AbortController()
        const timer = setTimeout(() => stop.abort(new Error('cancelled')), afterMs)
        try {
          const options = { signal: stop.signal, temporaryFolder: folder.path }
          for await (const chunk of made(plan, options)) void chunk
        } catch (error) {
          assert.equal((error as Error).message, 'cancelled')
        } finally {
          clearTimeout(timer)
        }
      }
      await cancelled(50)
      const files = await readdir(folder.path, { recursive: true })
      const before = (await readdir('/proc/self/fd')).length
      for (let n = 0; n < times; n++) await cancelled((n * 7) % 60)
      await until(async () => (await childrenOf(process.pid, 'ffmpeg')).length === 0, 'no ffmpeg is left', 1)
      const open = async () => (await readdir('/proc/self/fd')).length
      await until(async () => (await open()) <= before + 2, `as many files are open as before: ${before}`, 1)
      assert.deepEqual(await readdir(folder.path, { recursive: true }), files)
    })
  }

  it('stops where its reader has had enough', async () => {
    const chunks = cut('fast', await recording.plan([[0.73, 7.31]]), {}, { signal: new AbortController().signal })
    await chunks.next()
    await chunks.return({ type: 'fast', ranges: [], transitions: [], bytes: 0, checks: [] })
    assert.deepEqual(await childrenOf(process.pid, 'ffmpeg'), [])
  })
})
