import assert from 'node:assert/strict'
import { rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { CutError } from '../../src/cut/cut.js'
import { frameAt, sizeOfPng } from '../../src/cut/frame.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { type NumberedStream, SOUND_LEAD_SECONDS, makeNumbered, record } from '../support/numberedStream.js'
import { childrenOf } from '../support/processes.js'

const T0 = Date.UTC(2026, 0, 1, 12)
const unaborted = () => new AbortController().signal

describe('A frame', function () {
  this.timeout(60_000)
  let folder: { path: string; remove: () => Promise<void> }
  let names = 0
  before(async () => (folder = await temporaryFolder()))
  after(() => folder.remove())

  const fresh = () => join(folder.path, String(names++))
  const frame = (root: string, seconds: number, size: { width?: number; height?: number } = {}) =>
    frameAt(
      { root, channel: 'camera', quality: 'source', atMs: T0 + Math.round(seconds * 1000) },
      { signal: unaborted(), ...size },
    )
  const numberAt = async (root: string, seconds: number) => numberOf(await frame(root, seconds))

  async function recorded(stream: NumberedStream): Promise<{ root: string; paths: string[] }> {
    const root = fresh()
    return { root, paths: await record(await makeNumbered(fresh(), stream), root, T0) }
  }

  /** That it is the last picture at or before the instant, or less than a millisecond after it; times are rounded, by names. */
  function assertShown(
    number: number,
    seconds: number,
    rate: number,
    zero: number,
    exists = (_n: number) => true,
  ): void {
    const all = Array.from({ length: 1000 }, (_, n) => n).filter(exists)
    const last = (limit: number) => all.findLast((n) => n / rate + zero < limit) ?? all[0]
    const instant = Math.round(seconds * 1000) / 1000
    const allowed = [last(instant + 0.00045), last(instant + 0.00155)]
    assert.ok(allowed.includes(number), `at ${instant} s: found ${number}, expected ${allowed.join(' or ')}`)
  }

  describe('of 30 pictures a second with B-frames', () => {
    let root: string
    let paths: string[]
    before(async () => ({ root, paths } = await recorded({ seconds: 8 })))

    it('is the one that is shown, at any instant', async () => {
      const instants = fc.sample(fc.integer({ min: 22, max: 7990 }), 6).map((ms) => ms / 1000)
      const numbers = await Promise.all(instants.map((seconds) => numberAt(root, seconds)))
      numbers.forEach((number, index) => assertShown(number, instants[index] ?? NaN, 30, SOUND_LEAD_SECONDS))
    })

    it('changes when the picture does, for each picture of a mini-GOP', async () => {
      const shownFrom = (n: number) => n / 30 + SOUND_LEAD_SECONDS
      const numbers = [64, 65, 66]
      // names of segments are rounded to the millisecond: so are times
      const at = await Promise.all(numbers.map((n) => numberAt(root, shownFrom(n) + 0.002)))
      const justBefore = await Promise.all(numbers.map((n) => numberAt(root, shownFrom(n) - 0.003)))
      assert.deepEqual(at, numbers)
      assert.deepEqual(
        justBefore,
        numbers.map((n) => n - 1),
      )
    })

    it('is the last of the segment before, where a segment begins with sound', async () => {
      // sound and picture don't change segments at one instant: 60 is the first picture of the second
      const startSeconds = startsAt(paths[1]) / 1000
      assertShown(await numberAt(root, startSeconds + 0.001), startSeconds + 0.001, 30, SOUND_LEAD_SECONDS)
      assert.equal(await numberAt(root, 59 / 30 + SOUND_LEAD_SECONDS + 0.01), 59)
    })

    it('is the first picture from the beginning of the footage on', async () => {
      assert.equal(await numberAt(root, 0), 0)
    })

    it('comes in the size that is asked for, of the same aspect', async () => {
      assert.deepEqual(sizeOfPng(await frame(root, 3)), { width: 192, height: 32 })
      assert.deepEqual(sizeOfPng(await frame(root, 3, { width: 384 })), { width: 384, height: 64 })
      assert.deepEqual(sizeOfPng(await frame(root, 3, { height: 16 })), { width: 96, height: 16 })
      const fitted = await frame(root, 3, { width: 400, height: 64 })
      assert.deepEqual(sizeOfPng(fitted), { width: 384, height: 64 })
      assertShown(numberOf(fitted), 3, 30, SOUND_LEAD_SECONDS)
      await assert.rejects(frame(root, 3, { width: 0 }), /a width of 0 pixels: allowed is 1 to 4096/)
    })

    it('can’t be had where nothing was recorded', async () => {
      for (const seconds of [-0.001, 9, 5000]) {
        await assert.rejects(
          frame(root, seconds),
          (error) => error instanceof CutError && /no footage of camera, quality source, covers/.test(error.message),
        )
      }
    })

    it('stops with the reason of the signal, and leaves no ffmpeg', async () => {
      const aborting = new AbortController()
      const frames = Array.from({ length: 4 }, () =>
        frameAt({ root, channel: 'camera', quality: 'source', atMs: T0 + 5000 }, { signal: aborting.signal }),
      )
      aborting.abort(new Error('no longer wanted'))
      for (const outcome of await Promise.allSettled(frames)) {
        assert.equal(outcome.status, 'rejected')
        assert.match(String(outcome.reason), /no longer wanted/)
      }
      assert.deepEqual(await childrenOf(process.pid, 'ffmpeg'), [])
    })
  })

  const skipping = (n: number) => n === 0 || (n % 11 < 6 && n % 7 > 1)
  const shapes: { title: string; stream: NumberedStream; rate?: number; zero?: number; exists?: typeof skipping }[] = [
    { title: 'whose timestamps wrap', stream: { seconds: 6, offsetSeconds: 2 ** 33 / 90_000 - 3.1 } },
    { title: 'of 59.94 pictures a second', stream: { seconds: 5, rate: '60000/1001' }, rate: 60_000 / 1001 },
    {
      title: 'whose pictures come at varying steps',
      stream: { seconds: 6, only: 'eq(n,0)+lt(mod(n,11),6)*gt(mod(n,7),1)' },
      exists: skipping,
    },
    {
      title: 'with open GOPs',
      stream: {
        seconds: 6,
        picture: ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'open-gop=1:bframes=2:b-adapt=0'],
      },
    },
    { title: 'whose sound begins late', stream: { seconds: 5, sound: 'late', lateSeconds: 1.23 }, zero: 0 },
    { title: 'without sound', stream: { seconds: 5, sound: 'none' }, zero: 0 },
  ]
  for (const { title, stream, rate = 30, zero = SOUND_LEAD_SECONDS, exists } of shapes) {
    it(`is the one that is shown in a stream ${title}`, async () => {
      const { root, paths } = await recorded(stream)
      const border = startsAt(paths[1]) / 1000
      const instants = [border - 0.002, border, border + 0.03, 3.117]
      const numbers = await Promise.all(instants.map((seconds) => numberAt(root, seconds)))
      numbers.forEach((number, index) => assertShown(number, instants[index] ?? NaN, rate, zero, exists))
    })
  }

  it('after a hole is the first picture until the next comes; in it there is none', async () => {
    const { root, paths } = await recorded({ seconds: 8 })
    const [from, to] = [startsAt(paths[1]) / 1000, startsAt(paths[2]) / 1000]
    await rm(paths[1] ?? '')
    assertShown(await numberAt(root, from - 0.001), from - 0.001, 30, SOUND_LEAD_SECONDS)
    await assert.rejects(frame(root, from), /no footage/)
    await assert.rejects(frame(root, to - 0.001), /no footage/)
    assert.equal(await numberAt(root, to), 120)
    assertShown(await numberAt(root, to + 0.4), to + 0.4, 30, SOUND_LEAD_SECONDS)
  })

  it('names the segment that is damaged', async () => {
    const { root, paths } = await recorded({ seconds: 4 })
    await truncate(paths[0] ?? '', 0)
    await assert.rejects(
      frame(root, 1),
      (error) =>
        error instanceof CutError && error.message.includes(paths[0] ?? 'no path') && /empty/.test(error.message),
    )
    // the one after it is whole, and shows what it can
    assert.equal(await numberAt(root, startsAt(paths[1]) / 1000), 60)
  })

  /** Milliseconds from T0, by the name. */
  function startsAt(path = ''): number {
    const [, hour = '', time = ''] = /(\d{4}-\d\d-\d\dT\d\d)\/(\d\d:\d\d\.\d+)-/.exec(path) ?? []
    return Date.parse(`${hour}:${time}Z`) - T0
  }
})

/** Reads the bar code of a picture, in the middle of each bar. */
function numberOf(png: Buffer): number {
  const BITS = 12
  const { width, height } = sizeOfPng(png)
  const data: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  }
  const rows = inflateSync(Buffer.concat(data))
  assert.equal(rows.length, height * (1 + 3 * width), 'not 8 bits each of red, green and blue')
  const row = rows.subarray((height >> 1) * (1 + 3 * width))
  assert.equal(row[0], 0, 'a filtered row')
  return Array.from({ length: BITS }, (_, bit) => {
    const red = row[1 + 3 * Math.floor(((bit + 0.5) * width) / BITS)] ?? 0
    return red > 126 ? 2 ** bit : 0
  }).reduce((sum, value) => sum + value, 0)
}
