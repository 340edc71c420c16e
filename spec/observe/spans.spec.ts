import assert from 'node:assert/strict'
import { readHistory } from '../../src/log/read.js'
import { spansOf, traceIdOf } from '../../src/observe/traces/spans.js'
import { happens, livedVideo, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

describe('the spans of an attempt', function () {
  this.timeout(60_000)
  let log: TestLog
  before(async () => (log = await testLog()))
  after(() => log.close())

  const spans = async (id: string) => spansOf(id, await readHistory(log.db, id))
  const told = async (id: string) => (await spans(id)).map(({ name, error, by }) => [name, error, by])

  async function claimed(id: string): Promise<void> {
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit })
    await happens(log.db, id, 'Claimed', { attempt: 'first', attempts_limit: 3, why: null })
    await happens(log.db, id, 'UploadOpened', { attempt: 'first', destination: 'folder' })
  }
  const finalizing = async (id: string): Promise<void> => {
    await claimed(id)
    await happens(log.db, id, 'FinalizeStarted', { attempt: 'first', bytes: 1, receipt: null })
  }

  it('go from the claim to the end, of each attempt in a trace of its own', async () => {
    await livedVideo(log.db, 'lived')
    const all = await spans('lived')
    assert.deepEqual(
      all.map(({ name, error }) => [name, error]),
      [
        ['cut-and-upload', 'the disk is full'],
        ['attempt', 'the disk is full'],
        ['cut-and-upload', null],
        ['finalize', null],
        ['transcode', null],
        ['attempt', null],
      ],
    )
    assert.deepEqual(
      all.map(({ traceId }) => traceId),
      [1, 1, 2, 2, 2, 2].map((n) => traceIdOf('lived', `lived-${n}`)),
    )
    const [cut, finalize, transcode, whole] = all.slice(2)
    assert.deepEqual([cut?.parentId, finalize?.parentId, whole?.parentId], [whole?.spanId, whole?.spanId, null])
    assert.deepEqual([cut?.from, finalize?.from, transcode?.from], [whole?.from, cut?.to, finalize?.to])
    assert.equal(transcode?.to, whole?.to)
    assert.deepEqual(
      cut?.happened.map(({ type }) => type),
      ['UploadOpened'],
    )
    assert.equal(new Set(all.map(({ spanId }) => spanId)).size, all.length)
    assert.ok(all.every(({ traceId, spanId }) => /^[0-9a-f]{32}$/.test(traceId) && /^[0-9a-f]{16}$/.test(spanId)))
  })

  it('are told of by whoever ends them: the node that goes on, or the one whose attempt a person ends', async () => {
    await finalizing('reconciled')
    await happens(log.db, 'reconciled', 'NodeLost', { attempt: 'first', lost: 'node-a', cause: 'it is gone' }, 'node-b')
    await happens(log.db, 'reconciled', 'ReconcileClaimed', { attempt: 'first', reconcile: 'second' }, 'node-c')
    const uploaded = { attempt: 'second', video_id: 'v', video_link: 'https://example.org/v', processing: false }
    await happens(log.db, 'reconciled', 'Uploaded', uploaded, 'node-c')
    assert.deepEqual(await told('reconciled'), [
      ['cut-and-upload', null, 'node-a'],
      ['finalize', null, 'node-c'],
      ['attempt', null, 'node-c'],
    ])
    const [, finalize] = await spans('reconciled')
    assert.deepEqual(
      finalize?.happened.map(({ type }) => type),
      ['NodeLost', 'ReconcileClaimed'],
    )

    await claimed('reset')
    await happens(log.db, 'reset', 'Reset', { force: false, reason: null }, null)
    assert.deepEqual(await told('reset'), [
      ['cut-and-upload', 'Reset led to UNEDITED', 'node-a'],
      ['attempt', 'Reset led to UNEDITED', 'node-a'],
    ])
  })

  it('have the error of what could not be told, and of a picture that was not taken', async () => {
    await finalizing('uncertain')
    await happens(log.db, 'uncertain', 'FinalizeUnknown', { attempt: 'first', cause: 'it cannot tell' })
    assert.deepEqual((await told('uncertain')).slice(1), [
      ['finalize', 'it cannot tell', 'node-a'],
      ['attempt', 'it cannot tell', 'node-a'],
    ])

    await finalizing('plain')
    const uploaded = { attempt: 'first', video_id: 'v', video_link: 'https://example.org/v', processing: true }
    await happens(log.db, 'plain', 'Uploaded', uploaded)
    await happens(log.db, 'plain', 'ThumbnailFailed', { video_id: 'v', cause: 'it is too large' }, 'node-b')
    await happens(log.db, 'plain', 'Processed', { video_id: 'v' }, 'node-b')
    assert.deepEqual((await told('plain')).slice(2), [
      ['thumbnail', 'it is too large', 'node-b'],
      ['transcode', null, 'node-b'],
      ['attempt', 'it is too large', 'node-b'],
    ])
  })

  it('are none for as long as nothing is at an end', async () => {
    await claimed('begun')
    assert.deepEqual(await told('begun'), [])
  })
})
