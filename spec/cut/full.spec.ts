import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CutError, type CutPlan, type CutProgress } from '../../src/cut/cut.js'
import { fullCutSettings } from '../../src/cut/encoding.js'
import { fullCut } from '../../src/cut/full.js'
import { planCut } from '../../src/cut/plan.js'
import { PITCH_SECONDS, SOUND_LEAD_SECONDS, type Shown, look, makeNumbered, record } from '../support/numberedStream.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'

const T0 = Date.UTC(2026, 0, 1, 12)
const settings = {
  ...fullCutSettings(),
  videoEncoder: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-pix_fmt', 'yuv420p'],
}
const unaborted = () => new AbortController().signal

/** [start, end) in seconds of the recording. */
type Seconds = readonly [number, number]

describe('A full cut', () => {
  let folder: { path: string; remove: () => Promise<void> }
  let names = 0
  before(async () => (folder = await temporaryFolder()))
  after(() => folder.remove())

  const fresh = () => join(folder.path, String(names++))
  const planOf = (root: string, ranges: readonly Seconds[]) =>
    planCut(
      root,
      'camera',
      'source',
      ranges.map(([start, end]) => ({ startMs: T0 + start * 1000, endMs: T0 + end * 1000 })),
    )

  async function shownBy(plan: CutPlan): Promise<Shown> {
    const file = `${fresh()}.ts`
    await pipeline(fullCut(plan, settings, { signal: unaborted() }), createWriteStream(file))
    return look(file)
  }

  /** The numbers of the pictures of ranges, in order; `zero` is when picture 0 is shown, in seconds of the recording. */
  const numbersOf = (ranges: readonly Seconds[], rate: number, zero: number, exists = (_n: number) => true) =>
    ranges.flatMap(([start, end]) =>
      Array.from({ length: 600 }, (_, n) => n).filter(
        (n) => exists(n) && n / rate + zero >= start - 0.001 && n / rate + zero < end - 0.001,
      ),
    )

  function assertWhole(shown: Shown, expected: readonly number[], rate: number): void {
    assert.deepEqual(shown.numbers, expected)
    assertGrowing(shown.pictureDts)
    assertGrowing(shown.soundDts)
    shown.pictureTimes.slice(1).forEach((time, index) => {
      const [before = 0, now = 0] = expected.slice(index, index + 2)
      // at a hard cut, one usual step
      const step = now > before && now - before < 30 ? (now - before) / rate : undefined
      if (step !== undefined)
        assert.ok(Math.abs(time - (shown.pictureTimes[index] ?? 0) - step) < 0.0005, `step to picture ${now}`)
    })
  }

  function assertInStep(shown: Shown, rate: number, soundFrom = 0): void {
    const { sound } = shown
    assert.ok(sound !== undefined, 'there is no sound')
    const first = shown.pictureTimes[0] ?? 0
    const end = (shown.pictureTimes.at(-1) ?? 0) + 1 / rate
    assert.ok(Math.abs(sound.from - first) < 0.045, `sound begins ${sound.from - first} s after the picture`)
    assert.ok(Math.abs(sound.to - end) < 0.045, `sound ends ${sound.to - end} s after the picture`)
    let judged = 0
    shown.pictureTimes.forEach((time, index) => {
      const inside =
        (shown.numbers[index - 3] ?? NaN) + 3 === shown.numbers[index] &&
        (shown.numbers[index + 3] ?? NaN) - 3 === shown.numbers[index]
      const told = ((shown.numbers[index] ?? 0) / rate) % PITCH_SECONDS
      if (!inside || (shown.numbers[index] ?? 0) / rate < soundFrom || told < 0.15 || told > PITCH_SECONDS - 0.15)
        return
      const heard = sound.pitchSecondsAt(time)
      if (heard === undefined) return
      judged++
      assert.ok(Math.abs(heard - told) < 0.015, `picture ${shown.numbers[index]}: the sound is ${heard - told} s off`)
    })
    assert.ok(judged > 10, `only ${judged} places could be judged`)
  }

  function assertGrowing(times: readonly number[]): void {
    times.slice(1).forEach((time, index) => assert.ok(time > (times[index] ?? 0), `decoding time ${time} goes back`))
  }

  describe('of 30 pictures a second with B-frames and sound', () => {
    let root: string
    const zero = SOUND_LEAD_SECONDS
    before(async () => {
      root = fresh()
      await record(await makeNumbered(fresh(), { seconds: 8 }), root, T0)
    })

    it('has exactly the pictures of a range across segments, with the sound in step', async () => {
      const ranges: Seconds[] = [[1.234, 6.789]]
      const shown = await shownBy(await planOf(root, ranges))
      assertWhole(shown, numbersOf(ranges, 30, zero), 30)
      assertInStep(shown, 30)
    })

    it('joins ranges in any order, overlapping ones too, one step apart', async () => {
      const ranges: Seconds[] = [
        [5.1, 7.3],
        [0.5, 2.05],
        [1.9, 3.2],
      ]
      const shown = await shownBy(await planOf(root, ranges))
      assertWhole(shown, numbersOf(ranges, 30, zero), 30)
      assertInStep(shown, 30)
      shown.pictureTimes
        .slice(1)
        .forEach((time, index) => assert.ok(Math.abs(time - (shown.pictureTimes[index] ?? 0) - 1 / 30) < 0.0005))
    })

    it('gives each picture to one of two ranges that touch', async () => {
      const ranges: Seconds[] = [
        [2.5, 3.1],
        [3.1, 3.7],
      ]
      assert.deepEqual((await shownBy(await planOf(root, ranges))).numbers, numbersOf([[2.5, 3.7]], 30, zero))
    })

    it('leaves a hole out', async () => {
      const holed = fresh()
      const paths = await record(await makeNumbered(fresh(), { seconds: 8 }), holed, T0)
      await rm(paths[1] ?? '')
      const shown = await shownBy(await planOf(holed, [[1, 7]]))
      assert.deepEqual(
        shown.numbers,
        numbersOf([[1, 7]], 30, zero).filter((n) => n < 60 || n >= 120),
      )
      assertGrowing(shown.pictureDts)
      assertInStep(shown, 30)
    })

    it('says how far it is, up to the whole length', async () => {
      const seen: CutProgress[] = []
      const plan = await planOf(root, [[0.5, 4.5]])
      const bytes = await sizeOf(fullCut(plan, settings, { signal: unaborted(), onProgress: (one) => seen.push(one) }))
      assert.ok(bytes > 10_000)
      assert.ok(Math.abs((seen.at(-1)?.totalSeconds ?? 0) - 4) < 0.05)
      assert.ok((seen.at(-1)?.doneSeconds ?? 0) > 3.8)
      assertOrdered(seen.map(({ doneSeconds }) => doneSeconds))
    })
  })

  const shapes = [
    { title: 'of 29.97 pictures a second', stream: { seconds: 7, rate: '30000/1001' }, rate: 30000 / 1001 },
    {
      title: 'whose pictures come at varying steps',
      stream: { seconds: 7, only: 'eq(n,0)+lt(mod(n,11),6)*gt(mod(n,7),1)' },
      rate: 30,
      exists: (n: number) => n === 0 || (n % 11 < 6 && n % 7 > 1),
    },
    { title: 'whose timestamps wrap in it', stream: { seconds: 7, offsetSeconds: 2 ** 33 / 90_000 - 4.4 }, rate: 30 },
  ]
  for (const { title, stream, rate, exists } of shapes) {
    it(`is exact for a stream ${title}`, async () => {
      const root = fresh()
      await record(await makeNumbered(fresh(), stream), root, T0)
      const ranges: Seconds[] = [
        [0.7, 2.4],
        [4.5, 6.6],
      ]
      const shown = await shownBy(await planOf(root, ranges))
      assertWhole(shown, numbersOf(ranges, rate, SOUND_LEAD_SECONDS, exists), rate)
      if (exists === undefined) assertInStep(shown, rate)
    })
  }

  it('of a stream without sound has none', async () => {
    const root = fresh()
    await record(await makeNumbered(fresh(), { seconds: 5, sound: 'none' }), root, T0)
    const shown = await shownBy(await planOf(root, [[0.5, 3]]))
    assert.deepEqual(shown.numbers, numbersOf([[0.5, 3]], 30, 0))
    assert.equal(shown.sound, undefined)
  })

  it('fills with silence where sound begins late', async () => {
    const root = fresh()
    await record(await makeNumbered(fresh(), { seconds: 6, sound: 'late', lateSeconds: 1.23 }), root, T0)
    const shown = await shownBy(await planOf(root, [[0.2, 4]]))
    assert.deepEqual(shown.numbers, numbersOf([[0.2, 4]], 30, 0))
    assertInStep(shown, 30, 1.3)
    assert.equal(shown.sound?.pitchSecondsAt((shown.pictureTimes[0] ?? 0) + 0.8), undefined)
  })

  it('crosses a restart of the encoder: another clock, in another size and without sound', async () => {
    const root = fresh()
    await record(await makeNumbered(fresh(), { seconds: 4, offsetSeconds: 1500 }), root, T0)
    await record(await makeNumbered(fresh(), { seconds: 4, size: 2, sound: 'none' }), root, T0 + 4050)
    const shown = await shownBy(await planOf(root, [[2.5, 6.5]]))
    assert.deepEqual(shown.numbers, [
      ...numbersOf([[2.5, 6.5]], 30, SOUND_LEAD_SECONDS, (n) => n < 120),
      ...numbersOf([[2.5, 6.5]], 30, 4.05),
    ])
    assertGrowing(shown.pictureDts)
    assertInStep(shown, 30)
  })

  describe('fails with the name of the segment', () => {
    const damages: [string, RegExp, (path: string) => Promise<void>][] = [
      ['has vanished', /vanished/, (path) => rm(path)],
      ['is empty', /empty/, (path) => truncate(path, 0)],
      ['is cut short within a packet', /cut short/, (path) => truncate(path, 188 * 40 + 7)],
      ['is cut short between packets', /hash/, (path) => truncate(path, 188 * 40)],
      ['is garbage', /not an MPEG transport stream/, (path) => writeFile(path, Buffer.alloc(188 * 50, 'garbage '))],
    ]
    let root: string
    let files: string[]
    before(async () => {
      files = await makeNumbered(fresh(), { seconds: 6 })
    })
    for (const [title, reason, damage] of damages) {
      it(`that ${title}`, async () => {
        root = fresh()
        const paths = await record(files, root, T0)
        const plan = await planOf(root, [[0.5, 5]])
        const victim = paths[1]
        assert.ok(victim !== undefined)
        await damage(victim)
        await assert.rejects(sizeOf(fullCut(plan, settings, { signal: unaborted() })), (error: unknown) => {
          assert.ok(error instanceof CutError)
          assert.match(error.message, reason)
          assert.ok(error.message.includes(victim), error.message)
          return true
        })
      })
    }

    it('but not where a range has no picture at all', async () => {
      const plan = await planOf(root, [[100, 101]])
      await assert.rejects(
        sizeOf(fullCut(plan, settings, { signal: unaborted() })),
        /no picture was recorded from 2026-01-01T12:01:40/,
      )
    })
  })
})

async function sizeOf(chunks: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0
  for await (const chunk of chunks) bytes += chunk.length
  return bytes
}

function assertOrdered(values: readonly number[]): void {
  assert.deepEqual(
    [...values].sort((a, b) => a - b),
    values,
  )
}
