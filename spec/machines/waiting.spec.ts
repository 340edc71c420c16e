import assert from 'node:assert/strict'
import { statesWaitingFor, waitNames, waitOf, type WaitingRow } from '../../machines/waiting.js'
import { metaOf, video } from '../../machines/video.js'

describe('what a video waits for', () => {
  const now = '2026-01-31T18:00:00.000Z'
  const waits = (row: Partial<WaitingRow>, isClosed = false) =>
    waitOf({ state: 'EDITED', not_before: null, warning_kind: null, ...row }, isClosed, now)

  it('is what the chart says of its state, unless something else comes first', () => {
    for (const state of Object.keys(video.states)) assert.equal(waits({ state }), metaOf(state)?.waitsFor, state)
  })

  it('is its time while it is tried again later, whatever else there is', () => {
    const later = { not_before: '2026-01-31T18:00:00.001Z', warning_kind: 'holes' }
    assert.equal(waits(later, true), 'time')
    assert.equal(waits({ ...later, state: 'MODIFIED' }), 'time')
    assert.equal(waits({ ...later, not_before: now }), 'segments')
  })

  it('is its location while that is closed, else the footage that is missing', () => {
    assert.equal(waits({ warning_kind: 'holes' }, true), 'location')
    assert.equal(waits({ warning_kind: 'holes' }), 'segments')
    assert.equal(waits({ warning_kind: 'no_node' }), 'node')
  })

  it('is a person where somebody has to upload it and give its link', () =>
    assert.equal(waits({ warning_kind: 'link' }), 'operator'))

  it('can be each of these in some state', () => {
    for (const wait of waitNames) assert.ok(statesWaitingFor(wait).length > 0, wait)
    assert.deepEqual(statesWaitingFor('time'), ['EDITED', 'MODIFIED'])
  })
})
