import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import pg from 'pg'
import { testDatabase, type TestDatabase } from '../support/database.js'
import { each, json, lines } from './program.js'
import { created, type Workplace, workplace } from './workplace.js'

const password = 'correct-horse-battery'

describe('DATABASE_URL that leads nowhere', function () {
  this.timeout(60_000)
  let place: Workplace
  before(async () => {
    place = await workplace()
  })
  after(() => place.remove())

  const portOf = (server: Server) => (server.address() as AddressInfo).port
  const failsClearly = async (port: number, args: string[], says: RegExp) => {
    const url = `postgres://somebody:${password}@127.0.0.1:${port}/reelstate`
    const { code, stdout, stderr, tookMs } = await place.run(args, { env: { DATABASE_URL: url } })
    assert.equal(code, 1)
    assert.equal(stdout, '')
    assert.equal(lines(stderr).length, 1, stderr)
    assert.match(stderr, says)
    assert.ok(stderr.includes(`127.0.0.1:${port}`), stderr)
    assert.ok(!stderr.includes(password), 'it tells the password')
    assert.ok(tookMs < 10_000, `it took ${tookMs} ms`)
  }

  it('is one line within 10 s where the port is closed', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const port = portOf(server)
    server.close()
    await once(server, 'close')
    await each([['videos'], ['serve', '--port', '0'], ['demo', '--exit']], (args) =>
      failsClearly(port, args, /^reelstate: cannot use database .*connection refused.*: check that PostgreSQL runs/),
    )
  })

  it('is one line within 10 s where somebody listens who never answers', async () => {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => void sockets.add(socket.on('error', () => undefined))).listen(
      0,
      '127.0.0.1',
    )
    await once(server, 'listening')
    try {
      await failsClearly(portOf(server), ['serve', '--port', '0'], /^reelstate: cannot use database .*no answer/)
      assert.ok(sockets.size > 0)
    } finally {
      sockets.forEach((socket) => socket.destroy())
      server.close()
    }
  })

  it('is one line where it is no URL of a database', async () => {
    const { code, stderr } = await place.run(['videos'], { env: { DATABASE_URL: `http://me:${password}@127.0.0.1/x` } })
    assert.equal(code, 1)
    assert.match(stderr, /^reelstate: the database URL is not valid: expected postgres:\/\/.*\n$/)
    assert.ok(!stderr.includes(password))
  })
})

