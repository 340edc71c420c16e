import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CutError, type CutPlan } from '../../../src/cut/cut.js'
import { fastCut } from '../../../src/cut/fast/fast.js'
import { NotCopyable } from '../../../src/cut/fast/segmentIndex.js'
import type { CutReceipt } from '../../../src/cut/receipt.js'
import { rebase } from '../../../src/cut/rebase.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { shortcomingsOf } from '../../support/cutJudge.js'
import { type CutKind, cutKinds } from '../../support/cutKinds.js'
import { NumberedRecording, type Seconds } from '../../support/numberedCut.js'
import { look } from '../../support/numberedStream.js'
import { type Muxing, remux } from '../../support/remux.js'

const WITHOUT_B_FRAMES = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0']

describe('A fast cut', function () {
  this.timeout(30_000)
  let folder: { path: string; remove: () => Promise<void> }
  let names = 0
  before(async () => (folder = await temporaryFolder()))
  after(() => folder.remove())

  const fresh = () => join(folder.path, String(names++))
  const recorded = (kind: CutKind) => NumberedRecording.make(fresh(), kind)

  async function made(
    plan: CutPlan,
    signal = new AbortController().signal,
  ): Promise<{ file: string; receipt: CutReceipt }> {
    const file = `${fresh()}.ts`
    let receipt: CutReceipt | undefined
    const chunks = async function* () {
      receipt = yield* fastCut(plan, { signal })
    }
    await pipeline(chunks, createWriteStream(file))
    assert.ok(receipt !== undefined)
    return { file, receipt }
  }

  async function assertExact(recording: NumberedRecording, ranges: readonly Seconds[]): Promise<CutReceipt> {
    const { file, receipt } = await made(await recording.plan(ranges))
    const wanted = recording.wanted(ranges)
    assert.deepEqual(await shortcomingsOf(file, wanted), [])
    assert.equal(receipt.pictures, wanted.ranges.flat().length)
    assert.equal(receipt.bytes, (await readFile(file)).length)
    return receipt
  }

  const encodedIn = ({ encoded = [] }: CutReceipt) => encoded.reduce((sum, { pictures }) => sum + pictures, 0)

  for (const kind of cutKinds) {
    const short: CutKind = { ...kind, stream: { ...kind.stream, seconds: 8 } }
    if (kind.fallsBack === true) {
      it(`says before the first byte that it can't copy ${kind.name}`, async () => {
        const recording = await recorded(short)
        await assert.rejects(made(await recording.plan([[6.1, 7.5]])), (error: unknown) => error instanceof NotCopyable)
      })
      continue
    }
    it(`is exact for ${kind.name}`, async () => {
      const receipt = await assertExact(await recorded(short), [[1.731, 6.347]])
      assert.ok(encodedIn(receipt) < (receipt.pictures ?? 0), 'nothing was copied')
      assert.ok(receipt.checks.length > 8 && receipt.checks.every(({ ok }) => ok))
    })
  }

  const muxings: readonly Muxing[] = [
    'several PES packets a picture',
    'several pictures a PES packet',
    'no random access indicator',
  ]
  for (const muxing of muxings) {
    it(`is exact for ${muxing}`, async () => {
      const stream = { seconds: 8, picture: WITHOUT_B_FRAMES }
      const rewrite = async (files: string[]) => {
        for (const file of files) await remux(file, muxing)
      }
      const recording = await NumberedRecording.make(fresh(), { name: muxing, stream }, rewrite)
      const receipt = await assertExact(recording, [
        [0.731, 5.347],
        [3.219, 7.013],
      ])
      assert.ok(encodedIn(receipt) < (receipt.pictures ?? 0), 'nothing was copied')
    })
  }

  it('goes on over a jump of the timestamps within a segment', async () => {
    const recording = await NumberedRecording.make(
      fresh(),
      { name: 'jump', stream: { seconds: 8 } },
      async ([, second = '', third = '']) => {
        const moved = await readFile(third)
        rebase(moved, 90_000 * 1000)
        await writeFile(second, Buffer.concat([await readFile(second), moved]))
      },
    )
    const plan = await recording.plan([[1, 3]])
    const segment = plan.ranges[0]?.segments[1]
    assert.ok(segment !== undefined)
    const range = { startMs: segment.startMs - 500, endMs: segment.startMs + 3500 }
    const { file } = await made({
      ranges: [{ range, segments: plan.ranges[0]?.segments.slice(0, 2) ?? [], holes: [] }],
    })
    const { numbers, pictureTimes, pictureDts } = await look(file)
    const first = numbers[0] ?? 0
    assert.deepEqual(
      numbers,
      Array.from({ length: 120 }, (_, n) => first + n),
    )
    assert.ok(pictureDts.every((dts, n) => n === 0 || dts > (pictureDts[n - 1] ?? 0)))
    assert.ok(pictureTimes.every((time, n) => n === 0 || Math.abs(time - (pictureTimes[n - 1] ?? 0) - 1 / 30) < 0.001))
  })

  describe('of a usual stream', () => {
    let recording: NumberedRecording
    before(async () => (recording = await recorded({ name: 'usual', stream: { seconds: 8 } })))

    it('encodes nothing where it begins and ends at keyframes', async () => {
      const at = (number: number) => Math.round(recording.timeOf(number) * 1000) / 1000
      const receipt = await assertExact(recording, [[at(60), at(180)]])
      assert.equal(encodedIn(receipt), 0)
    })

    it('may lie within one GOP, or be one picture', async () => {
      const at = recording.timeOf(70)
      const receipt = await assertExact(recording, [
        [2.5, 3.3],
        [Math.round(at * 1000) / 1000, Math.round(at * 1000 + 20) / 1000],
      ])
      assert.equal(encodedIn(receipt), receipt.pictures)
    })

    it('joins ranges in any order, overlapping ones and such that touch', async () => {
      await assertExact(recording, [
        [5.1, 7.3],
        [0.5, 2.05],
        [2.05, 3.2],
        [1.9, 2.7],
      ])
    })

    it('says how far it is, up to the whole length', async () => {
      const seen: number[] = []
      const cut = fastCut(await recording.plan([[0.5, 6.5]]), {
        signal: new AbortController().signal,
        onProgress: ({ doneSeconds, totalSeconds }) => seen.push(doneSeconds / totalSeconds),
      })
      while ((await cut.next()).done !== true);
      assert.ok(seen.length > 2 && (seen.at(-1) ?? 0) > 0.98, String(seen))
      assert.deepEqual(
        [...seen].sort((a, b) => a - b),
        seen,
      )
    })

    it('makes the same bytes of all that it copies', async () => {
      const [one, other] = [await made(await recording.plan([[0, 6]])), await made(await recording.plan([[0, 6]]))]
      assert.ok((await readFile(one.file)).equals(await readFile(other.file)))
    })
  })

  it('leaves a hole out where holes are allowed', async () => {
    const recording = await recorded({ name: 'holed', stream: { seconds: 8 } })
    const plan = await recording.plan([[1, 7]])
    await rm(plan.ranges[0]?.segments[1]?.path ?? '')
    const { file, receipt } = await made(await recording.plan([[1, 7]]))
    const [all = []] = recording.wanted([[1, 7]]).ranges
    const wanted = { ...recording.wanted([]), ranges: [all.filter((n) => n < 60), all.filter((n) => n >= 120)] }
    assert.deepEqual(await shortcomingsOf(file, wanted), [])
    assert.equal(receipt.ranges[0]?.holes.length, 1)
  })

  describe('fails with the name of the segment', () => {
    const damages: [string, RegExp, (path: string) => Promise<void>][] = [
      ['has vanished', /vanished/, (path) => rm(path)],
      ['is empty', /empty/, (path) => truncate(path, 0)],
      ['is cut short within a packet', /cut short/, (path) => truncate(path, 188 * 40 + 7)],
      ['is cut short between packets', /hash/, (path) => truncate(path, 188 * 40)],
      [
        'has a byte changed',
        /hash|not an MPEG transport stream/,
        async (path) => writeFile(path, changed(await readFile(path))),
      ],
    ]
    for (const [title, reason, damage] of damages) {
      it(`that ${title}`, async () => {
        const recording = await recorded({ name: 'damaged', stream: { seconds: 6 } })
        const plan = await recording.plan([[0.5, 5]])
        const victim = plan.ranges[0]?.segments[1]?.path ?? ''
        await damage(victim)
        await assert.rejects(made(plan), (error: unknown) => {
          assert.ok(error instanceof CutError, String(error))
          assert.match(error.message, reason)
          assert.ok(error.message.includes(victim), error.message)
          return true
        })
      })
    }
  })
})

function changed(bytes: Buffer): Buffer {
  const at = bytes.length >> 1
  bytes[at] = (bytes[at] ?? 0) ^ 1
  return bytes
}
