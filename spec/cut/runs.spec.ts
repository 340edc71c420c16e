import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ANCHOR_TICKS, runsOf } from '../../src/cut/runs.js'
import type { Survey } from '../../src/cut/survey.js'
import { WRAP_TICKS } from '../../src/segments/pesHeader.js'

const STEP = 3000
const PICTURES = 60

/** Two seconds of 30 pictures a second; timestamps as they stand in 33 bits. */
function segment(startMs: number, ticks: number, changed: Partial<Survey> = {}): Survey {
  const startTicks = ticks % WRAP_TICKS
  return {
    segment: {
      path: `${startMs}.ts`,
      channel: 'c',
      quality: 'q',
      startMs,
      durationSeconds: 2,
      type: 'full',
      hash: 'h',
    },
    picturePid: 256,
    pictureType: 0x1b,
    soundPid: 257,
    startTicks,
    pictureTicks: Float64Array.from({ length: PICTURES }, (_, n) => startTicks + n * STEP),
    firstDecodedTicks: startTicks,
    firstDtsTicks: startTicks - 2 * STEP,
    lastDtsTicks: startTicks + (PICTURES - 3) * STEP,
    ...changed,
  }
}

/** Five segments on one clock, the first at 0 ms. */
const clock = (ticks: number) => [0, 1, 2, 3, 4].map((n) => segment(n * 2000, ticks + n * PICTURES * STEP))
const whole = { startMs: 0, endMs: 10_000 }

describe('The runs of a range', () => {
  it('are one where timestamps go on, wherever they begin and wrap', () => {
    fc.assert(
      fc.property(
        fc.nat(WRAP_TICKS - 1),
        fc.integer({ min: 0, max: 9000 }),
        fc.integer({ min: 100, max: 4000 }),
        (ticks, startMs, lengthMs) => {
          const range = { startMs, endMs: Math.min(10_000, startMs + lengthMs) }
          const [run, ...others] = runsOf(range, clock(ticks), [])
          // picture n is shown at n / 30 s, and counts as inside from a millisecond before the start
          const wanted = Array.from({ length: 300 }, (_, n) => n).filter((n) => {
            return n * STEP >= (range.startMs - 1) * 90 && n * STEP < (range.endMs - 1) * 90
          })
          assert.equal(others.length, 0)
          assert.equal(run?.pictures, wanted.length)
          assert.equal(run.firstTicks, ANCHOR_TICKS + (wanted[0] ?? NaN) * STEP)
          assert.equal(run.lastTicks, ANCHOR_TICKS + (wanted.at(-1) ?? NaN) * STEP)
          assert.equal(run.stepTicks, STEP)
        },
      ),
    )
  })

  it('part where timestamps jump, and time is told anew from the name', () => {
    const restarted = [0, 1].map((n) => segment(4500 + n * 2000, 777_000 + n * PICTURES * STEP))
    const runs = runsOf({ startMs: 1000, endMs: 5500 }, [...clock(90_000).slice(0, 2), ...restarted], [])
    assert.deepEqual(
      runs.map(({ pictures }) => pictures),
      [90, 30],
    )
    assert.equal(runs[1]?.firstTicks, ANCHOR_TICKS)
  })

  it('part at a hole, but time goes on across it', () => {
    const [first, , third, fourth] = clock(90_000)
    assert.ok(first !== undefined && third !== undefined && fourth !== undefined)
    const runs = runsOf(whole, [first, third, fourth], [{ startMs: 2000, endMs: 4000 }])
    assert.deepEqual(
      runs.map(({ firstTicks, pictures }) => ({ firstTicks, pictures })),
      [
        { firstTicks: ANCHOR_TICKS, pictures: 60 },
        { firstTicks: ANCHOR_TICKS + 120 * STEP, pictures: 120 },
      ],
    )
  })

  it('do not part where a hole is only in the names', () => {
    assert.equal(runsOf(whole, clock(90_000), [{ startMs: 3900, endMs: 4000 }]).length, 1)
  })

  it('part where the streams change', () => {
    const [first, second] = clock(90_000)
    assert.ok(first !== undefined && second !== undefined)
    assert.equal(runsOf(whole, [first, { ...second, picturePid: 300 }], []).length, 2)
  })

  it('begin in the segment before, where that goes on into the first: the time is still the first one’s', () => {
    const [before, first] = clock(90_000)
    assert.ok(before !== undefined && first !== undefined)
    // the sound of the first leads its picture by 100 ms, so that its name does, too
    const led = { ...first, startTicks: first.startTicks - 9000, segment: { ...first.segment, startMs: 1900 } }
    const [run, ...others] = runsOf({ startMs: 1910, endMs: 3000 }, [led], [], before)
    assert.equal(others.length, 0)
    assert.deepEqual(
      run?.surveys.map(({ segment: { startMs } }) => startMs),
      [0, 1900],
    )
    assert.equal(run?.pictures, 32)
  })

  it('leave out what comes before the first keyframe and can’t be decoded', () => {
    const [first] = clock(90_000)
    assert.ok(first !== undefined)
    const open = { ...first, firstDecodedTicks: first.startTicks + 2 * STEP }
    assert.equal(runsOf(whole, [open], [])[0]?.pictures, 58)
  })
})
