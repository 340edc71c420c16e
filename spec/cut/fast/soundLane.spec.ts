import assert from 'node:assert/strict'
import fc from 'fast-check'
import { SoundLane } from '../../../src/cut/fast/soundLane.js'
import type { SoundFormat } from '../../../src/cut/fast/soundFrames.js'

const format: SoundFormat = { codec: 'aac', sampleRate: 44_100, channels: 2, samplesPerFrame: 1024 }

interface Heard {
  readonly fromTicks: number
  readonly frames: number
  /** By how much it is off its place beside the picture; undefined for silence. */
  readonly offTicks: number | undefined
}

/** Sends runs through a lane, as a cut does: each with its place on the video's clock and the sound of its source. */
function heardOf(
  runs: readonly {
    length: number
    offset: number
    first: number
    frames: readonly number[]
    gapAt: number
    gap: number
  }[],
) {
  const lane = new SoundLane(format, 1000)
  const heard: Heard[] = []
  let placed = 1000
  for (const { length, offset, first, frames, gapAt, gap } of runs) {
    const shift = placed - offset
    lane.beginRun(shift)
    let at = offset + first
    frames.forEach((count, n) => {
      if (n === gapAt) at += gap
      const edit = lane.edit({ ptsTicks: Math.round(at), frames: count }, placed + length)
      if (edit.silence > 0) heard.push({ fromTicks: edit.silenceTicks, frames: edit.silence, offTicks: undefined })
      if (edit.take > 0) {
        const place = at + edit.skip * lane.frameTicks + shift
        heard.push({ fromTicks: edit.ptsTicks, frames: edit.take, offTicks: edit.ptsTicks - place })
      }
      at += count * lane.frameTicks
    })
    placed += length
    const { silence, silenceTicks } = lane.fill(placed)
    if (silence > 0) heard.push({ fromTicks: silenceTicks, frames: silence, offTicks: undefined })
  }
  return { heard, endTicks: placed, frameTicks: lane.frameTicks }
}

describe('A sound track of a cut', () => {
  const run = fc.record({
    length: fc.integer({ min: 3000, max: 500_000 }),
    offset: fc.integer({ min: 0, max: 10_000_000 }),
    first: fc.integer({ min: -200_000, max: 200_000 }),
    frames: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 40 }),
    gapAt: fc.nat(40),
    gap: fc.integer({ min: -8000, max: 60_000 }),
  })

  it('has frames without a gap from the first picture to the end of the last, each within half a frame of its place', () => {
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), (runs) => {
        const { heard, endTicks, frameTicks } = heardOf(runs)
        let at = 1000
        for (const { fromTicks, frames, offTicks } of heard) {
          assert.ok(Math.abs(fromTicks - at) < frameTicks / 2 + 1, `a gap of ${fromTicks - at} ticks`)
          if (offTicks !== undefined) assert.ok(Math.abs(offTicks) <= frameTicks / 2 + 1, `${offTicks} ticks off`)
          at = fromTicks + frames * frameTicks
        }
        assert.ok(Math.abs(at - endTicks) <= frameTicks / 2 + 1, `it ends ${at - endTicks} ticks after the picture`)
      }),
      { numRuns: 300 },
    )
  })
})
