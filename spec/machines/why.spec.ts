import assert from 'node:assert/strict'
import { type Circumstances, type SeenLocation, type SeenNode, why } from '../../machines/why.js'
import { edit } from '../support/moment.js'
import { at, given, type Place, places, type Told, told, ways } from './given.js'

const node = (name: string, over: Partial<SeenNode> = {}): SeenNode => ({
  name,
  ...{ state: 'running', silentSeconds: 1, offers: true, onlyNamed: false, missingSeconds: null, busyWith: [] },
  ...over,
})
const location = (over: Partial<SeenLocation> = {}): SeenLocation => ({
  ...{ name: 'tube', byHand: false, gate: 'open', state: 'READY', reason: null, until: null, probe: null },
  ...over,
})

/** Of a video that came `past` that way, with one node that runs and offers its location. */
function because(past: readonly Told[], around: Partial<Circumstances> = {}) {
  const { snapshot } = given(...past)
  return why({
    ...{ snapshot, now: at(50), location: location(), nodes: [node('node-a')], cut: null, ahead: 0, heldUp: null },
    ...around,
  })
}

describe('why a video is not moving', () => {
  const usual: Record<Place, string> = {
    UNEDITED: 'It waits for an editor: nobody has edited it yet.',
    EDITED: 'It is about to be taken by node-a.',
    'CLAIMED.PREPARING': 'node-a has taken it: it gathers the segments and opens the upload.',
    'CLAIMED.STREAMING': 'node-a is cutting it and sending it.',
    'FINALIZING.COMMITTING': 'node-a has sent all of it, and waits for tube to confirm that.',
    'FINALIZING.RECONCILING': 'A node asks tube what became of it, since node-a is gone.',
    TRANSCODING: 'tube has it, and is still processing it.',
    DONE: 'It is published and playable: there is nothing to wait for.',
    MODIFIED: 'A node is about to change what tube shows.',
    FAILED:
      'It waits for an operator; possible: `reelstate retry v`, `reelstate edit v --file EDIT.json` or `reelstate link v URL`.',
    UNCERTAIN:
      'It waits for an operator; possible: `reelstate resolve v --uploaded VIDEO_ID --link URL`, `reelstate resolve v --absent` or `reelstate reset v --force`.',
    REJECTED: 'It waits for an operator; possible: `reelstate edit v --file EDIT.json` or `reelstate reset v --force`.',
    OUT_OF_SYNC:
      'It waits for an operator; possible: `reelstate retry v`, `reelstate modify v --title TITLE` or `reelstate modify v --drop`.',
  }
  for (const place of places)
    it(`in ${place} says: ${usual[place]}`, () => {
      const { sentence, state } = because(ways[place])
      assert.equal(state, place)
      assert.equal(sentence, usual[place])
    })

  it('is one sentence, of one line, whatever surrounds it', () => {
    const around: Partial<Circumstances>[] = [
      { nodes: [] },
      { nodes: [node('node-a', { state: 'silent', silentSeconds: 40 }), node('node-b', { state: 'stopped' })] },
      { location: null, nodes: [] },
      { location: location({ gate: 'closed', state: 'PAUSED', reason: 'A reason. ' }) },
      { heldUp: 'process 7 has had a transaction open' },
    ]
    for (const place of places)
      for (const one of around) {
        const { sentence } = because(ways[place], one)
        assert.match(sentence, /^\S[^\n]*[^.\s]\.$/)
      }
  })

  const edited = (over: Partial<typeof edit> = {}) => [told('Edited', { edit: { ...edit, ...over } })]
  const released = (error: string, until: string | null = at(70)) => [
    ...edited(),
    told('Claimed', { attempt: 'first', attempts_limit: 5 }),
    told('Released', { cause: error, counts: true, not_before: until }),
  ]
  const waits: [what: string, past: readonly Told[], around: Partial<Circumstances>, kind: string, says: RegExp][] = [
    [
      'an unfinished edit',
      [told('DraftSaved', { edit: { video_title: 'x' } })],
      {},
      'editor',
      /there is an unfinished edit\.$/,
    ],
    [
      'a link',
      edited(),
      { location: location({ byHand: true, name: 'manual' }) },
      'link',
      /upload it to manual by other means and to give its link: `reelstate link v URL`/,
    ],
    ['a node', edited(), { nodes: [] }, 'no node', /^No running node offers the location tube\.$/],
    [
      'a node that is away',
      edited(),
      { nodes: [node('node-a', { state: 'silent', silentSeconds: 41.4 }), node('node-b', { offers: false })] },
      'no node',
      /^No running node offers the location tube: node-a has been silent for 41 s\.$/,
    ],
    [
      'the node that its edit names',
      edited({ uploader_whitelist: ['node-z'] }),
      {},
      'named node',
      /^Its edit leaves it to node-z: none of those is running and offers tube\.$/,
    ],
    [
      'a node that takes what nobody names',
      edited(),
      { nodes: [node('node-a', { onlyNamed: true })] },
      'named node',
      /^Only node-a/,
    ],
    [
      'a pause that ends',
      edited(),
      {
        location: location({
          gate: 'closed',
          state: 'PAUSED',
          reason: 'the quota is used up.',
          until: '2026-02-01T08:00:00Z',
        }),
      },
      'paused',
      /^The location tube is paused until 2026-02-01 08:00:00 UTC: the quota is used up\.$/,
    ],
    [
      'a pause that somebody has to end',
      edited(),
      { location: location({ gate: 'closed', state: 'PAUSED', reason: 'the channel is moved' }) },
      'paused',
      /^The location tube is paused until somebody resumes it: the channel is moved\.$/,
    ],
    [
      'another video, with which its location is tried',
      edited(),
      { location: location({ gate: 'closed', state: 'PROBING.UNDER_WAY', probe: 'other' }) },
      'probing',
      /is being tried with the video other; until that gets through all others wait/,
    ],
    [
      'its location to be tried',
      edited(),
      { location: location({ gate: 'probe', state: 'PROBING.WAITING', reason: 'it failed' }) },
      'probing',
      /^The location tube is about to be tried with one video, after: it failed\.$/,
    ],
    [
      'the time of its next attempt',
      released('the disk is full.'),
      {},
      'retry',
      /^It is tried again at 18:01:10 UTC \(attempt 2 of 5\), after: the disk is full\.$/,
    ],
    [
      'footage',
      [
        ...edited(),
        told('Warned', {
          kind: 'holes',
          message: 'node-a has no footage from 2026-01-31 18:00:10.000 to 18:00:14.000 UTC',
        }),
      ],
      { nodes: [node('node-a', { missingSeconds: 4 }), node('node-b', { missingSeconds: 10.5 })] },
      'footage',
      /^No running node has all of its footage: node-a has no footage from .* UTC; node-b lacks 10\.5 s\.$/,
    ],
    [
      'a node that has nothing else to do',
      edited(),
      { nodes: [node('node-a', { busyWith: ['x'] })], ahead: 3 },
      'busy',
      /^All nodes that may take it are at work \(node-a on x\); 3 videos are before it\.$/,
    ],
    [
      'somebody who has left a transaction open',
      edited(),
      { heldUp: 'process 7 has one open' },
      'held up',
      /process 7 has one open\.$/,
    ],
    [
      'its cut',
      [...ways['CLAIMED.STREAMING']],
      { cut: { doneSeconds: 43.9, totalSeconds: 100, silentSeconds: 1 } },
      'cutting',
      /^node-a is cutting it and sending it, 43 %\.$/,
    ],
    [
      'a cut that gets no further',
      [...ways['CLAIMED.STREAMING']],
      { cut: { doneSeconds: 43.9, totalSeconds: 100, silentSeconds: 95 } },
      'cutting',
      /43 %, but has got no further for 95 s\.$/,
    ],
    [
      'a node that has it in hand and says nothing',
      [...ways['CLAIMED.PREPARING']],
      { nodes: [node('node-a', { state: 'silent', silentSeconds: 45 })] },
      'silent node',
      /^node-a, which has it in hand, has been silent for 45 s: it is given back/,
    ],
    [
      'a node that stopped while finalizing',
      [...ways['FINALIZING.COMMITTING']],
      { nodes: [node('node-a', { state: 'stopped' })] },
      'silent node',
      /^node-a, which has it in hand, has stopped: another one asks tube/,
    ],
    [
      'somebody who can ask',
      [...ways['FINALIZING.RECONCILING']],
      { nodes: [node('node-a', { state: 'silent' })] },
      'nobody asks',
      /^Nobody can ask tube .* \(node-a is silent\)\.$/,
    ],
    [
      'the one that asks',
      [...ways['FINALIZING.RECONCILING'], told('ReconcileClaimed', { reconcile: 'r' }, 'node-b')],
      { nodes: [node('node-b')] },
      'asking',
      /^node-b asks tube what became of it\.$/,
    ],
    ['somebody who watches', [...ways.TRANSCODING], { nodes: [] }, 'nobody watches', /^Nobody looks after it/],
    [
      'the time of its next change',
      [...ways.MODIFIED, told('UpdateFailed', { cause: 'busy\n', not_before: at(80) })],
      {},
      'retry',
      /^The change is tried again at 18:01:20 UTC, after: busy\.$/,
    ],
    [
      'an operator, and why',
      [...edited(), told('Failed', { attempt: null, cause: 'no node has any of its footage' })],
      {},
      'operator',
      /^It waits for an operator, since no node has any of its footage; possible: `reelstate retry v`/,
    ],
  ]
  for (const [what, past, around, kind, says] of waits)
    it(`says that it waits for ${what}`, () => {
      const { sentence, wait } = because(past, around)
      assert.match(sentence, says)
      assert.equal(wait, kind)
    })

  it('says until when, where that is known', () => {
    assert.equal(because(released('x', at(70))).until, at(70))
    assert.equal(because(edited()).until, null)
  })

  it('finds no hole that its edit allows worth waiting for', () => {
    const lacking = { nodes: [node('node-a', { missingSeconds: 4 })] }
    assert.equal(because(edited({ allow_holes: true }), lacking).wait, 'soon')
    assert.equal(because(edited(), lacking).wait, 'footage')
  })

  it('names what weighs most: who is there, then whether the location takes anything, then the time', () => {
    const paused = location({ gate: 'closed', state: 'PAUSED' })
    assert.equal(because(released('x'), { location: paused, nodes: [] }).wait, 'no node')
    assert.equal(because(released('x'), { location: paused }).wait, 'paused')
    assert.equal(because(released('x')).wait, 'retry')
  })
})
