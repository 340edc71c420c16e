import assert from 'node:assert/strict'
import { at, given, told, ways } from './given.js'

const { EDITED, UNCERTAIN, DONE } = ways
const claimed = ways['CLAIMED.STREAMING']
const finalizing = ways['FINALIZING.COMMITTING']
const reconciling = ways['FINALIZING.RECONCILING']
const asked = [...reconciling, told('ReconcileClaimed', { attempt: 'first', reconcile: 'asker' }, 'node-b')]
const old = { attempt: 'long ago' }

describe('an attempt', () => {
  it('is the only one whose events are taken while it lasts', () => {
    for (const type of ['UploadOpened', 'FinalizeStarted', 'Released', 'Failed', 'NodeLost'] as const)
      given(...claimed)
        .when(told(type, old))
        .isRefused()
    for (const type of ['Uploaded', 'Released', 'Failed', 'FinalizeUnknown', 'NodeLost'] as const)
      given(...finalizing)
        .when(told(type, old))
        .isRefused()
  })

  it('is over once its node is lost: a zombie cannot begin to finalize', () => {
    const again = [
      ...claimed,
      told('NodeLost'),
      told('Claimed', { attempt: 'second', attempts_limit: 5 }, 'node-b'),
      told('UploadOpened'),
    ]
    given(...again)
      .when(told('FinalizeStarted', { attempt: 'first' }))
      .isRefused()
    given(...again)
      .when(told('FinalizeStarted', { attempt: 'second' }))
      .leadsTo('FINALIZING.COMMITTING')
  })

  it('cannot finalize before it has opened an upload', () =>
    given(...ways['CLAIMED.PREPARING'])
      .when(told('FinalizeStarted'))
      .isRefused())

  it('is given back or failed in FINALIZING only with proof that nothing was published', () => {
    for (const type of ['Released', 'Failed'] as const)
      given(...finalizing)
        .when(told(type, { proof: null }))
        .isRefused()
    given(...finalizing)
      .when(told('Released', { proof: 'aborted' }))
      .leadsTo('EDITED')
  })

  it('that counts, and is the last one allowed, fails the video', () => {
    const once = [...EDITED, told('Claimed', { attempt: 'a', attempts_limit: 2 }), told('Released', { counts: true })]
    given(...once, told('Claimed', { attempt: 'b', attempts_limit: 2 }))
      .when(told('Released', { counts: true }))
      .leadsTo('FAILED')
    given(...once, told('Claimed', { attempt: 'b', attempts_limit: 2 }))
      .when(told('Released', { counts: false }))
      .leadsTo('EDITED')
    given(...once, told('Claimed', { attempt: 'b', attempts_limit: 2 }))
      .when(told('NodeLost'))
      .leadsTo('FAILED')
  })

  it('is counted from the beginning again after an edit or a retry', () => {
    const failed = [...EDITED, told('Claimed', { attempt: 'a', attempts_limit: 1 }), told('Released', { counts: true })]
    for (const type of ['Edited', 'Retried'] as const)
      assert.equal(given(...failed, told(type)).snapshot.context.attempts, 0)
  })

  it('waits for its time, and not for one that a retry by hand has cleared', () => {
    const waiting = [...claimed, told('Released', { counts: true, not_before: at(500) })]
    given(...waiting)
      .when(told('Claimed', { attempt: 'next' }))
      .isRefused()
    given(...waiting)
      .when(told('Retried'))
      .leadsTo('EDITED')
    given(...waiting, told('Retried'))
      .when(told('Claimed', { attempt: 'next' }))
      .leadsTo('CLAIMED.PREPARING')
  })

  it('is only for nodes of the allow-list', () => {
    const edited = given(...EDITED).snapshot.context.edit
    const listed = [told('Edited', { edit: { ...edited, uploader_whitelist: ['node-b'] } as never })]
    given(...listed)
      .when(told('Claimed', { attempt: 'x' }, 'node-a'))
      .isRefused()
    given(...listed)
      .when(told('Claimed', { attempt: 'x' }, 'node-b'))
      .leadsTo('CLAIMED.PREPARING')
  })

  it('asks for its upload to be cancelled when a person takes the video away', () => {
    for (const type of ['Reset', 'Edited', 'DraftSaved'] as const) {
      const { effects } = given(...claimed)
        .when(told(type))
        .leadsTo(type === 'Edited' ? 'EDITED' : 'UNEDITED')
      assert.deepEqual(
        effects.find((effect) => effect.type === 'cancelUpload'),
        { type: 'cancelUpload', video: 'v', attempt: 'first', node: 'node-a' },
      )
    }
  })
})

