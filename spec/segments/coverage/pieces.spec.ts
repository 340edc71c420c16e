import assert from 'node:assert/strict'
import fc from 'fast-check'
import { colours, MAP_HEIGHT, pixelsOf, spanOf } from '../../../src/segments/coverage/map.js'
import { type Piece, PIECES_AN_HOUR, readPieces, written } from '../../../src/segments/coverage/pieces.js'

describe('the pieces of an hour', () => {
  it('are read as they were written', () => {
    const some = fc.array(fc.tuple(fc.constantFrom<Piece>('f', 'n', 'm'), fc.integer({ min: 1, max: 400 })))
    fc.assert(
      fc.property(some, (runs) => {
        const pieces = runs.flatMap(([piece, times]) => Array<Piece>(times).fill(piece)).slice(0, PIECES_AN_HOUR)
        const all = [...pieces, ...Array<Piece>(PIECES_AN_HOUR - pieces.length).fill('m')]
        assert.deepEqual(readPieces(written(pieces)), all)
      }),
    )
  })

  it('are missing where a text does not say them, and never more than an hour has', () => {
    assert.deepEqual(new Set(readPieces('')), new Set(['m']))
    assert.equal(readPieces('f9999f9999n9999').length, PIECES_AN_HOUR)
  })
})

describe('the map', () => {
  const colourAt = ({ rgb, width }: ReturnType<typeof pixelsOf>, x: number, y: number) => [
    ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
  ]

  it('has six columns an hour, two seconds a pixel, the earliest to the left', () => {
    const hours = [
      { hour: '2026-01-31T18', pieces: 'f300m1n1f298' },
      { hour: '2026-01-31T20', pieces: 'f1800' },
    ]
    const span = spanOf(['2026-01-31T20', '2026-01-31T18'], 744)
    assert.deepEqual(span, { startMs: Date.UTC(2026, 0, 31, 18), hours: 3 })
    const pixels = pixelsOf(hours, span)
    assert.deepEqual([pixels.width, pixels.height, MAP_HEIGHT], [18, 300, 300])
    assert.deepEqual(colourAt(pixels, 0, 0), [...colours.f])
    assert.deepEqual(colourAt(pixels, 0, 299), [...colours.f])
    assert.deepEqual(colourAt(pixels, 1, 0), [255, 255, 255])
    assert.deepEqual(colourAt(pixels, 1, 1), [...colours.n])
    assert.deepEqual(colourAt(pixels, 1, 2), [...colours.f])
    assert.deepEqual(colourAt(pixels, 2, 0), [255, 255, 255])
    // an hour without a folder
    assert.deepEqual(colourAt(pixels, 8, 150), [255, 255, 255])
    assert.deepEqual(colourAt(pixels, 17, 299), [...colours.f])
  })

  it('is as wide as it may be, whatever the earliest hour is', () => {
    const span = spanOf(['1970-01-01T00', '2026-01-31T20'], 744)
    assert.deepEqual(span, { startMs: Date.UTC(2026, 0, 31, 20) - 743 * 3_600_000, hours: 744 })
    assert.equal(pixelsOf([{ hour: '1970-01-01T00', pieces: 'f1800' }], span).width, 4464)
    assert.equal(spanOf([], 744), null)
  })
})
