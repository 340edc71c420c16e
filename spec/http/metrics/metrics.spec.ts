import assert from 'node:assert/strict'
import type { Sample } from '../../../src/observe/metrics/sample.js'
import { openMetrics } from '../../../src/observe/metrics/metrics.js'
import { connect } from '../../../src/log/database.js'
import { Exposition } from '../../support/exposition.js'
import { until } from '../../support/processes.js'
import { openWorkplace, type Workplace } from '../workplace.js'

describe('the metrics over HTTP', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await openWorkplace()
    await place.edited('one')
    await place.edited('two')
    await place.append('two', 'Claimed', { attempt: 'attempt-1', attempts_limit: 3, why: null })
  })
  after(() => place[Symbol.asyncDispose]())

  async function scrape(url = place.url, path = '/metrics'): Promise<Exposition> {
    const response = await fetch(url + path)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    return Exposition.parse(await response.text())
  }

  it('are where Prometheus looks for them, and where wubloader has them', async () => {
    const [ours, theirs] = [await scrape(), await scrape(place.url, '/metrics/thrimshim')]
    assert.deepEqual([...theirs.families.keys()], [...ours.families.keys()])
    assert.equal(ours.value('reelstate_node_info', { node: 'spec', version: '1.2.3' }), 1)
    assert.ok(ours.value('process_resident_memory_bytes') > 1_000_000)
    for (const name of [
      'videos_uploaded',
      'upload_errors',
      'no_candidates',
      'videos_marked_done',
      'videos_transcoding',
    ])
      assert.ok(ours.families.has(name), name)
  })

  it('say how many videos are in every state of the chart, and how long the oldest has waited', async () => {
    const { url, close } = await place.serve()
    const seen = await scrape(url)
    assert.deepEqual(seen.by('reelstate_videos', 'state'), { EDITED: 1, CLAIMED: 1 })
    assert.equal(seen.families.get('reelstate_videos')?.samples.length, 11)
    assert.deepEqual(Object.keys(seen.by('reelstate_oldest_video_seconds', 'state')).sort(), ['CLAIMED', 'EDITED'])
    const { rows } = await place.db.query<{ seconds: number }>(
      `select extract(epoch from clock_timestamp() - edit_time)::float8 as seconds from reelstate.videos where id = 'one'`,
    )
    const waited = seen.value('reelstate_oldest_video_seconds', { state: 'EDITED' })
    assert.ok(waited > 0 && waited <= (rows[0]?.seconds ?? 0), `${waited} s`)
    await close()
  })

  it('count requests by the route that was declared, whatever clients make up', async () => {
    const metrics = openMetrics({ node: 'spec', version: '0' })
    const { url, close } = await place.serve({ metrics })
    await Promise.all([
      ...['one', 'two', 'three'].map((id) => fetch(`${url}/api/videos/${id}`)),
      ...[1, 2, 3].map((i) => fetch(`${url}/made/up/${i}?${'x'.repeat(i)}`)),
      fetch(`${url}/api/videos?limit=none`),
      fetch(`${url}/healthz`, { method: 'BREW' }).catch(() => undefined),
    ])
    const seen = await scrape(url)
    const count = (labels: Record<string, string>) => seen.value('reelstate_http_requests_total', labels)
    const video = '/api/videos/:id'
    assert.deepEqual(
      [
        count({ route: video, method: 'GET', status: '200' }),
        count({ route: video, method: 'GET', status: '404' }),
        count({ route: '', method: 'GET', status: '404' }),
        count({ route: '/api/videos', method: 'GET', status: '400' }),
      ],
      [2, 1, 3, 1],
    )
    assert.equal(seen.value('reelstate_http_request_seconds_count', { route: video, method: 'GET' }), 3)
    await close()
  })

  it('say how many listen to the events, and have no seconds of what never ends', async () => {
    const { url, close } = await place.serve()
    const leaving = new AbortController()
    await Promise.all([1, 2].map(() => fetch(`${url}/api/stream`, { signal: leaving.signal })))
    assert.equal((await scrape(url)).value('reelstate_sse_listeners'), 2)
    leaving.abort()
    const streams = { route: '/api/stream', method: 'GET', status: '200' }
    let seen = await scrape(url)
    await until(async () => {
      seen = await scrape(url)
      return seen.value('reelstate_http_requests_total', streams) === 2
    }, 'both have left')
    assert.equal(seen.value('reelstate_sse_listeners'), 0)
    assert.deepEqual(seen.by('reelstate_http_request_seconds_count', 'route')['/api/stream'], undefined)
    await close()
  })

  it('take gauges in from whoever has some, ask for them once for all who come at the same time, and forget what is gone', async () => {
    const metrics = openMetrics({ node: 'spec', version: '0' })
    let samples: readonly Sample[] = []
    let asked = 0
    metrics.samplers.push(async () => {
      asked++
      return samples
    })
    const { url, close } = await place.serve({ metrics })
    const coverage = (channel: string, value: number): Sample => ({
      ...{ name: 'raw_coverage', help: 'Seconds.', labels: { channel, hour: '2026-01-31T18' }, value },
    })
    samples = [coverage('main', 3_600), coverage('a "quoted"\\\nname', 12.5)]
    const all = await Promise.all([1, 2, 3, 4, 5].map(() => scrape(url)))
    assert.equal(asked, 1)
    for (const seen of all) {
      assert.equal(seen.value('raw_coverage', { channel: 'main', hour: '2026-01-31T18' }), 3_600)
      assert.equal(seen.value('raw_coverage', { channel: 'a "quoted"\\\nname', hour: '2026-01-31T18' }), 12.5)
    }
    samples = []
    await until(async () => !(await scrape(url)).families.has('raw_coverage'), 'they are gone')
    await close()
  })

  it('leave out what cannot be asked, say so, and answer all the same', async () => {
    const gone = connect({ url: 'postgres://nobody@127.0.0.1:1/nothing', name: 'spec' })
    const metrics = openMetrics({ node: 'spec', version: '0' })
    metrics.samplers.push(
      () => Promise.reject(new Error('no idea')),
      () => new Promise(() => undefined),
    )
    const { url, close } = await place.serve({ db: gone, metrics })
    const seen = await scrape(url)
    assert.ok(!seen.families.has('reelstate_videos'))
    assert.equal(seen.value('reelstate_scrape_failures_total'), 1)
    assert.ok(seen.families.has('reelstate_events_seen_total'))
    await close()
    await gone.end()
  })
})
