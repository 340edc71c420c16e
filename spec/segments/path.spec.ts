import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isLeft, isRight, right } from 'fp-ts/lib/Either.js'
import { formatSegmentPath, hourOf, hourStartMs, isSafeName, parseSegmentPath } from '../../src/segments/path.js'

const safeName = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }).filter(isSafeName)
const segmentName = fc.record({
  channel: safeName,
  quality: safeName,
  startMs: fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }),
  durationSeconds: fc.integer({ min: 0, max: 1e9 }).map((micros) => micros / 1e6),
  type: fc.constantFrom('full' as const, 'suspect' as const, 'partial' as const, 'temp' as const),
  hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('base64url')),
})

describe('a segment’s path', () => {
  it('is read back as it was written, also behind a data root', () => {
    fc.assert(
      fc.property(segmentName, fc.constantFrom('', '/srv/recordings/', './data/'), (name, root) => {
        const path = root + formatSegmentPath(name)
        assert.deepEqual(parseSegmentPath(path), right({ path, ...name }))
      }),
    )
  })

  it('has the hour in its folder and the rest of the time in its name', () => {
    const startMs = Date.UTC(2023, 10, 11, 18, 59, 58, 7)
    const name = {
      channel: 'desertbus',
      quality: 'source',
      startMs,
      durationSeconds: 2,
      type: 'full',
      hash: 'a-b_c',
    } as const
    assert.equal(formatSegmentPath(name), 'desertbus/source/2023-11-11T18/59:58.007-2.000-full-a-b_c.ts')
  })

  it('keeps every "-" of the hash and of a temporary segment’s random name', () => {
    for (const hash of ['-a--b-', '6c84fb90-12c4-11e1-840d-7b25c5ee775a']) {
      const parsed = parseSegmentPath(`c/q/2023-11-11T18/00:00.000-2.0-temp-${hash}.ts`)
      assert.equal(isRight(parsed) && parsed.right.hash, hash)
    }
  })

  for (const [reason, path] of [
    ['too few folders', '2023-11-11T18/00:00.000-2.0-full-x.ts'],
    ['an hour that no day has', 'c/q/2023-11-11T24/00:00.000-2.0-full-x.ts'],
    ['a day that no month has', 'c/q/2023-02-30T10/00:00.000-2.0-full-x.ts'],
    ['a minute that no hour has', 'c/q/2023-11-11T18/60:00.000-2.0-full-x.ts'],
    ['a duration that is no number', 'c/q/2023-11-11T18/00:00.000-long-full-x.ts'],
    ['a duration below zero', 'c/q/2023-11-11T18/00:00.000--2.0-full-x.ts'],
    ['an unknown type', 'c/q/2023-11-11T18/00:00.000-2.0-whole-x.ts'],
    ['no hash', 'c/q/2023-11-11T18/00:00.000-2.0-full-.ts'],
    ['another extension', 'c/q/2023-11-11T18/00:00.000-2.0-full-x.ts.tombstone'],
    ['a channel that climbs', '../q/2023-11-11T18/00:00.000-2.0-full-x.ts'],
  ] as const) {
    it(`is refused with a reason where it has ${reason}`, () => {
      const parsed = parseSegmentPath(path)
      assert.ok(isLeft(parsed))
      assert.equal(parsed.left.path, path)
      assert.notEqual(parsed.left.reason, '')
    })
  }

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseSegmentPath(`c/q/2023-11-11T18/${text}`)))
  })

  it('can’t be made for a channel that is no folder’s name', () => {
    const name = { quality: 'q', startMs: 0, durationSeconds: 2, type: 'full', hash: 'x' } as const
    for (const channel of ['', '.', '..', '.hidden', 'a/b', 'a\\b', 'a\0b', 'x'.repeat(256)]) {
      assert.equal(isSafeName(channel), false)
      assert.throws(() => formatSegmentPath({ ...name, channel }), RangeError)
    }
  })

  it('names the hour of every instant so that it is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (ms) => {
        assert.equal(hourStartMs(hourOf(ms)), ms - (ms % 3_600_000))
      }),
    )
  })
})
