import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { archiveCut } from '../../src/cut/archive.js'
import { CutError } from '../../src/cut/cut.js'
import type { ContainerName } from '../../src/cut/encoding.js'
import { cut } from '../../src/cut/cutting.js'
import { ffprobePath } from '../../src/cut/ffmpeg.js'
import type { Cut, CutReceipt } from '../../src/cut/receipt.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { NumberedRecording } from '../support/numberedCut.js'
import { look } from '../support/numberedStream.js'

describe('Of other containers than transport streams', function () {
  this.timeout(30_000)
  let folder: { path: string; remove: () => Promise<void> }
  let recording: NumberedRecording
  let temporary: string
  before(async () => {
    folder = await temporaryFolder()
    temporary = join(folder.path, 'temporary')
    await mkdir(temporary)
    recording = await NumberedRecording.make(join(folder.path, 'usual'), {
      name: 'usual',
      stream: { seconds: 8, tracks: 2 },
    })
  })
  after(() => folder.remove())

  async function written(chunks: Cut, file: string): Promise<CutReceipt> {
    let receipt: CutReceipt | undefined
    await pipeline(async function* () {
      receipt = yield* chunks
    }, createWriteStream(file))
    assert.ok(receipt !== undefined)
    return receipt
  }

  const signal = new AbortController().signal
  async function full(container: ContainerName): Promise<string> {
    const file = join(folder.path, `cut.${container}`)
    const options = { signal, temporaryFolder: temporary }
    const plan = await recording.plan([
      [0.731, 2.5],
      [4, 5.5],
    ])
    const { pictures, bytes } = await written(cut('full', plan, { full: { container } }, options), file)
    const { ranges } = recording.wanted([
      [0.731, 2.5],
      [4, 5.5],
    ])
    const shown = await look(file)
    assert.deepEqual(shown.numbers, ranges.flat())
    assert.equal(pictures, shown.numbers.length)
    assert.equal(bytes, (await readFile(file)).length)
    return file
  }

  async function asked(file: string, entries: string): Promise<string> {
    const args = ['-v', 'error', '-show_entries', entries, '-of', 'csv=p=0', file]
    return (await promisify(execFile)(ffprobePath(), args)).stdout.trim()
  }

  it('MP4 has its index first and begins at 0; the file that it takes is gone', async () => {
    const file = await full('mp4')
    const bytes = await readFile(file)
    assert.ok(bytes.indexOf('moov') > 0 && bytes.indexOf('moov') < bytes.indexOf('mdat'))
    assert.ok(Math.abs(Number(await asked(file, 'format=start_time'))) < 0.03)
    assert.ok(Math.abs(Number(await asked(file, 'format=duration')) - 3.27) < 0.08)
    assert.deepEqual(await readdir(temporary), [])
  })

  it('WebM is VP9 and Opus, and streams', async () => {
    assert.deepEqual((await asked(await full('webm'), 'stream=codec_name')).split('\n'), ['vp9', 'opus'])
  })

  it('a cancelled MP4 leaves no file', async () => {
    const stop = new AbortController()
    const plan = await recording.plan([[0.5, 7.5]])
    const options = {
      signal: stop.signal,
      temporaryFolder: temporary,
      onProgress: () => stop.abort(new Error('enough')),
    }
    await assert.rejects(written(cut('full', plan, { full: { container: 'mp4' } }, options), '/dev/null'), /enough/)
    assert.deepEqual(await readdir(temporary), [])
  })

  it('a disk that can’t be written to fails the cut with the reason', async () => {
    const plan = await recording.plan([[0.5, 1.5]])
    const options = { signal, temporaryFolder: join(folder.path, 'cut.mp4', 'below a file') }
    await assert.rejects(written(cut('full', plan, { full: { container: 'mp4' } }, options), '/dev/null'), /ENOTDIR/)
  })

  describe('an archive', () => {
    it('has one Matroska file for each contiguous run, with every picture and every track', async () => {
      const whole = await recording.plan([[0.5, 7.5]])
      const gone = whole.ranges[0]?.segments[1]?.path ?? ''
      const content = await readFile(gone)
      await rm(gone)
      const files: { file: string; receipt: CutReceipt }[] = []
      const options = { signal, temporaryFolder: temporary }
      for await (const { chunks } of archiveCut(await recording.plan([[0.5, 7.5]]), options)) {
        const file = join(folder.path, `archive-${files.length}.mkv`)
        files.push({ file, receipt: await written(chunks, file) })
      }
      await pipeline([content], createWriteStream(gone))
      assert.equal(files.length, 2)
      const numbers: number[] = []
      for (const { file, receipt } of files) {
        assert.deepEqual((await asked(file, 'stream=codec_name')).split('\n'), ['h264', 'aac', 'aac'])
        const shown = await look(file)
        numbers.push(...shown.numbers)
        assert.equal(receipt.pictures, shown.numbers.length)
      }
      const all = Array.from({ length: 240 }, (_, n) => n).filter((n) => n < 60 || n >= 120)
      assert.deepEqual(numbers, all)
      assert.deepEqual(await readdir(temporary), [])
    })

    it('names a damaged segment before its first file', async () => {
      const plan = await recording.plan([[4.5, 7.5]])
      const [victim] = plan.ranges[0]?.segments ?? []
      const content = await readFile(victim?.path ?? '')
      await pipeline([Buffer.from('garbage')], createWriteStream(victim?.path ?? ''))
      await assert.rejects(archiveCut(plan, { signal }).next(), (error: unknown) => {
        assert.ok(error instanceof CutError && error.message.includes(victim?.path ?? ' '), String(error))
        return true
      })
      await pipeline([content], createWriteStream(victim?.path ?? ''))
    })
  })
})
