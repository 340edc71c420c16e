import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { formatInstant, instantMs } from '../../machines/codecs.js'
import { decodeDraft, decodeEdit, decodeModification } from '../../machines/edit.js'
import { describeProblem } from '../../machines/problems.js'
import { edit } from '../support/moment.js'

const refusals = (input: unknown): string[] => {
  const decoded = decodeEdit(input)
  return isLeft(decoded) ? decoded.left.map(({ field }) => field) : []
}

describe('an edit', () => {
  it('needs a title, a range, a location and a channel; the rest has defaults', () => {
    const { video_title, video_ranges, upload_location, video_channel } = edit
    const decoded = decodeEdit({ video_title, video_ranges, upload_location, video_channel })
    assert.ok(isRight(decoded))
    assert.equal(decoded.right.video_quality, 'source')
    assert.equal(decoded.right.public, true)
    assert.deepEqual(refusals({}), ['video_title', 'upload_location', 'video_ranges', 'video_channel'])
  })

  it('is refused by the name of each field that is wrong', () => {
    const cases: [object, string][] = [
      [{ video_title: 'x'.repeat(101) }, 'video_title'],
      [{ video_title: 'a < b' }, 'video_title'],
      [{ video_title: '   ' }, 'video_title'],
      [{ video_title: 7 }, 'video_title'],
      [{ video_description: 'é'.repeat(2501) }, 'video_description'],
      [{ video_description: 'a > b' }, 'video_description'],
      [{ video_tags: Array.from({ length: 63 }, () => '1234567') }, 'video_tags'],
      [{ video_tags: ['ok', 'a,b'] }, 'video_tags[1]'],
      [{ video_ranges: [] }, 'video_ranges'],
      [{ video_ranges: [['2026-01-31T18:00:10Z', '2026-01-31T18:00:10Z']], video_transitions: [] }, 'video_ranges[0]'],
      [{ video_ranges: [['2026-01-31T18:00:10Z', '2026-01-31T18:00:09Z']], video_transitions: [] }, 'video_ranges[0]'],
      [
        { video_ranges: [['2026-02-30T18:00:10Z', '2026-03-31T18:00:09Z']], video_transitions: [] },
        'video_ranges[0][0]',
      ],
      [
        { video_ranges: [['2026-01-31T18:00:10+02:00', '2026-01-31T19:00:10Z']], video_transitions: [] },
        'video_ranges[0][0]',
      ],
      [{ video_transitions: [null, null] }, 'video_transitions'],
      [{ video_transitions: [['fade', 5]] }, 'video_transitions[0]'],
      [{ video_transitions: [['fades', 1]] }, 'video_transitions[0]'],
      [{ video_channel: '../secrets' }, 'video_channel'],
      [{ video_channel: '.hidden' }, 'video_channel'],
      [{ video_quality: 'a/b' }, 'video_quality'],
      [{ uploader_whitelist: [] }, 'uploader_whitelist'],
      [{ thumbnail_mode: 'PRETTY' }, 'thumbnail_mode'],
      [{ thumbnail_mode: 'BARE' }, 'thumbnail_time'],
      [{ thumbnail_mode: 'TEMPLATE', thumbnail_time: '2026-01-31T18:00:10Z' }, 'thumbnail_template'],
      [{ thumbnail_mode: 'TEMPLATE', thumbnail_template: 'blue' }, 'thumbnail_time'],
      [{ thumbnail_mode: 'CUSTOM' }, 'thumbnail_image'],
      [{ thumbnail_mode: 'CUSTOM', thumbnail_image: 'raffle.png' }, 'thumbnail_image'],
      [{ thumbnail_crop: [0, 0, 640] }, 'thumbnail_crop'],
      [{ thumbnail_crop: [640, 0, 640, 360] }, 'thumbnail_crop'],
      [{ thumbnail_crop: [-1, 0, 640, 360] }, 'thumbnail_crop'],
      [{ thumbnail_location: [0, 0, 640, 4097] }, 'thumbnail_location'],
      [{ video_titel: 'x' }, 'video_titel'],
    ]
    for (const [over, field] of cases) assert.deepEqual(refusals({ ...edit, ...over }), [field], JSON.stringify(over))
  })

  it('is refused with what was found and what is allowed', () => {
    const cases: [object, string][] = [
      [{ video_title: '  ' }, 'video_title: found a blank title; allowed is 1 to 100 characters'],
      [{ video_title: undefined }, 'video_title: found nothing; allowed is a text'],
      [{ video_title: 7 }, 'video_title: found 7; allowed is a text'],
      [{ video_ranges: 'all' }, 'video_ranges: found "all"; allowed is a list of [start, end]'],
      [{ public: 'yes' }, 'public: found "yes"; allowed is true or false'],
      [
        { thumbnail_mode: 'BARE' },
        'thumbnail_time: found nothing; allowed is the UTC time of the picture, as thumbnail_mode is BARE',
      ],
      [
        { thumbnail_location: [9, 0, 8, 360] },
        'thumbnail_location: found 9,0,8,360; allowed is left,top,right,bottom with 0 <= left < right <= 4096 and 0 <= top < bottom <= 4096',
      ],
      [
        { video_tags: Array.from({ length: 6 }, (_, i) => `${i}`.repeat(90)) },
        'video_tags: found 545 characters in all; allowed is at most 500, commas and quotes counted',
      ],
      [
        { video_ranges: [['18:00', '2026-01-31T18:00:10Z']], video_transitions: [] },
        'video_ranges[0][0]: found "18:00"; allowed is a UTC time such as 2026-01-31T18:00:00.000Z',
      ],
    ]
    for (const [over, message] of cases) {
      const decoded = decodeEdit({ ...edit, ...over })
      assert.deepEqual(isLeft(decoded) && decoded.left.map(describeProblem), [message])
    }
  })

  it('counts characters of a title and bytes of a description as its destination does', () => {
    assert.deepEqual(refusals({ ...edit, video_title: '𝒳'.repeat(100) }), [])
    assert.deepEqual(refusals({ ...edit, video_description: 'é'.repeat(2500) }), [])
  })

  it('has a thumbnail of any mode that it has the inputs for, and may keep inputs of others', () => {
    const time = '2026-01-31T18:00:10Z'
    const all = { thumbnail_time: time, thumbnail_template: 'blue', thumbnail_image: 'a'.repeat(64) }
    for (const over of [
      { thumbnail_mode: 'BARE', thumbnail_time: time },
      { thumbnail_mode: 'TEMPLATE', thumbnail_time: time, thumbnail_template: 'blue' },
      { thumbnail_mode: 'CUSTOM', thumbnail_image: 'a'.repeat(64) },
      { thumbnail_mode: 'CUSTOM', ...all },
      { thumbnail_mode: 'NONE', ...all },
    ])
      assert.deepEqual(refusals({ ...edit, ...over }), [], JSON.stringify(over))
    // unfinished, it may say how before it says what
    assert.ok(isRight(decodeDraft({ thumbnail_mode: 'BARE' })))
  })

  it('is what it was after a way through JSON', () => {
    const decoded = decodeEdit(JSON.parse(JSON.stringify(edit)))
    assert.ok(isRight(decoded))
    assert.deepEqual(decoded.right, edit)
  })

  it('may leave anything out as a draft, but nothing may be wrong in it; published, only what can still change', () => {
    assert.ok(isRight(decodeDraft({})))
    assert.ok(isLeft(decodeDraft({ video_title: 'a < b' })))
    assert.ok(isRight(decodeModification({ video_title: 'other' })))
    assert.ok(isLeft(decodeModification({ video_ranges: edit.video_ranges })))
  })

  it('is decoded or refused, whatever it is, and never throws', () => {
    fc.assert(fc.property(fc.anything(), (anything) => void [decodeEdit(anything), decodeDraft(anything)]))
  })
})

describe('an instant', () => {
  it('is the same after a way through its text', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), (ms) => instantMs(formatInstant(ms)) === ms))
  })

  it('takes the forms that clients send, and no other zone or calendar', () => {
    for (const text of [
      '2023-11-11T18:00:00',
      '2023-11-11T18:00:00Z',
      '2023-11-11T18:00:00.000000',
      '2023-11-11T18:00',
      '2023-11-11T18:00:00+00:00',
    ])
      assert.equal(instantMs(text), Date.UTC(2023, 10, 11, 18), text)
    for (const text of [
      '',
      'now',
      '2023-11-11',
      '2023-13-01T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '2023-11-11T25:00:00Z',
      '2023-11-11T18:00:00+01:00',
      '1e3',
    ])
      assert.ok(Number.isNaN(instantMs(text)), text)
  })
})
