import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Measured, type Placed, anchored, durationMs, place } from '../../../src/segments/ingest/timeline.js'

const SECOND = 90_000
const WRAP = 2 ** 33
const AT = Date.UTC(2026, 0, 1)

/** A segment whose picture is over at `to` and whose sound, as always, a little earlier. */
function measured(from: number, to: number, more: Partial<Measured> = {}): Measured {
  return {
    startTicks: from,
    endTicks: to,
    firstEndTicks: to - 2000,
    dateTimeMs: undefined,
    discontinuity: false,
    afterLoss: false,
    listedSeconds: (to - from) / SECOND,
    ...more,
  }
}
const first = anchored(measured(900_000, 900_000 + 2 * SECOND), AT)
const next = (more: Partial<Measured>, from = 900_000 + 2 * SECOND - 2000) =>
  place(measured(from, from + 2 * SECOND, more), first)
/** Where the next segment begins, in milliseconds after the first, and by what. */
const begins = (more: Partial<Measured>, from?: number) => {
  const where = next(more, from)
  if (where.type === 'by timestamps') return ['timestamps', where.placed.startMs - AT]
  const ms = where.dateTimeMs ?? where.otherwiseMs
  return ['anchor', ms === undefined ? undefined : ms - AT]
}

describe('the time of an ingested segment', () => {
  it('is an anchor’s for the first', () => {
    const where = place(measured(5, 10, { dateTimeMs: AT }), undefined)
    assert.deepEqual(where, { type: 'by anchor', dateTimeMs: AT, otherwiseMs: undefined })
  })

  it('follows from the timestamps, whatever EXTINF and the dates say', () => {
    assert.deepEqual(begins({ listedSeconds: 2.5, dateTimeMs: AT + 2400 }), ['timestamps', 1978])
  })

  it('is the date’s after a discontinuity', () => {
    assert.deepEqual(begins({ discontinuity: true, dateTimeMs: AT + 9000 }, 0), ['anchor', 9000])
  })

  it('is the end of the one before after a discontinuity without a date', () => {
    assert.deepEqual(begins({ discontinuity: true }, 0), ['anchor', 2000])
  })

  it('goes on over a discontinuity that is none', () => {
    assert.deepEqual(begins({ discontinuity: true }), ['timestamps', 1978])
    assert.deepEqual(begins({ discontinuity: true, dateTimeMs: AT + 2000 }), ['timestamps', 1978])
  })

  it('is a new anchor’s where the timestamps jump without a word', () => {
    for (const from of [0, 900_000 + 0.5 * SECOND, 900_000 + 3000 * SECOND]) {
      assert.deepEqual(begins({}, from), ['anchor', 2000])
      assert.deepEqual(begins({ dateTimeMs: AT + 7000 }, from), ['anchor', 7000])
    }
  })

  it('leaves out what is missing where the clock went on', () => {
    const from = 900_000 + 12 * SECOND
    assert.deepEqual(begins({}, from), ['timestamps', 12_000])
    assert.deepEqual(begins({ afterLoss: true, dateTimeMs: AT + 12_040 }, from), ['timestamps', 12_000])
    assert.deepEqual(begins({ afterLoss: true, dateTimeMs: AT + 15_000 }, from), ['anchor', 15_000])
  })

  it('goes on where 33 bits begin anew, any number of times', () => {
    const long = fc.array(fc.integer({ min: 100, max: 30 * SECOND }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: WRAP - 1 }), long, (from, lengths) => {
        let at = from
        let placed: Placed | undefined
        for (const length of [...lengths, WRAP / 3, WRAP / 3, WRAP / 3, ...lengths]) {
          const startTicks = at % WRAP
          const one = measured(startTicks, startTicks + length, { firstEndTicks: startTicks + length })
          const where = place(one, placed)
          placed = where.type === 'by timestamps' ? where.placed : anchored(one, AT)
          assert.ok(Math.abs(placed.startMs - AT - (at - from) / 90) <= 0.5)
          at += length
        }
      }),
    )
  })
})

describe('the duration of an ingested segment', () => {
  const lasts = (more: Partial<Measured>, from?: number) => {
    const where = next(more, from)
    const ms = where.type === 'by anchor' ? (where.dateTimeMs ?? where.otherwiseMs ?? NaN) : NaN
    return durationMs(first, where.type === 'by timestamps' ? where.placed : anchored(measured(0, 1), ms))
  }

  it('reaches to the start of the next, without hole or overlap', () => assert.equal(lasts({}), 1978))

  it('is its own at the end of the stream, up to the last of its frames', () => {
    assert.equal(durationMs(first, 'ended'), 2000)
  })

  it('is that of its shortest stream where the stream goes on without us: there the next one begins', () => {
    assert.equal(durationMs(first, 'goes on'), 1978)
  })

  it('is its own before a hole', () => {
    assert.equal(lasts({ discontinuity: true, dateTimeMs: AT + 9000 }, 0), 2000)
    assert.equal(lasts({ afterLoss: true }, 900_000 + 12 * SECOND), 2000)
  })

  it('bridges what a date is not exact enough to tell', () => {
    assert.equal(lasts({ discontinuity: true, dateTimeMs: AT + 2090 }, 0), 2090)
    assert.equal(lasts({ discontinuity: true, dateTimeMs: AT + 1960 }, 0), 1960)
  })

  it('is its own where the clock was set back', () => {
    assert.equal(lasts({ discontinuity: true, dateTimeMs: AT - 3_600_000 }, 0), 2000)
  })

  it('is EXTINF’s where the timestamps inside jump', () => {
    const broken = anchored(measured(0, 5000 * SECOND, { listedSeconds: 2 }), AT)
    assert.equal(durationMs(broken, 'ended'), 2000)
  })

  it('is never nothing', () => {
    assert.equal(durationMs(anchored(measured(0, 0, { firstEndTicks: 0 }), AT), 'ended'), 1)
  })
})
