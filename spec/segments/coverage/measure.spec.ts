import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Candidate } from '../../../src/segments/bestSequence.js'
import { isWhole, NAMED_HOLES } from '../../../src/segments/coverage/figures.js'
import { type HourOfSegments, measure } from '../../../src/segments/coverage/measure.js'
import { readPieces } from '../../../src/segments/coverage/pieces.js'

const T0 = Date.UTC(2026, 0, 31, 18)
const HOUR_MS = 3_600_000

type Type = 'full' | 'suspect' | 'partial'

const segment = (atMs: number, seconds: number, type: Type = 'full', more: Partial<Candidate> = {}): Candidate => ({
  ...{ path: `${atMs}`, channel: 'main', quality: 'source', hash: `h${atMs}` },
  ...{ startMs: T0 + atMs, durationSeconds: seconds, type },
  ...more,
})

/** From a second on, each two seconds long, one after the other. */
const run = (fromSeconds: number, count: number): Candidate[] =>
  Array.from({ length: count }, (_, n) => segment((fromSeconds + 2 * n) * 1000, 2))

const measured = (candidates: readonly Candidate[], more: Partial<HourOfSegments> = {}) =>
  measure({ startMs: T0, isOver: true, candidates, bad: 0, spill: [], ...more })

const holesOf = (candidates: readonly Candidate[], more: Partial<HourOfSegments> = {}) =>
  measured(candidates, more).figures.holes.map(([start, end]) => [start - T0, end - T0])