describe('reelstate db', function () {
  this.timeout(60_000)
  let place: Workplace
  let databases: TestDatabase[]
  beforeEach(async () => {
    place = await workplace()
    databases = [await testDatabase(), await testDatabase()]
  })
  afterEach(async () => {
    for (const database of databases) await database.close()
    await place.remove()
  })

  const urls = () => databases.map(({ url }) => url) as [string, string]
  const query = async (url: string, ...statements: string[]): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      let rows: Record<string, unknown>[] = []
      for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement))
      return rows
    } finally {
      await client.end()
    }
  }

  it('prints a string that clients connect with, and only that', async () => {
    const [url] = urls()
    const printed = await place.run(['db'], { env: { DATABASE_URL: url } })
    assert.equal(printed.stderr, '')
    assert.deepEqual(await query(printed.stdout.trim(), 'select count(*)::int as n from reelstate.videos'), [{ n: 0 }])
    assert.deepEqual(json(await place.run(['db', '--json'], { env: { DATABASE_URL: url } })), { url, kind: 'server' })
  })

  it('prints that of the embedded server, which other commands join while one runs', async () => {
    const id = await created(place)
    const following = place.start(['log', '--follow', '--json'])
    try {
      await following.line((line) => line.includes('"Created"'))
      const url = (await place.run(['db'])).stdout.trim()
      assert.deepEqual(await query(url, 'select id from reelstate.videos'), [{ id }])
    } finally {
      following.signal('SIGTERM')
      assert.equal((await following.ended).code, 0)
    }
  })

  it('says that a database is made where there was none, once, and moves none that is empty', async () => {
    const [, to] = urls()
    const first = await place.run(['db', 'move', '--to', to])
    assert.deepEqual([first.code, first.stdout], [1, ''])
    assert.match(first.stderr, /there is no database in .* yet: an empty one is made/)
    assert.match(first.stderr, /the log in .* is empty, so there is nothing to move.*--data/)
    const second = await place.run(['db'])
    assert.deepEqual([second.code, second.stderr], [0, ''])
  })

  it('verify tells a whole log from one that somebody has changed', async () => {
    const env = { DATABASE_URL: urls()[0] }
    const { id } = json<{ id: string }>(await place.run(['create', '--json'], { env }))
    assert.deepEqual(json(await place.run(['db', 'verify', '--json'], { env })), { whole: true, broken: [] })
    await query(
      urls()[0],
      'alter table reelstate.events disable trigger all',
      `update reelstate.events set actor = 'somebody else' where version = 1`,
    )
    const broken = await place.run(['db', 'verify', '--json'], { env })
    assert.equal(broken.code, 1)
    const { whole, broken: events } = json<{ whole: boolean; broken: { stream: string; version: number }[] }>(broken)
    assert.deepEqual([whole, events[0]?.stream, events[0]?.version], [false, `video/${id}`, 1])
    assert.match(broken.stderr, /^reelstate: the log is not whole\n$/)
  })

  it('rebuild makes rows anew that replay has found to disagree', async () => {
    const env = { DATABASE_URL: urls()[0] }
    const { id } = json<{ id: string }>(await place.run(['create', '--json', '--notes', 'as entered'], { env }))
    await query(urls()[0], `update reelstate.videos set notes = 'as tampered with'`)
    const disagrees = await place.run(['replay', id, '--json'], { env })
    assert.equal(disagrees.code, 1)
    const { agrees, differs } = json<{ agrees: boolean; differs: { column: string }[] }>(disagrees)
    assert.deepEqual([agrees, differs.map(({ column }) => column)], [false, ['notes']])
    assert.match(disagrees.stderr, /reelstate db rebuild/)
    assert.deepEqual(json(await place.run(['db', 'rebuild', '--json'], { env })), {
      ...{ videos: 1, locations: 0, accounts: 0, unreadable: [] },
    })
    assert.equal(json<{ agrees: boolean }>(await place.run(['replay', id, '--json'], { env })).agrees, true)
  })

  it('move copies the whole log into an empty database, and never into one that has events', async () => {
    const [from, to] = urls()
    const env = { DATABASE_URL: from }
    const { id } = json<{ id: string }>(await place.run(['create', '--json', '--description', 'The raffle'], { env }))
    await place.run(['edit', id, '--draft', '--file', '-'], { env, input: '{"video_title":"The"}' })
    const before = json(await place.run(['log', id, '--json'], { env }))

    const moved = await place.run(['db', 'move', '--to', to, '--json'], { env })
    assert.equal(moved.code, 0, moved.stderr)
    assert.deepEqual([json<{ events: number }>(moved).events, json<{ videos: number }>(moved).videos], [2, 1])
    assert.ok(!moved.stdout.includes(new URL(to).password))
    const there = { env: { DATABASE_URL: to } }
    const withoutPlace = (events: unknown) =>
      (events as Record<string, unknown>[]).map(({ position: _, txid: __, ...event }) => event)
    assert.deepEqual(withoutPlace(json(await place.run(['log', id, '--json'], there))), withoutPlace(before))
    assert.equal(json<{ whole: boolean }>(await place.run(['db', 'verify', '--json'], there)).whole, true)

    const again = await place.run(['db', 'move', '--to', to], { env })
    assert.equal(again.code, 1)
    assert.equal(again.stdout, '')
    assert.equal(lines(again.stderr).length, 1, again.stderr)
  })
})
