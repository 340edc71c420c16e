import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { CutError } from '../../src/cut/cut.js'
import { ffmpegPath } from '../../src/cut/ffmpeg.js'
import { sizeOfPng } from '../../src/cut/frame.js'
import { type WaveformOptions, waveform } from '../../src/cut/waveform.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { NumberedRecording, type Seconds } from '../support/numberedCut.js'

describe('A waveform', function () {
  this.timeout(20_000)
  let folder: { path: string; remove: () => Promise<void> }
  let recording: NumberedRecording
  // sound of 0.4 of the loudest begins at 3.3 s, is 12 s long, and a segment in it is gone
  before(async () => {
    folder = await temporaryFolder()
    const stream = { seconds: 12, sound: 'late', lateSeconds: 3.3 } as const
    recording = await NumberedRecording.make(folder.path, { name: 'late', stream, soundFrom: 3.3 })
  })
  after(() => folder.remove())

  const signal = new AbortController().signal
  async function drawn([start, end]: Seconds, options: Partial<WaveformOptions> = {}): Promise<Buffer> {
    const plan = await recording.plan([[start, end]])
    const { range } = plan.ranges[0] ?? assert.fail()
    return waveform({ root: recording.root, channel: 'camera', quality: 'source', range }, { signal, ...options })
  }

  /** How high each column is drawn, as a share of the height. */
  function heights(png: Buffer): number[] {
    const { width, height } = sizeOfPng(png)
    const decode = ['-v', 'error', '-f', 'png_pipe', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'rgba', 'pipe:1']
    const pixels = execFileSync(ffmpegPath(), decode, { input: png, maxBuffer: 1 << 26 })
    return Array.from({ length: width }, (_, column) => {
      const rows = Array.from({ length: height }, (__, row) => pixels[(row * width + column) * 4 + 3] ?? 0)
      return rows.filter((alpha) => alpha > 0).length / height
    })
  }

  it('shows sound in the very column of its time, and a line where there is none', async () => {
    // a column is 5 ms
    const columns = heights(await drawn([2.5, 4.5], { width: 400, height: 100 }))
    const first = columns.findIndex((height) => height > 0.1)
    // when picture 0 is shown, the stream's own time is 0
    const begins = (3.3 + recording.timeOf(0) - 2.5) * 200
    assert.ok(Math.abs(first - begins) <= 4, `${first} instead of ${begins}`)
    assert.ok(columns.slice(0, first - 5).every((height) => height <= 0.02))
    // peaks of 0.4 both ways, but for a click that the encoder made
    const loud = columns.slice(first + 5)
    assert.ok(loud.filter((height) => Math.abs(height - 0.4) < 0.06).length > 0.95 * loud.length, String(loud))
  })

  it('goes on after a hole at the right place', async () => {
    const plan = await recording.plan([[4, 12]])
    const gone = plan.ranges[0]?.segments[2]
    assert.ok(gone !== undefined)
    const content = await readFile(gone.path)
    await rm(gone.path)
    const columns = heights(await drawn([4, 12], { width: 800, height: 50 }))
    await writeFile(gone.path, content)
    const start = plan.ranges[0]?.range.startMs ?? 0
    const [from, to] = [gone.startMs - start, gone.startMs + gone.durationSeconds * 1000 - start].map((ms) => ms / 10)
    const silent = columns.flatMap((height, column) => (height < 0.1 ? [column] : []))
    assert.ok(Math.abs((silent[0] ?? 0) - (from ?? 0)) <= 6, `${silent[0]} instead of ${from}`)
    // nothing is known of the sound before the first picture after it
    const after = silent.filter((column) => column < 750).at(-1) ?? 0
    assert.ok(Math.abs(after - (to ?? 0)) <= 10, `${after} instead of ${to}`)
  })

  it('says how far it is, and has the size that was asked for', async () => {
    const seen: number[] = []
    const png = await drawn([1, 11], { width: 33, height: 7, onProgress: (done, total) => seen.push(done / total) })
    assert.deepEqual(sizeOfPng(png), { width: 33, height: 7 })
    assert.ok(Math.abs((seen.at(-1) ?? 0) - 1) < 0.1)
  })

  it('refuses sizes and ranges that are not allowed, footage that is not there, and names a damaged segment', async () => {
    await assert.rejects(drawn([1, 2], { width: 0 }), /width of 0 pixels: allowed is 1 to 4096/)
    await assert.rejects(drawn([1, 2], { height: 4097 }), /height of 4097 pixels/)
    await assert.rejects(drawn([2, 1]), /a waveform of -1 s/)
    await assert.rejects(drawn([1, 30_000]), /up to 6 h/)
    await assert.rejects(drawn([100, 101]), /no footage of camera/)
    const { path } = (await recording.plan([[6, 7]])).ranges[0]?.segments[0] ?? assert.fail()
    const content = await readFile(path)
    await writeFile(path, content.subarray(0, 188 * 40))
    await assert.rejects(drawn([6, 7]), (error: unknown) => {
      assert.ok(error instanceof CutError && error.message.includes(path), String(error))
      return true
    })
    await writeFile(path, content)
  })

  it('can be stopped', async () => {
    const stop = new AbortController()
    stop.abort(new Error('enough'))
    await assert.rejects(drawn([1, 2], { signal: stop.signal }), /enough/)
  })
})
