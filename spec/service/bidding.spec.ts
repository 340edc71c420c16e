import assert from 'node:assert/strict'
import type { Bid } from '../../src/log/footage.js'
import { judgeBids } from '../../src/service/bidding.js'

const bid = (node: string, missingSeconds: number, nothing = false): Bid => ({ node, missingSeconds, nothing })

describe('A node that misses some of the footage, where holes are allowed,', () => {
  it('waits a moment for those that have not looked yet', () => {
    const verdict = judgeBids('a', { bids: [bid('a', 2)], expected: 1, waitedMs: 500 })
    assert.deepEqual(verdict, { claims: false, againMs: 1_000 })
  })

  it('takes it without waiting where everybody has looked and nobody misses less, and says why', () => {
    const bids = [bid('a', 2), bid('b', 4.5), bid('c', 10, true)]
    assert.deepEqual(judgeBids('a', { bids, expected: 0, waitedMs: 3 }), {
      claims: true,
      why: 'misses 2.000 s; b 4.500 s; c all of it',
    })
  })

  it('leaves it to the one that misses less', () => {
    const verdict = judgeBids('b', { bids: [bid('a', 2), bid('b', 4.5)], expected: 0, waitedMs: 2_000 })
    assert.deepEqual(verdict, { claims: false, againMs: 3_000 })
  })

  it('takes it all the same where that one does not take it, and says so', () => {
    assert.deepEqual(judgeBids('b', { bids: [bid('a', 2), bid('b', 4.5)], expected: 0, waitedMs: 5_001 }), {
      claims: true,
      why: 'misses 4.500 s; a 2.000 s; who misses less did not take it within 5 s',
    })
  })

  it('takes it where another misses as much: whoever is first', () => {
    for (const own of ['a', 'b'])
      assert.equal(judgeBids(own, { bids: [bid('a', 2), bid('b', 2)], expected: 0, waitedMs: 0 }).claims, true)
  })

  it('does not wait for ever for one that never looks', () => {
    assert.equal(judgeBids('a', { bids: [bid('a', 2)], expected: 3, waitedMs: 1_500 }).claims, true)
  })
})
