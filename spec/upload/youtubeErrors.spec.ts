import assert from 'node:assert/strict'
import { type Reaction, errorOf } from '../../src/upload/youtube/errors.js'
import { pauseMs } from '../../src/upload/youtube/pause.js'
import { apiError, bodyOf } from '../youtube/errors.js'

/** What each error that the documentation names asks for. */
const table: readonly [status: number, reason: string, reaction: Reaction['_tag'], more?: string | null][] = [
  [401, 'authError', 'signIn'],
  [403, 'quotaExceeded', 'pause', 'midnight Pacific'],
  [400, 'uploadLimitExceeded', 'pause', 'in 24 hours'],
  [403, 'rateLimitExceeded', 'backOff'],
  [429, 'rateLimitExceeded', 'backOff'],
  [403, 'userRateLimitExceeded', 'backOff'],
  [500, 'backendError', 'backOff'],
  [502, 'backendError', 'backOff'],
  [503, 'backendError', 'backOff'],
  [504, 'backendError', 'backOff'],
  [400, 'invalidTitle', 'editor', 'video_title'],
  [400, 'invalidDescription', 'editor', 'video_description'],
  [400, 'invalidTags', 'editor', 'video_tags'],
  [400, 'invalidCategoryId', 'operator'],
  [400, 'mediaBodyRequired', 'editor', 'video_ranges'],
  [401, 'youtubeSignupRequired', 'account'],
  [403, 'channelSuspended', 'account'],
]

describe('an error of YouTube', () => {
  const answered = (status: number, body: unknown) => errorOf('the upload', { status, body, header: () => undefined })

  for (const [status, reason, reaction, more] of table) {
    it(`${status} ${reason} asks for ${reaction}${more === undefined ? '' : `: ${more}`}`, () => {
      const error = answered(status, JSON.parse(bodyOf(apiError(status, reason, 'in words'))))
      assert.equal(error.reaction._tag, reaction)
      const { reaction: told } = error
      if (told._tag === 'pause') assert.equal(told.until, more)
      if (told._tag === 'editor') assert.equal(told.field, more)
      assert.equal(error.retryable, ['backOff', 'pause', 'signIn', 'account'].includes(reaction))
      assert.equal(error.message, `YouTube answered the upload with ${status} (${reason}: in words)`)
    })
  }

  it('keeps others from the destination, too, where it is no matter of the one request', () => {
    const troubleOf = (status: number, reason: string) =>
      answered(status, JSON.parse(bodyOf(apiError(status, reason)))).trouble
    assert.equal(troubleOf(403, 'quotaExceeded'), 'quota')
    assert.equal(troubleOf(400, 'uploadLimitExceeded'), 'upload_limit')
    assert.equal(troubleOf(403, 'channelSuspended'), 'account')
    for (const status of [500, 503, 429]) assert.equal(troubleOf(status, 'backendError'), 'unavailable')
    for (const [status, reason] of [
      [400, 'invalidTitle'],
      [404, 'videoNotFound'],
      [409, 'conflict'],
      [400, 'mediaBodyRequired'],
    ] as const)
      assert.equal(troubleOf(status, reason), undefined, reason)
  })

  it('that nobody knows yet is told by its status', () => {
    const reactions = [401, 404, 409, 429, 500, 503].map((status) => answered(status, 'no JSON').reaction._tag)
    assert.deepEqual(reactions, ['signIn', 'operator', 'backOff', 'backOff', 'backOff', 'backOff'])
    assert.equal(answered(400, { error: { message: 'x', errors: [{ reason: 'quiteNew' }] } }).reaction._tag, 'operator')
  })

  it('that asks for a pause says how long: until five minutes past midnight in California, in summer and in winter', () => {
    const hours = (instant: string) => pauseMs('midnight Pacific', Date.parse(instant)) / 3_600_000
    const five = 5 / 60
    for (const [instant, left] of [
      ['2026-01-31T08:00:00Z', 24],
      ['2026-01-31T07:59:00Z', 1 / 60],
      ['2026-07-31T06:00:00Z', 1],
      ['2026-07-31T07:00:00Z', 24],
    ] as const)
      assert.ok(Math.abs(hours(instant) - left - five) < 0.001, instant)
    assert.equal(pauseMs('in 24 hours', 0), 86_400_000)
  })
})