describe('an hour of footage', () => {
  it('that has all of its segments is covered whole, without holes', () => {
    const { figures, pieces, spill } = measured(run(0, 1800))
    assert.deepEqual(figures, {
      ...{ ofSeconds: 3600, rawSeconds: 3600, editableSeconds: 3600, rawHoles: 0, editableHoles: 0, bad: 0, holes: [] },
      segments: {
        full: { count: 1800, seconds: 3600 },
        suspect: { count: 0, seconds: 0 },
        partial: { count: 0, seconds: 0 },
      },
      overlaps: {
        full: { count: 0, seconds: 0 },
        suspect: { count: 0, seconds: 0 },
        partial: { count: 0, seconds: 0 },
      },
    })
    assert.ok(isWhole(figures))
    assert.deepEqual([pieces, spill], ['f1800', []])
  })

  it('of which nothing is there is one hole, once it is over', () => {
    assert.deepEqual(holesOf([]), [[0, HOUR_MS]])
    const { figures, pieces } = measured([], { isOver: false })
    assert.deepEqual([figures.ofSeconds, figures.rawHoles, pieces], [0, 0, 'm1800'])
  })

  it('that still runs is judged up to the end of its last segment', () => {
    const { figures } = measured([...run(0, 10), ...run(30, 5)], { isOver: false })
    assert.deepEqual([figures.ofSeconds, figures.rawSeconds, figures.rawHoles], [40, 30, 1])
  })

  it('has a hole where more than 10 ms are missing, and none where it is less, at its ends too', () => {
    const nearly = [segment(10, 1.985), segment(2000, 1798), segment(1_800_010, 1799.98)]
    assert.deepEqual(holesOf(nearly), [])
    assert.equal(measured(nearly).figures.rawSeconds, 3600)
    assert.deepEqual(holesOf([segment(11, 1.989), segment(2011, 3597.989)]), [
      [0, 11],
      [2000, 2011],
    ])
    assert.deepEqual(holesOf([segment(0, 3599.989)]), [[3_599_989, HOUR_MS]])
  })

  it('names the first of its holes and counts the rest', () => {
    const { figures } = measured(Array.from({ length: 900 }, (_, n) => segment(n * 4000, 2)))
    assert.deepEqual([figures.rawHoles, figures.holes.length], [900, NAMED_HOLES])
  })

  it('counts of duplicates the best alone, though all of them as segments', () => {
    const { figures } = measured([
      segment(0, 2, 'partial', { bytes: 900, path: 'p', hash: 'p' }),
      segment(0, 1, 'full', { bytes: 100, path: 'f1', hash: 'f1' }),
      segment(0, 2, 'full', { bytes: 50, path: 'f2', hash: 'f2' }),
      segment(2000, 8, 'partial', { bytes: 100, path: 'a', hash: 'a' }),
      segment(2000, 3, 'partial', { bytes: 200, path: 'b', hash: 'b' }),
    ])
    assert.deepEqual(figures.segments, {
      full: { count: 2, seconds: 2 },
      suspect: { count: 0, seconds: 0 },
      partial: { count: 3, seconds: 3 },
    })
    assert.deepEqual([figures.rawSeconds, figures.rawHoles], [5, 1])
    assert.equal(figures.overlaps.full.count + figures.overlaps.partial.count, 0)
  })

  it('leaves out of what can be edited the segments that overlap the one before', () => {
    const { figures, pieces } = measured([segment(0, 2), segment(1000, 3, 'suspect'), segment(4000, 3596)])
    assert.deepEqual([figures.rawSeconds, figures.rawHoles], [3600, 0])
    assert.deepEqual([figures.editableSeconds, figures.editableHoles], [3598, 1])
    assert.deepEqual(figures.overlaps.suspect, { count: 1, seconds: 1 })
    assert.equal(pieces, 'f1n1f1798')
    assert.ok(!isWhole(figures))
  })

  it('has what the hour before records into it, and leaves to the next what it records into that', () => {
    const spill = [{ startMs: T0 - 1000, endMs: T0 + 1000, isFull: true }]
    assert.deepEqual(holesOf([segment(1000, 3599)], { spill }), [])
    assert.deepEqual(holesOf([segment(1000, 3599)]), [[0, 1000]])
    const { figures, pieces } = measured([segment(1000, 3599)], { spill: [{ ...spill[0]!, isFull: false }] })
    assert.deepEqual([figures.rawSeconds, figures.rawHoles, pieces], [3600, 0, 'n1f1799'])
    const next = measured([segment(0, 3599), segment(3_599_000, 2), segment(3_599_500, 9, 'partial')])
    assert.equal(next.figures.rawSeconds, 3600)
    assert.deepEqual(next.spill, [
      { startMs: T0 + 3_599_000, endMs: T0 + 3_601_000, isFull: true },
      { startMs: T0 + 3_599_500, endMs: T0 + 3_608_500, isFull: false },
    ])
  })

  it('is drawn white where any part of two seconds is missing, blue only where all of them are full', () => {
    const hole = [segment(0, 3.9), segment(4001, 1.999), segment(6000, 4, 'partial'), segment(10_000, 3590)]
    assert.equal(measured(hole).pieces, 'f1m2n2f1795')
    // a full one over a partial one
    assert.equal(measured([segment(0, 4, 'partial'), segment(1000, 3599)]).pieces, 'n1f1799')
  })

  const anySegments = fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 35_999 }),
      tenths: fc.integer({ min: 1, max: 900 }),
      type: fc.constantFrom<Type>('full', 'suspect', 'partial'),
      bytes: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 120 },
  )

  it('is covered by exactly the instants that its segments have, whatever they are', () => {
    fc.assert(
      fc.property(anySegments, (given) => {
        const candidates = given.map(({ at, tenths, type, bytes }, n) =>
          segment(at * 100, tenths / 10, type, { bytes, hash: `${n}`, path: `${n}` }),
        )
        const { figures, pieces } = measured(candidates)
        const byStart = new Map<number, Candidate[]>()
        for (const one of candidates) byStart.set(one.startMs, [...(byStart.get(one.startMs) ?? []), one])
        const best = [...byStart.values()].map((rivals) => rivals.reduce(better)).sort((a, b) => a.startMs - b.startMs)
        // a cell is a tenth of a second: 0 nothing, 1 something, 2 full
        const cells = (segments: readonly Candidate[]): Uint8Array => {
          const found = new Uint8Array(36_000)
          for (const { startMs, durationSeconds, type } of segments) {
            const from = (startMs - T0) / 100
            for (let n = from; n < Math.min(36_000, from + Math.round(durationSeconds * 10)); n++)
              found[n] = Math.max(found[n] ?? 0, type === 'full' ? 2 : 1)
          }
          return found
        }
        const kept: Candidate[] = []
        for (const one of best) {
          const last = kept.at(-1)
          if (last === undefined || one.startMs >= last.startMs + Math.round(last.durationSeconds * 1000))
            kept.push(one)
        }
        const raw = cells(best)
        assert.equal(figures.rawSeconds, count(raw) / 10)
        assert.equal(figures.editableSeconds, count(cells(kept)) / 10)
        assert.equal(figures.rawHoles, holes(raw))
        assert.equal(figures.editableHoles, holes(cells(kept)))
        assert.equal(
          Object.values(figures.overlaps).reduce((sum, one) => sum + one.count, 0),
          best.length - kept.length,
        )
        assert.equal(
          Object.values(figures.segments).reduce((sum, one) => sum + one.count, 0),
          candidates.length,
        )
        for (const [n, piece] of readPieces(pieces).entries()) {
          const least = Math.min(...raw.subarray(n * 20, n * 20 + 20))
          assert.equal(piece, ['m', 'n', 'f'][least], `piece ${n}`)
        }
      }),
      { numRuns: 150 },
    )
  })
})

const rank = { full: 2, suspect: 1, partial: 0, temp: -1 }
function better(a: Candidate, b: Candidate): Candidate {
  const keys = (one: Candidate) =>
    one.type === 'full'
      ? [rank[one.type], one.durationSeconds, one.bytes ?? 0]
      : [rank[one.type], one.bytes ?? 0, one.durationSeconds]
  for (const [n, key] of keys(a).entries()) if (key !== keys(b)[n]) return key > (keys(b)[n] ?? 0) ? a : b
  return a.hash > b.hash ? a : b
}

const count = (cells: Uint8Array): number => cells.reduce((sum, cell) => sum + Math.min(1, cell), 0)
const holes = (cells: Uint8Array): number =>
  cells.reduce((sum, cell, n) => sum + (cell === 0 && (n === 0 || cells[n - 1] !== 0) ? 1 : 0), 0)