describe('reconciling', () => {
  it('is done by one node at a time, and by another if that one is lost', () => {
    given(...asked)
      .when(told('ReconcileClaimed', { attempt: 'first', reconcile: 'another' }, 'node-c'))
      .isRefused()
    given(...asked, told('NodeLost', { attempt: 'asker', lost: 'node-b' }))
      .when(told('ReconcileClaimed', { attempt: 'first', reconcile: 'another' }, 'node-c'))
      .leadsTo('FINALIZING.RECONCILING')
  })

  it('believes whoever says that the upload was published, and only the asker that it was not', () => {
    given(...asked)
      .when(told('Uploaded', { attempt: 'first' }))
      .leadsTo('DONE')
    given(...reconciling)
      .when(told('Uploaded', { attempt: 'first' }))
      .leadsTo('DONE')
    given(...asked)
      .when(told('Released', { attempt: 'first', proof: 'p' }))
      .isRefused()
    given(...asked)
      .when(told('Released', { attempt: 'asker', proof: 'p' }))
      .leadsTo('EDITED')
    given(...asked)
      .when(told('FinalizeUnknown', { attempt: 'asker' }))
      .leadsTo('UNCERTAIN')
  })
})

describe('what is or may be published', () => {
  it('becomes an orphan when the video is reset by force', () => {
    const orphans = given(...DONE, told('Reset')).snapshot.context.orphans
    assert.deepEqual(
      orphans.map(({ id, video_link }) => ({ id, video_link })),
      [{ id: 'id', video_link: 'link' }],
    )
    assert.deepEqual(
      given(...UNCERTAIN, told('Reset')).snapshot.context.orphans.map(({ id, video_id }) => ({ id, video_id })),
      [{ id: 'attempt/first', video_id: null }],
    )
  })

  it('is nothing while the last byte is held back', () =>
    assert.deepEqual(given(...claimed, told('Reset')).snapshot.context.orphans, []))

  it('is taken in any state when it comes to light late, and once', () => {
    const found = told('OrphanFound', { attempt: 'first', video_id: 'late' })
    given(...UNCERTAIN)
      .when(found)
      .leadsTo('UNCERTAIN')
    given(...UNCERTAIN, found)
      .when(found)
      .isRefused()
    // an open session that was left behind turns out to be this one
    assert.deepEqual(
      given(...UNCERTAIN, told('Reset'), found).snapshot.context.orphans.map(({ id }) => id),
      ['late'],
    )
  })

  it('is nobody’s care any more once it is known to have come to nothing, which cannot be said of a publication', () => {
    const left = [...UNCERTAIN, told('Reset')]
    given(...left)
      .when(told('OrphanAborted', { attempt: 'another' }))
      .isRefused()
    assert.deepEqual(given(...left, told('OrphanAborted')).snapshot.context.orphans, [])
    given(...left, told('OrphanFound', { attempt: 'first', video_id: 'late' }))
      .when(told('OrphanAborted', { attempt: 'first' }))
      .isRefused()
  })

  it('is this video again where publishing anew has taken its place', () => {
    const found = told('OrphanFound', { attempt: 'long ago', video_id: 'same' })
    const { snapshot } = given(...finalizing, found, told('Uploaded', { video_id: 'same' }))
    assert.deepEqual([snapshot.context.orphans, snapshot.context.published?.video_id], [[], 'same'])
  })

  it('can be adopted, dismissed or hidden; an open session cannot be adopted', () => {
    const left = [...DONE, told('Reset')]
    given(...left)
      .when(told('OrphanAdopted', { orphan: 'id' }))
      .leadsTo('DONE')
    assert.equal(given(...left, told('OrphanAdopted', { orphan: 'id' })).snapshot.context.published?.video_id, 'id')
    for (const type of ['OrphanDismissed', 'OrphanUnlisted'] as const)
      assert.deepEqual(given(...left, told(type, { orphan: 'id' })).snapshot.context.orphans, [])
    given(...UNCERTAIN, told('Reset'))
      .when(told('OrphanAdopted', { orphan: 'attempt/first' }))
      .isRefused()
  })

  it('stays what it is when a node that comes late speaks of another publication or modification', () => {
    for (const type of ['Rejected', 'ThumbnailFailed'] as const)
      given(...DONE)
        .when(told(type, { video_id: 'other' }))
        .isRefused()
    given(...ways.MODIFIED)
      .when(told('Updated', { modification: 'older' }))
      .isRefused()
  })

  it('shows its last published values again when a modification is dropped', () => {
    const modified = [...DONE, told('Modified', { modification: 'm', edit: { video_title: 'new title' } })]
    assert.equal(given(...modified).snapshot.context.edit.video_title, 'new title')
    assert.equal(given(...modified, told('ModificationDropped')).snapshot.context.edit.video_title, 'title')
  })

  it('without its thumbnail ends OUT_OF_SYNC once it is playable, its id kept', () =>
    assert.equal(given(...ways.OUT_OF_SYNC).snapshot.context.published?.video_id, 'id'))
})

describe('a warning', () => {
  it('is not repeated by another node while it stands, and goes with a claim', () => {
    const warned = told('Warned', { kind: 'holes', message: 'a hole' })
    given(...EDITED, warned)
      .when(told('Warned', { kind: 'holes', message: 'a hole' }))
      .isRefused()
    given(...EDITED, warned)
      .when(told('Warned', { kind: 'holes', message: 'my hole' }, 'node-b'))
      .isRefused()
    assert.equal(
      given(...EDITED, warned, told('Claimed', { attempt: 'x', attempts_limit: 3 })).snapshot.context.warning,
      null,
    )
  })
})
