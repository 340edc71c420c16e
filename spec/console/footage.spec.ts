import assert from 'node:assert/strict'
import { lastingSeconds, mark, moved, overlaps } from '../../src/console/edit/ranges.js'
import { reaching } from '../../src/console/edit/view.js'
import { clockFormat } from '../../src/console/player/clockTime.js'
import { entriesOf, holesIn, playlistOf } from '../../src/console/player/mediaPlaylist.js'
import { markOf, stretchesOf, toPlayer, toStream } from '../../src/console/player/streamTime.js'

const at = (seconds: number): number => Date.UTC(2026, 0, 31, 18) + seconds * 1000
const segment = (start: number, end: number, type = 'full'): string =>
  `#EXT-X-PROGRAM-DATE-TIME:${new Date(at(start)).toISOString().replace('Z', '000Z')}
#EXTINF:${(end - start).toFixed(3)},live
/segments/camera/source/2026-01-31T18/00%3A${start}-${end - start}-${type}-hash.ts
`
const playlist = (...segments: string[]): string => `#EXTM3U\n#EXT-X-TARGETDURATION:2\n${segments.join('')}`
const span = (start: number, end: number) => ({ startMs: at(start), endMs: at(end) })

describe('the footage that the console looks at', () => {
  it('has holes where no segment is, at the ends, too, and behind one that may not be whole', () => {
    const whole = entriesOf(playlist(segment(0, 2), segment(2, 4), segment(6, 8)))
    assert.deepEqual(holesIn(whole, span(1, 4)), [])
    assert.deepEqual(holesIn(whole, span(1, 7)), [span(4, 6)])
    assert.deepEqual(holesIn(whole, span(-1, 9)), [span(-1, 0), span(4, 6), span(8, 9)])
    assert.deepEqual(holesIn([], span(0, 1)), [span(0, 1)])
    const partial = entriesOf(playlist(segment(0, 2, 'partial'), segment(2, 4)))
    assert.deepEqual(holesIn(partial, span(0, 4)), [span(0, 2)])
  })

  it('is looked at as far as it reaches now, from where it was, unless that would be too long', () => {
    const hour = { quality: 'source', startMs: at(0), lengthMs: 3_600_000 }
    assert.equal(reaching(hour, at(3599)), hour)
    assert.deepEqual(reaching(hour, at(3600)), { ...hour, lengthMs: 3 * 3_600_000 })
    assert.equal(reaching(hour, at(6 * 3600)), hour)
  })

  it('is one playlist of several stretches, with a break before each and at each hole', () => {
    const entries = entriesOf(playlist(segment(0, 2), segment(2, 4), segment(6, 8)))
    const lines = playlistOf([entries, entries.slice(0, 1)]).split('\n')
    assert.equal(lines.filter((line) => line === '#EXT-X-DISCONTINUITY').length, 2)
    assert.deepEqual(entriesOf(lines.join('\n')), [...entries, entries[0]])
    assert.equal(lines.at(-2), '#EXT-X-ENDLIST')
  })

  it('is found in the player by its time, and the other way round, over a hole', () => {
    const placed = [
      { start: 0, duration: 2, programDateTime: at(0) },
      { start: 2, duration: 2, programDateTime: at(6) },
    ]
    assert.deepEqual([toPlayer(placed, at(1)), toPlayer(placed, at(4)), toPlayer(placed, at(7))], [1, 2, 3])
    assert.deepEqual([toPlayer(placed, at(-1)), toPlayer(placed, at(99))], [0, 4])
    assert.deepEqual([toStream(placed, 1.5), toStream(placed, 2.5), toStream([], 1)], [at(1.5), at(6.5), null])
    const parts = [{ ...span(6.5, 7), from: 1, to: 2 }]
    assert.deepEqual(stretchesOf(placed, parts), [{ start: 2.5, end: 3 }])
    // of a picture at a third of a second the millisecond in which it is shown; a rounding error is none
    assert.deepEqual([markOf(333.333), markOf(333.9999)], [333, 334])
  })

  it('has times that are read as they are written, by each scale', () => {
    for (const format of [
      clockFormat('UTC', null),
      clockFormat('local', null),
      clockFormat('stream', '2026-01-30T18:00:00Z'),
    ])
      assert.equal(format.read(format.exact(at(7.033))), at(7.033), format.name)
    assert.equal(clockFormat('stream', '2026-01-30T18:00:00Z').exact(at(7.033)), '24:00:07.033')
    assert.equal(clockFormat('UTC', null).read('2026-01-31 18:00'), at(0))
    assert.equal(clockFormat('UTC', null).read('yesterday'), null)
  })
})

describe('the ranges of a form', () => {
  const range = (key: number, start: number | null, end: number | null) => ({
    ...{ key, startMs: start === null ? null : at(start), endMs: end === null ? null : at(end) },
    comesIn: null,
  })

  it('lose the other end where what is marked lies beyond it', () => {
    assert.deepEqual(mark(range(1, 2, 4), 'startMs', at(5)), range(1, 5, null))
    assert.deepEqual(mark(range(1, 2, 4), 'endMs', at(2)), range(1, null, 2))
    assert.deepEqual(mark(range(1, 2, 4), 'endMs', at(3)), range(1, 2, 3))
  })

  it('are moved, and know which of them overlap; one that only touches another does not', () => {
    const all = [range(1, 0, 2), range(2, 2, 4), range(3, 3, 5), range(4, 1, null)]
    assert.deepEqual(overlaps(all), [[2, 3]])
    assert.deepEqual(
      moved(all, 0, 2).map(({ key }) => key),
      [2, 3, 1, 4],
    )
    assert.equal(lastingSeconds([range(1, 0, 2), { ...range(2, 2, 4), comesIn: ['fade', 0.5] }]), 3.5)
  })
})
