import assert from 'node:assert/strict'
import { right } from 'fp-ts/lib/Either.js'
import { event, type VideoEvent } from '../../machines/events.js'
import { video } from '../../machines/video.js'
import { kindOf, mayBeAnnounced, messageOf } from '../../src/announce/message.js'
import { retryMs } from '../../src/announce/retry.js'
import { signature } from '../../src/announce/signature.js'

const states = Object.keys(video.states)
const errors = ['FAILED', 'UNCERTAIN', 'REJECTED', 'OUT_OF_SYNC']

describe('what is announced', () => {
  it('is every way into DONE and into an error state, from each other state, and nothing else', () => {
    for (const before of states)
      for (const state of states) {
        const kind = state === 'DONE' ? 'done' : errors.includes(state) ? 'attention' : null
        assert.equal(kindOf({ type: 'Any', state }, before), before === state ? null : kind, `${before} to ${state}`)
        assert.equal(mayBeAnnounced({ type: 'Any', state }), kind !== null)
      }
    assert.equal(kindOf({ type: 'ManualLinked', state: 'DONE' }, null), 'done')
    assert.equal(kindOf({ type: 'Claimed', state: 'CLAIMED.PREPARING' }, 'EDITED'), null)
    assert.equal(kindOf({ type: 'Uploaded', state: 'DONE' }, 'FINALIZING.COMMITTING'), 'done')
  })

  it('is a warning, and what is left behind at a destination, though the video stays where it is', () => {
    for (const type of ['Warned', 'OrphanFound'])
      for (const state of ['EDITED', 'DONE', 'FAILED']) {
        assert.equal(kindOf({ type, state }, state), 'attention')
        assert.ok(mayBeAnnounced({ type, state }))
      }
  })

  const envelope = { at: '2026-01-31T18:00:00.000Z', actor: null, node: 'node-a', cause: null }
  const record = {
    ...{ position: '7', txid: '70', stream: 'video/raffle', version: 3, type: 'Failed', schema: 1, state: 'FAILED' },
    ...{ chart: 1, data: {}, actor: null, node: 'node-a', cause: null, recordedAt: envelope.at },
  }
  const telling = {
    ...{ before: 'EDITED', title: 'The raffle', location: 'local', videoLink: null, videoId: null },
    error: 'what is wrong by now',
  }

  it('has the reason of the event itself, also where the video has another one by now', () => {
    const failed = event('Failed', { attempt: null, cause: 'nobody has it', proof: null }, envelope)
    const warned = event('Warned', { kind: 'holes', message: 'node-a has a hole' }, envelope)
    const orphan = { attempt: 'a', upload_location: 'youtube', video_id: 'v', video_link: 'https://youtu.be/v' }
    const found = event('OrphanFound', orphan, envelope)
    const of = (one: VideoEvent) => messageOf('raffle', { ...record, event: right(one) }, 'attention', telling).error
    assert.equal(of(failed), 'nobody has it')
    assert.equal(of(warned), 'node-a has a hole')
    assert.equal(of(found), 'published at youtube by an attempt that was over: https://youtu.be/v')
  })

  it("has the video's where the event says none, and none where all is well", () => {
    const processed = event('Processed', { video_id: 'v' }, envelope)
    const of = (kind: 'done' | 'attention') =>
      messageOf('raffle', { ...record, event: right(processed) }, kind, telling).error
    assert.equal(of('attention'), 'what is wrong by now')
    assert.equal(of('done'), null)
  })
})

describe('the wait before a message is tried again', () => {
  it('is a second, doubled each time up to five minutes, give or take a fifth', () => {
    const middle = (failures: number) => retryMs(failures, () => 0.5)
    assert.deepEqual([1, 2, 3, 8, 9, 10, 5000].map(middle), [1000, 2000, 4000, 128_000, 256_000, 300_000, 300_000])
    assert.equal(
      retryMs(1, () => 0),
      800,
    )
    assert.equal(
      retryMs(1, () => 1),
      1200,
    )
  })
})

describe('the signature', () => {
  it('is that of RFC 2104 and FIPS 180, as other software computes it', () => {
    // printf '1700000000.{"id":"ü"}' | openssl dgst -sha256 -hmac secret
    assert.equal(
      signature('secret', 1_700_000_000, '{"id":"ü"}'),
      'sha256=09990785c00e0d182a1578cc03a4d06c4337dd79be3a6a20dce32de49f9f8b6d',
    )
  })
})
