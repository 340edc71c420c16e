import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Candidate, bestSequence, endMs } from '../../src/segments/bestSequence.js'
import type { SegmentType } from '../../src/segments/segment.js'

let made = 0
function segment(startMs: number, endsMs: number, type: SegmentType = 'full', bytes = 1000): Candidate {
  const hash = `hash${made++}`
  const durationSeconds = (endsMs - startMs) / 1000
  return { path: hash, channel: 'c', quality: 'q', startMs, durationSeconds, type, hash, bytes }
}
const starts = (range: readonly [number, number], ...candidates: Candidate[]) =>
  bestSequence(candidates, { startMs: range[0], endMs: range[1] }).segments.map(({ startMs }) => startMs)
const holes = (range: readonly [number, number], ...candidates: Candidate[]) =>
  bestSequence(candidates, { startMs: range[0], endMs: range[1] }).holes.map((hole) => [hole.startMs, hole.endMs])
const chosen = (...candidates: Candidate[]) => bestSequence(candidates, { startMs: 0, endMs: 2000 }).segments[0]?.path

describe('the best sequence', () => {
  it('has the segments that cover the range, and no others', () => {
    const all = [segment(0, 2000), segment(2000, 4000), segment(4000, 6000), segment(6000, 8000)]
    assert.deepEqual(starts([2500, 6000], ...all), [2000, 4000])
    assert.deepEqual(holes([2500, 6000], ...all), [])
  })

  it('is a single hole where there is nothing', () => {
    assert.deepEqual(holes([1000, 5000]), [[1000, 5000]])
  })

  it('is empty for a range that ends where it begins, or before', () => {
    assert.deepEqual(bestSequence([segment(0, 2000)], { startMs: 1000, endMs: 1000 }), { segments: [], holes: [] })
    assert.deepEqual(bestSequence([segment(0, 2000)], { startMs: 1500, endMs: 1000 }), { segments: [], holes: [] })
  })

  it('prefers full to suspect to partial, whatever their sizes', () => {
    const full = segment(0, 1000, 'full', 1)
    const suspect = segment(0, 2000, 'suspect', 50)
    const partial = segment(0, 3000, 'partial', 900)
    assert.equal(chosen(partial, suspect, full), full.path)
    assert.equal(chosen(partial, suspect), suspect.path)
  })

  it('takes the longest full, of these the largest, of these the one with the last hash', () => {
    const longest = segment(0, 2000, 'full', 1)
    const larger = segment(0, 2000, 'full', 2)
    const last = { ...segment(0, 2000, 'full', 2), path: 'last', hash: 'z' }
    assert.equal(chosen(segment(0, 1000, 'full', 99), longest), longest.path)
    assert.equal(chosen(larger, longest), larger.path)
    assert.equal(chosen(last, larger), 'last')
  })

  it('takes the largest suspect and the largest partial, not the longest', () => {
    for (const type of ['suspect', 'partial'] as const) {
      const largest = segment(0, 1000, type, 2000)
      assert.equal(chosen(segment(0, 2000, type, 1000), largest), largest.path)
    }
  })

  it('leaves out what is still being written', () => {
    assert.deepEqual(holes([0, 2000], segment(0, 2000, 'temp')), [[0, 2000]])
  })

  it('tolerates 10 ms of overlap and of gap between segments', () => {
    const all = [segment(0, 2000), segment(1990, 4000), segment(4010, 6000)]
    assert.deepEqual(starts([0, 6000], ...all), [0, 1990, 4010])
    assert.deepEqual(holes([0, 6000], ...all), [])
  })

  it('leaves out a segment that overlaps by more', () => {
    assert.deepEqual(starts([0, 4000], segment(0, 2000), segment(1989, 3989), segment(2000, 4000)), [0, 2000])
  })

  it('has a hole where more than 10 ms are missing', () => {
    assert.deepEqual(holes([0, 4000], segment(0, 2000), segment(2011, 4000)), [[2000, 2011]])
  })

  it('has a hole before the first segment and after the last, however short', () => {
    assert.deepEqual(holes([1999, 4001], segment(2000, 4000)), [
      [1999, 2000],
      [4000, 4001],
    ])
  })

  it('uses a segment that is not full, but its stretch is a hole', () => {
    const all = [segment(0, 2000), segment(2000, 4000, 'partial'), segment(4000, 6000)]
    assert.deepEqual(starts([0, 6000], ...all), [0, 2000, 4000])
    assert.deepEqual(holes([0, 6000], ...all), [[2000, 4000]])
    assert.deepEqual(holes([0, 3000], ...all), [[2000, 3000]])
    assert.deepEqual(holes([3000, 6000], ...all), [[3000, 4000]])
  })

  const candidate = fc
    .record({
      startMs: fc.integer({ min: -20, max: 120 }).map((step) => step * 5),
      lengthMs: fc.integer({ min: 1, max: 150 }),
      type: fc.constantFrom<SegmentType>('full', 'full', 'full', 'suspect', 'partial', 'temp'),
      bytes: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ startMs, lengthMs, type, bytes }) => segment(startMs, startMs + lengthMs, type, bytes))
  const candidates = fc.array(candidate, { maxLength: 40 })
  const range = fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 300 }))

  it('covers every millisecond by a full segment, a hole or the tolerance of a join', () => {
    fc.assert(
      fc.property(candidates, range, (all, [startMs, length]) => {
        const best = bestSequence(all, { startMs, endMs: startMs + length })
        let tolerated = 0
        for (let ms = startMs; ms < startMs + length; ms++) {
          const isFull = best.segments.some((one) => one.type === 'full' && one.startMs <= ms && ms < endMs(one))
          const isHole = best.holes.some((hole) => hole.startMs <= ms && ms < hole.endMs)
          if (!isFull && !isHole) tolerated++
        }
        assert.ok(tolerated <= 10 * Math.max(0, best.segments.length - 1))
      }),
    )
  })

  it('has its segments and holes in order, clipped, apart, and each hole inside ends at a segment', () => {
    fc.assert(
      fc.property(candidates, range, (all, [startMs, length]) => {
        const endOfRange = startMs + length
        const best = bestSequence(all, { startMs, endMs: endOfRange })
        best.holes.forEach((hole, index) => {
          assert.ok(hole.startMs < hole.endMs && hole.startMs >= startMs && hole.endMs <= endOfRange)
          assert.ok(index === 0 || hole.startMs >= (best.holes[index - 1]?.endMs ?? 0))
          assert.ok(hole.endMs === endOfRange || best.segments.some((one) => one.startMs === hole.endMs))
        })
        best.segments.forEach((one, index) => {
          assert.ok(endMs(one) > startMs && one.startMs < endOfRange)
          const previous = best.segments[index - 1]
          assert.ok(previous === undefined || (one.startMs > previous.startMs && one.startMs >= endMs(previous) - 10))
        })
      }),
    )
  })

  it('does not depend on the order in which the disk lists files', () => {
    fc.assert(
      fc.property(candidates, range, fc.nat(), (all, [startMs, length], turn) => {
        const turned = [...all.slice(turn % (all.length + 1)), ...all.slice(0, turn % (all.length + 1))].reverse()
        const wanted = { startMs, endMs: startMs + length }
        assert.deepEqual(bestSequence(turned, wanted), bestSequence(all, wanted))
      }),
    )
  })
})
