import assert from 'node:assert/strict'
import { type Workplace, openWorkplace } from '../workplace.js'
import { asking } from './asked.js'

describe('what needs a person, over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace()
    await fails('a', 'segment 12:03:04.000-2.000-full-x7.ts of 104 is damaged\nffmpeg said much more')
    await fails('b', 'segment 13:00:00.500-2.000-full-y9.ts of 7 is damaged')
    await fails('c', 'YouTube answered the chunk at 1048576 with 503 (backendError)')
    await fails('d', 'YouTube answered the chunk at 2097152 with 403 (quotaExceeded)')
    await place.edited('warned')
    await place.append('warned', 'Warned', { kind: 'holes', message: 'no segments from 10:02:14 on' })
    await place.edited('well')
  })
  after(() => place[Symbol.asyncDispose]())

  async function fails(id: string, cause: string): Promise<void> {
    await place.edited(id)
    await place.append(id, 'Failed', { attempt: null, cause, proof: null })
  }
  const get = (path: string) => asking(place.url)('GET', path)

  it('has those together that say the same but for ids, times and sizes, and apart what was answered with', async () => {
    const { json } = await get('/api/attention')
    assert.deepEqual(
      json.groups.map(({ kind, state, line, count }: Record<string, unknown>) => [kind, state, line, count]),
      [
        ['error', 'FAILED', 'segment … of … is damaged', 2],
        ['error', 'FAILED', 'YouTube answered the chunk at … with 403 (quotaExceeded)', 1],
        ['error', 'FAILED', 'YouTube answered the chunk at … with 503 (backendError)', 1],
        ['warning', 'EDITED', 'no segments from … on', 1],
      ],
    )
    const [{ videos, oldest, newest }, , , warning] = json.groups
    assert.deepEqual(
      videos.map(({ id, says }: Record<string, unknown>) => [id, says]),
      [
        ['a', 'segment 12:03:04.000-2.000-full-x7.ts of 104 is damaged'],
        ['b', 'segment 13:00:00.500-2.000-full-y9.ts of 7 is damaged'],
      ],
    )
    const { json: a } = await get('/api/videos?text=title%20of%20a')
    assert.deepEqual([oldest, videos[0].since], [a.videos[0].stateSince, oldest])
    assert.ok(oldest < newest)
    assert.equal(warning.warningKind, 'holes')
    assert.equal(json.more, false)
  })

  it('finds by the line of a group just its videos, errors and warnings alike', async () => {
    for (const { line, count } of (await get('/api/attention')).json.groups) {
      const { json } = await get(`/api/videos?${new URLSearchParams({ error_line: line }).toString()}`)
      assert.deepEqual([json.videos.length, json.total], [count, { count, isExact: true }], line)
    }
  })

  it('has what is left behind at destinations, whatever state its videos are in', async () => {
    await place.append('well', 'Claimed', { attempt: 'w', attempts_limit: 3, why: null })
    await place.append('well', 'UploadOpened', { attempt: 'w', destination: 'folder' })
    await place.append('well', 'FinalizeStarted', { attempt: 'w', bytes: 1, receipt: null })
    await place.append('well', 'Reset', { force: true, reason: null })
    const { json } = await get('/api/attention')
    const group = json.groups.at(-1)
    assert.deepEqual(
      [group.kind, group.state, group.line, group.count, group.videos[0].id, group.videos[0].state],
      ['orphans', null, null, 1, 'well', 'UNEDITED'],
    )
  })

  it('says of a video which version it is that waits, and that only force is taken of it', async () => {
    const { json } = await get('/api/videos/a/why')
    assert.equal(json.version, 3)
    assert.equal(json.remedies.find(({ event }: { event: string }) => event === 'Reset').forced, false)
  })
})
