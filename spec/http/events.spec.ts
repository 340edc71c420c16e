import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import pg from 'pg'
import { noteProgress } from '../../src/log/progress.js'
import { noteQuota } from '../../src/log/quota.js'
import { befalls } from '../support/locations.js'
import { source } from '../support/moment.js'
import { until } from '../support/processes.js'
import { listenTo, type Message, typesIn } from './stream.js'
import { openWorkplace, type Workplace } from './workplace.js'

const claim = { attempt: 'attempt-1', attempts_limit: 3, why: null }

describe('the stream of events', function () {
  this.timeout(30_000)
  let place: Workplace
  beforeEach(async () => {
    place = await openWorkplace({ heartbeatMs: 200 })
  })
  afterEach(() => place[Symbol.asyncDispose]())

  const count = (wanted: number) => (messages: readonly Message[]) =>
    typesIn(messages).length >= wanted ? typesIn(messages) : undefined
  const lastIdOf = (messages: readonly Message[]): string => messages.findLast(({ id }) => id !== null)?.id ?? ''
  const newest = (kind: string, messages: readonly Message[]) =>
    messages.findLast((message) => message.kind === kind)?.data

  it('begins with the newest events and goes on with each as it happens', async () => {
    await place.edited('one', 'The first')
    await using client = await listenTo(`${place.url}/api/stream`)
    assert.deepEqual(await client.until(count(2)), ['Created', 'Edited'])
    await place.append('one', 'Claimed', claim)
    await client.until(count(3))
    const event = newest('message', client.messages)
    assert.equal(event?.id, lastIdOf(client.messages))
    assert.deepEqual(
      [event?.type, event?.video, event?.title, event?.state, event?.node],
      ['Claimed', 'one', 'The first', 'CLAIMED.PREPARING', 'node-a'],
    )
    assert.equal('data' in (event ?? {}), false)
  })

  it('has what happens to locations, too, which are no videos', async () => {
    await place.edited('one')
    await using client = await listenTo(`${place.url}/api/stream`)
    await client.until(count(2))
    await befalls(place.db, 'tube', 'Paused', { why: 'why', until: null })
    await noteQuota(place.db, 'main', { day: '2026-01-31', used: {} }, 'node-a')
    await place.append('one', 'Claimed', claim)
    assert.deepEqual((await client.until(count(5))).slice(2), ['Paused', 'QuotaUsed', 'Claimed'])
    const { data: event } = client.messages.find(({ data }) => data.type === 'Paused') ?? {}
    assert.deepEqual([event?.stream, event?.video, event?.title, event?.state], ['location/tube', null, null, 'PAUSED'])
  })

  it('gives only as many of the newest as are asked for', async () => {
    await place.edited('one')
    await place.append('one', 'Claimed', claim)
    await using client = await listenTo(`${place.url}/api/stream?back=1`)
    // they come in order: an older one would be the first
    assert.deepEqual(await client.until(count(1)), ['Claimed'])
  })

  it('gives a page of one video only what concerns that, from its own past on', async () => {
    await place.edited('one')
    await place.edited('two')
    await place.edited('three')
    await using client = await listenTo(`${place.url}/api/stream?video=one&back=1`)
    assert.deepEqual(await client.until(count(1)), ['Edited'])
    await place.append('two', 'Claimed', claim)
    await place.append('one', 'Claimed', { ...claim, attempt: 'attempt-2' })
    await client.until(count(2))
    assert.deepEqual([...new Set(client.messages.flatMap(({ data }) => data?.video ?? []))], ['one'])
    assert.ok(client.messages.every(({ kind }) => kind !== 'counts'))
    const last = lastIdOf(client.messages)
    await place.append('one', 'UploadOpened', { attempt: 'attempt-2', destination: null })
    await using again = await listenTo(`${place.url}/api/stream?video=one`, { 'last-event-id': last })
    assert.deepEqual(await again.until(count(1)), ['UploadOpened'])
  })

  it('goes on for a client that has not read for a while, without piling up or losing anything', async () => {
    const { url } = await place.serve()
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8').on('data', (more: string) => (text += more))
    socket.write('GET /api/stream HTTP/1.1\r\nhost: x\r\n\r\n')
    await once(socket, 'data')
    socket.pause()
    await place.append('one', 'Created', { source })
    for (let n = 0; n < 260; n++) await place.append('one', 'DraftSaved', { edit: { video_title: 'x'.repeat(90) } })
    socket.resume()
    const versions = () => [...text.matchAll(/"version":(\d+)/g)].map(([, version]) => Number(version))
    while (versions().at(-1) !== 261) await once(socket, 'data')
    assert.deepEqual(
      versions(),
      Array.from({ length: 261 }, (_, n) => n + 1),
    )
    socket.destroy()
  })

  it('goes on after the last event that a client has had, however far behind it is', async () => {
    await place.edited('one')
    const left = await listenTo(`${place.url}/api/stream`)
    await left.until(count(1))
    const [first] = left.messages.filter(({ id }) => id !== null)
    await left[Symbol.asyncDispose]()
    await place.append('one', 'Claimed', claim)
    await using again = await listenTo(`${place.url}/api/stream`, { 'last-event-id': first?.id ?? '' })
    assert.deepEqual(await again.until(count(2)), ['Edited', 'Claimed'])
    await using other = await listenTo(`${place.url}/api/stream?after=${first?.id}`)
    assert.deepEqual(await other.until(count(2)), ['Edited', 'Claimed'])
  })

  it('loses and repeats nothing while many append at once, for clients that come at any time', async () => {
    const videos = Array.from({ length: 30 }, (_, i) => `video-${i}`)
    await using early = await listenTo(`${place.url}/api/stream`)
    const [late] = await Promise.all([
      early.until(count(20)).then(() => listenTo(`${place.url}/api/stream?back=500`)),
      ...videos.map((video) => place.edited(video)),
    ])
    await using joined = late
    for (const client of [early, joined]) {
      await client.until(count(60))
      const ids = client.messages.flatMap(({ id }) => id ?? [])
      assert.equal(new Set(ids).size, 60)
      assert.equal(ids.length, 60)
    }
  })

  it('begins again, and says so, for a client whose place is none of this log', async () => {
    await place.edited('one')
    await using client = await listenTo(`${place.url}/api/stream`, { 'last-event-id': '999999999999.5' })
    await client.until(count(2))
    assert.equal(client.messages[0]?.kind, 'restart')
  })

  it('refuses a place that is none', async () => {
    const response = await fetch(`${place.url}/api/stream`, { headers: { 'last-event-id': 'yesterday' } })
    assert.equal(response.status, 400)
    const { problems } = (await response.json()) as { problems: { field: string }[] }
    assert.equal(problems[0]?.field, 'Last-Event-ID')
  })

  it('tells the counts whenever they change, and gives signs of life', async () => {
    await using client = await listenTo(`${place.url}/api/stream`)
    await place.edited('one')
    await client.until((messages) => (newest('counts', messages)?.EDITED === 1 ? true : undefined))
    await client.until((messages) => (messages.filter(({ kind }) => kind === 'standing').length > 3 ? true : undefined))
    assert.deepEqual(newest('standing', client.messages), { live: true, why: null })
  })

  it('tells how many have a warning or have left something behind, but of one video alone', async () => {
    await place.edited('one')
    await using client = await listenTo(`${place.url}/api/stream`)
    await using ofOne = await listenTo(`${place.url}/api/stream?video=one`)
    const told = (warnings: number, orphans: number) => (messages: readonly Message[]) =>
      JSON.stringify(newest('attention', messages)) === JSON.stringify({ warnings, orphans }) ? true : undefined
    await client.until(told(0, 0))
    await place.append('one', 'Warned', { kind: 'holes', message: 'no node has all of it' })
    await client.until(told(1, 0))
    await place.append('one', 'OrphanFound', {
      ...{ attempt: 'gone', upload_location: 'local', video_id: 'other', video_link: 'https://example.org/other' },
    })
    await client.until(told(1, 1))
    await place.append('one', 'Failed', { attempt: null, cause: 'the disk is full', proof: null })
    await client.until(told(0, 1))
    await ofOne.until(count(5))
    assert.ok(ofOne.messages.every(({ kind }) => kind !== 'attention'))
  })

  it('tells how far a cut is while its video is claimed, and stops with it', async () => {
    await place.edited('one', 'The first')
    await place.append('one', 'Claimed', claim)
    await noteProgress(place.db, 'one', { attempt: 'attempt-1', doneSeconds: 12.5, totalSeconds: 60, bytes: 1_000 })
    await using client = await listenTo(`${place.url}/api/stream`)
    const cut = await client.until(
      (messages) => (newest('progress', messages) as Record<string, unknown>[] | undefined)?.[0],
    )
    assert.deepEqual(
      [cut.video, cut.title, cut.node, cut.doneSeconds, cut.totalSeconds],
      ['one', 'The first', 'node-a', 12.5, 60],
    )
    await place.append('one', 'Released', {
      attempt: 'attempt-1',
      cause: 'stopped',
      counts: false,
      not_before: null,
      proof: null,
    })
    await client.until((messages) => (JSON.stringify(newest('progress', messages)) === '[]' ? true : undefined))
  })

  it('serves no more clients at once than it is told to, and a new one when another has gone', async () => {
    const { url } = await place.serve({ clients: 1 })
    const first = await listenTo(`${url}/api/stream`)
    const refused = await fetch(`${url}/api/stream`)
    assert.equal(refused.status, 503)
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    await refused.text()
    await first[Symbol.asyncDispose]()
    for (let status = 503; status !== 200;) {
      await using next = await listenTo(`${url}/api/stream`)
      status = next.status
    }
  })

  it('keeps no place for a client that has gone while it was looked up where it begins', async () => {
    await place.edited('one')
    const { url, port } = await place.serve({ clients: 2 })
    await using first = await listenTo(`${url}/api/stream`)
    await first.until(count(2))
    const locking = new pg.Client({ connectionString: place.databaseUrl })
    await locking.connect()
    try {
      await locking.query('begin; lock table reelstate.events in access exclusive mode')
      const gone = connect(port, '127.0.0.1').resume()
      gone.write('GET /api/stream HTTP/1.1\r\nhost: x\r\n\r\n')
      await until(async () => {
        // else a transaction sees what it saw at its first look for as long as it lasts
        await locking.query('select pg_stat_clear_snapshot()')
        const { rows } = await locking.query(
          `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
             and query like '%offset $1 limit 1%'`,
        )
        return rows.length > 0
      }, 'it is being looked up')
      // what ends is the server's side, too: it knows
      await once(gone.end(), 'close')
    } finally {
      await locking.end()
    }
    // asked after the one that has gone
    await until(
      async () => place.db.waitingCount === 0 && place.db.idleCount === place.db.totalCount,
      'all is answered',
    )
    await using second = await listenTo(`${url}/api/stream`)
    assert.equal(second.status, 200)
  })

  it('keeps no place for what waits behind another stream on a connection that closes', async () => {
    const { url, port } = await place.serve({ clients: 3 })
    const gone = connect(port, '127.0.0.1').resume()
    gone.write('GET /api/stream HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3))
    // whoever tried for a place would take one of theirs
    const listeners = async () =>
      Number(/^reelstate_sse_listeners\b.* (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1])
    await until(async () => (await listeners()) === 3, 'all three have a place')
    await once(gone.end(), 'close')
    await until(async () => {
      const clients = await Promise.all([1, 2, 3].map(() => listenTo(`${url}/api/stream`)))
      for (const client of clients) await client[Symbol.asyncDispose]()
      return clients.every(({ status }) => status === 200)
    }, 'all three places are free again')
  })

  it('says that it is not live while the database is away, and is live again after', async () => {
    let away = false
    const { db } = place
    const query = (...asked: Parameters<typeof db.query>) =>
      away ? Promise.reject(Object.assign(new Error('gone'), { code: 'ECONNREFUSED' })) : db.query(...asked)
    const wakes = new Set<() => void>()
    const { url } = await place.serve({
      db: Object.create(db, { query: { value: query } }),
      wakeups: (wake) => {
        wakes.add(wake)
        return () => void wakes.delete(wake)
      },
    })
    await using client = await listenTo(`${url}/api/stream`)
    const standing = (live: boolean) => (messages: readonly Message[]) =>
      newest('standing', messages)?.live === live ? true : undefined
    await client.until(standing(true))
    away = true
    for (const wake of wakes) wake()
    await client.until(standing(false))
    assert.equal(newest('standing', client.messages)?.why, 'the database does not answer')
    away = false
    await place.edited('one')
    await client.until(standing(true))
    assert.deepEqual(await client.until(count(2)), ['Created', 'Edited'])
  })

  it('ends every stream when the server closes, at once', async () => {
    const { url, close } = await place.serve()
    await using client = await listenTo(`${url}/api/stream`)
    await client.until((messages) => messages[0])
    await close()
    await client.ended
  })
})
