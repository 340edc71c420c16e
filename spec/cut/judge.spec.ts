import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { cut } from '../../src/cut/cutting.js'
import { rebase } from '../../src/cut/rebase.js'
import { readTimestamps } from '../../src/segments/timestamps.js'
import { pesHeaderAt, readTicks } from '../../src/segments/pesHeader.js'
import { PACKET_BYTES, beginsUnit, payloadStart, pidOf } from '../../src/segments/transportStream.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { shortcomingsOf } from '../support/cutJudge.js'
import { NumberedRecording, type Seconds } from '../support/numberedCut.js'

/** Another judge of cuts, where there is one: it needs no numbers in the pictures. */
const OTHER_JUDGE = resolve(import.meta.dirname, '../../../shared/tools/check-cut.mjs')
const RANGE: Seconds = [0.731, 3.4]
const PICTURE = 1 / 30

describe('The judge of cuts', function () {
  this.timeout(60_000)
  let folder: { path: string; remove: () => Promise<void> }
  let recording: NumberedRecording
  let names = 0
  before(async () => {
    folder = await temporaryFolder()
    recording = await NumberedRecording.make(join(folder.path, 'usual'), { name: 'usual', stream: { seconds: 4 } })
  })
  after(() => folder.remove())

  async function made(...ranges: Seconds[]): Promise<Buffer> {
    const chunks: Buffer[] = []
    const plan = await recording.plan(ranges)
    for await (const chunk of cut('fast', plan, {}, { signal: new AbortController().signal }))
      chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  }

  async function kept(bytes: Buffer): Promise<string> {
    const file = join(folder.path, `${names++}.ts`)
    await writeFile(file, bytes)
    return file
  }

  const [start, end] = RANGE
  const found = async (file: string) => shortcomingsOf(file, recording.wanted([RANGE]))

  /** What the other judge says falls short; undefined where it isn't there. */
  async function foundByOther(file: string): Promise<boolean | undefined> {
    if (!existsSync(OTHER_JUDGE)) return undefined
    const list = join(folder.path, 'source.txt')
    const { segments = [] } = (await recording.plan([[0, 3.99]])).ranges[0] ?? {}
    await writeFile(list, segments.map(({ path }) => path).join('\n'))
    const args = [OTHER_JUDGE, '--source', list, '--start', String(start), '--end', String(end), file]
    return promisify(execFile)(process.execPath, args).then(
      () => false,
      (error: { code?: number }) => {
        if (error.code !== 1) throw error
        return true
      },
    )
  }

  async function soundOf(bytes: Buffer): Promise<number> {
    const { streams } = await readTimestamps(await kept(bytes))
    return streams.find(({ kind }) => kind === 'sound')?.pid ?? assert.fail()
  }

  async function withLateSound(): Promise<Buffer> {
    const bytes = await made(RANGE)
    const pid = await soundOf(bytes)
    for (let at = 0; at < bytes.length; at += PACKET_BYTES)
      if (pidOf(bytes, at) === pid) rebase(bytes.subarray(at, at + PACKET_BYTES), 0.06 * 90_000)
    return bytes
  }

  /** All but the sound of half a second. */
  async function withoutSomeSound(): Promise<Buffer> {
    const bytes = await made(RANGE)
    const pid = await soundOf(bytes)
    const packets: Buffer[] = []
    let firstTicks: number | undefined
    let lacking = false
    for (let at = 0; at < bytes.length; at += PACKET_BYTES) {
      if (pidOf(bytes, at) === pid && beginsUnit(bytes, at)) {
        const header = pesHeaderAt(bytes, payloadStart(bytes, at), at + PACKET_BYTES)
        const ticks = readTicks(bytes, header?.ptsAt ?? assert.fail())
        firstTicks ??= ticks
        lacking = ticks > firstTicks + 90_000 && ticks < firstTicks + 135_000
      }
      if (pidOf(bytes, at) !== pid || !lacking) packets.push(bytes.subarray(at, at + PACKET_BYTES))
    }
    return Buffer.concat(packets)
  }

  it('has nothing to say against a good cut', async () => {
    const file = await kept(await made(RANGE))
    assert.deepEqual(await found(file), [])
    assert.notEqual(await foundByOther(file), true)
  })

  const bad: [name: string, says: RegExp, make: () => Promise<Buffer>][] = [
    ['is a picture off', /is number/, () => made([start + PICTURE, end + PICTURE])],
    ['lacks a picture', /pictures instead of/, () => made([start, 1.917], [1.917 + PICTURE, end])],
    ['has a picture twice', /pictures instead of/, () => made([start, 1.917], [1.917 - PICTURE, end])],
    ['lacks its last picture', /pictures instead of/, () => made([start, end - PICTURE])],
    ['has its sound 60 ms late', /sound is 60 ms off|sound begins/, withLateSound],
    ['lacks half a second of sound', /steps of the sound/, withoutSomeSound],
    [
      'has timestamps that go back',
      /go back|uneven step/,
      async () => Buffer.concat([await made([start, 1.917]), await made([1.917, end])]),
    ],
  ]
  for (const [name, says, make] of bad) {
    it(`finds that a cut ${name}`, async () => {
      const file = await kept(await make())
      const shortcomings = await found(file)
      assert.ok(
        shortcomings.some((one) => says.test(one)),
        JSON.stringify(shortcomings),
      )
      // the other one agrees
      assert.notEqual(await foundByOther(file), false)
    })
  }
})
