import assert from 'node:assert/strict'
import { bestSequence } from '../../../src/segments/bestSequence.js'
import { needsOf } from '../../../src/segments/peers/needs.js'
import type { Segment, SegmentType } from '../../../src/segments/segment.js'

/** As `4-6` or `4-6 suspect`, seconds from the beginning. What is the same has the same hash, whoever has it. */
function segment(text: string, whose: string): Segment {
  const [time = '', type = 'full'] = text.split(' ')
  const [from = 0, to = 0] = time.split('-').map(Number)
  const name = { startMs: from * 1000, durationSeconds: to - from, type: type as SegmentType, hash: text }
  return { path: `${whose}/${text}`, channel: 'c', quality: 'q', ...name }
}
const of = (whose: string, texts: string) => texts.split(', ').flatMap((text) => (text ? [segment(text, whose)] : []))

/** Of the stretch from second 10 to 20. */
function needs(ours: string, theirs: string, hidden = '') {
  const range = { startMs: 10_000, endMs: 20_000 }
  const mine = of('ours', ours)
  const { segments, together } = needsOf(range, {
    ours: mine,
    hidden: of('hidden', hidden),
    offered: of('theirs', theirs),
  })
  const { holes } = bestSequence([...mine, ...segments], range)
  return {
    needed: segments.map(({ hash }) => hash).join(', '),
    together,
    holes: holes.map(({ startMs, endMs }) => `${startMs / 1000}-${endMs / 1000}`).join(', '),
  }
}

describe('what is worth having of what others have', () => {
  const all = '10-12, 12-14, 14-16, 16-18, 18-20'
  const allButOne = '10-12, 14-16, 16-18, 18-20'

  it('is nothing where nothing is missing', () => {
    assert.deepEqual(needs(all, all), { needed: '', together: false, holes: '' })
    assert.deepEqual(needs(all, '10-13, 13-20'), { needed: '', together: false, holes: '' })
  })

  it('is what closes the holes, and nothing else', () => {
    assert.deepEqual(needs('10-12, 16-18', all), { needed: '12-14, 14-16, 18-20', together: false, holes: '' })
    assert.deepEqual(needs('', '9-11, 11-20.5'), { needed: '9-11, 11-20.5', together: false, holes: '' })
  })

  it('is a part of it where that is all there is', () => {
    assert.deepEqual(needs('10-12', '14-16'), { needed: '14-16', together: false, holes: '12-14, 16-20' })
  })

  it('is a full segment in place of a suspect or partial one of ours', () => {
    assert.deepEqual(needs('10-12, 12-14 suspect, 14-16 partial, 16-18, 18-20', all), {
      needed: '12-14, 14-16',
      together: false,
      holes: '',
    })
  })

  it('is a suspect one where nobody has a full one, and not twice', () => {
    assert.deepEqual(needs(allButOne, '12-14 suspect'), { needed: '12-14 suspect', together: false, holes: '12-14' })
    assert.equal(needs(`${allButOne}, 12-14 suspect`, '12-14 suspect, 12-14 partial').needed, '')
  })

  it('is a full one rather than a suspect one that begins before it', () => {
    assert.equal(needs(allButOne, '12-13.9 suspect, 12.5-14').needed, '12.5-14')
  })

  it('is nothing that a tombstone of ours hides', () => {
    assert.deepEqual(needs(allButOne, all, '12-14'), { needed: '', together: false, holes: '12-14' })
  })

  it('is nothing that would keep out what we have, in the range or beside it', () => {
    assert.equal(needs(allButOne, '11-13, 13-15').needed, '')
    assert.equal(needs(allButOne, '12-14.5').needed, '')
    assert.equal(needs(allButOne, '12-14.005').needed, '12-14.005')
    assert.equal(needs('10-12, 12-14, 14-16, 16-18, 20-22', '18-20.5').needed, '')
  })

  it('is all of another cutting of the stream where that has fewer holes and opens none', () => {
    assert.deepEqual(needs('10-12, 14-16', '10-13, 13-15, 15-17, 17-19, 19-21'), {
      needed: '10-13, 13-15, 15-17, 17-19, 19-21',
      together: true,
      holes: '',
    })
    assert.deepEqual(needs('10-12, 14-16, 18-20', '9-11, 11-13, 13-15, 15-17, 17-19, 19-21').together, true)
    assert.deepEqual(needs('10-12, 14-16, 18-20, 20-22', '13-15, 15-17, 17-19').needed, '')
  })
})
