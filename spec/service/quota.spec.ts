import assert from 'node:assert/strict'
import { pacificDay, pacificDayEnd, pacificDayStart } from '../../src/upload/youtube/pacific.js'
import { costOf } from '../../src/upload/youtube/quota.js'
import { quotaStanding } from '../../src/service/quota.js'

describe("the day of YouTube's quota", () => {
  const iso = (ms: number) => new Date(ms).toISOString()

  /** Each with the day in California, when that began, and when it ends. */
  const moments = {
    'in winter': ['2026-01-31T07:59:59.999Z', '2026-01-30', '2026-01-30T08:00:00.000Z', '2026-01-31T08:00:00.000Z'],
    'at midnight': ['2026-01-31T08:00:00.000Z', '2026-01-31', '2026-01-31T08:00:00.000Z', '2026-02-01T08:00:00.000Z'],
    'in summer': ['2026-07-31T12:00:00.500Z', '2026-07-31', '2026-07-31T07:00:00.000Z', '2026-08-01T07:00:00.000Z'],
    'before clocks go forward': [
      ...(['2026-03-08T09:00:00.000Z', '2026-03-08', '2026-03-08T08:00:00.000Z', '2026-03-09T07:00:00.000Z'] as const),
    ],
    'after clocks went forward': [
      ...(['2026-03-08T20:00:00.000Z', '2026-03-08', '2026-03-08T08:00:00.000Z', '2026-03-09T07:00:00.000Z'] as const),
    ],
    'before clocks go back': [
      ...(['2026-11-01T08:00:00.000Z', '2026-11-01', '2026-11-01T07:00:00.000Z', '2026-11-02T08:00:00.000Z'] as const),
    ],
    'after clocks went back': [
      ...(['2026-11-02T07:30:00.000Z', '2026-11-01', '2026-11-01T07:00:00.000Z', '2026-11-02T08:00:00.000Z'] as const),
    ],
  } as const
  for (const [when, [at, day, begins, ends]] of Object.entries(moments))
    it(`is that of California, ${when}`, () => {
      const ms = Date.parse(at)
      assert.deepEqual([pacificDay(ms), iso(pacificDayStart(ms)), iso(pacificDayEnd(ms))], [day, begins, ends])
    })
})

describe('what a request to YouTube costs', () => {
  const root = 'https://www.googleapis.com'
  const cost = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string) => costOf({ method, url: `${root}${path}` })

  it('is told by its method and path: reading 1, writing 50, and an upload counts apart', () => {
    assert.deepEqual(cost('GET', '/youtube/v3/videos?part=status&id=a'), { method: 'videos.list', units: 1 })
    for (const resource of ['channels', 'playlistItems'])
      assert.deepEqual(cost('GET', `/youtube/v3/${resource}?part=snippet`), { method: `${resource}.list`, units: 1 })
    assert.deepEqual(cost('PUT', '/youtube/v3/videos?part=snippet'), { method: 'videos.update', units: 50 })
    assert.deepEqual(cost('POST', '/upload/youtube/v3/thumbnails/set?videoId=a'), {
      method: 'thumbnails.set',
      units: 50,
    })
    assert.deepEqual(cost('POST', '/youtube/v3/playlistItems?part=snippet'), {
      method: 'playlistItems.insert',
      units: 50,
    })
    assert.deepEqual(cost('POST', '/upload/youtube/v3/videos?uploadType=resumable'), {
      method: 'videos.insert',
      units: 0,
    })
  })

  it('is nothing for the bytes of an upload, its end, and what is no part of the API', () => {
    for (const method of ['PUT', 'DELETE'] as const)
      assert.equal(cost(method, '/upload/youtube/v3/videos?uploadType=resumable&upload_id=x'), null)
    assert.equal(cost('POST', '/token'), null)
  })
})

describe('how long a quota lasts', () => {
  const noon = Date.parse('2026-01-31T20:00:00.000Z')
  const standing = (calls: number, units: number, atMs = noon) =>
    quotaStanding(
      'main',
      { quota_units: 1_000, quota_uploads: 10 },
      { 'videos.insert': { calls, units: 0 }, 'videos.update': { calls: 1, units } },
      atMs,
    )

  it('is told by the pace of the day so far', () => {
    const { uploads, units, dayEndsAt } = standing(8, 500)
    // eight in twelve hours: two more in three hours
    assert.deepEqual(uploads, { used: 8, limit: 10, usedUpAt: '2026-01-31T23:00:00.000Z' })
    // just when the day ends
    assert.deepEqual(units, { used: 500, limit: 1_000, usedUpAt: null })
    assert.equal(dayEndsAt, '2026-02-01T08:00:00.000Z')
  })

  it('is over where as much as the limit is used, and without end where nothing is', () => {
    assert.equal(standing(12, 0).uploads.usedUpAt, new Date(noon).toISOString())
    assert.equal(standing(0, 0).uploads.usedUpAt, null)
    assert.equal(standing(0, 0).units.usedUpAt, null)
  })
})
