import assert from 'node:assert/strict'
import { connect, type Db } from '../../src/log/database.js'
import { listen, type ProbePace } from '../../src/log/listen.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { source } from '../support/moment.js'
import { Proxy } from '../support/nodeProxy.js'
import { until } from '../support/processes.js'

const quick: ProbePace = { everyMs: 50, withinMs: 400 }

describe('listening to the log', function () {
  this.timeout(30_000)
  let log: TestLog
  let names = 0
  const closings: (() => Promise<void>)[] = []

  before(async () => (log = await testLog()))
  after(() => log.close())
  afterEach(async () => {
    for (const close of closings.splice(0)) await close()
  })

  async function listener({
    url = log.url,
    db = log.db,
    pace = quick,
  }: { url?: string; db?: Db; pace?: ProbePace } = {}) {
    const name = `spec ear ${++names}`
    const heard: string[] = []
    const lost: string[] = []
    let connections = 0
    const listening = await listen(
      { url, name, db, pace },
      {
        onNotice: ({ id }) => void heard.push(id ?? ''),
        onConnected: () => void connections++,
        onLost: ({ message }) => void lost.push(message),
      },
    )
    closings.push(() => listening.close())
    return {
      ...{ name, heard, lost },
      connected: (times: number) => until(() => Promise.resolve(connections >= times), `connected ${times} times`, 10),
      connections: () => connections,
      async hears(): Promise<void> {
        const id = `${name} ${heard.length}`
        await happens(log.db, id, 'Created', { source })
        await until(() => Promise.resolve(heard.includes(id)), 'it is heard', 5)
      },
    }
  }

  async function backendsOf(name: string): Promise<number[]> {
    const { rows } = await log.db.query<{ pid: number }>(
      'select pid from pg_stat_activity where application_name = $1 and datname = current_database()',
      [name],
    )
    return rows.map(({ pid }) => pid)
  }

  it('goes on by a new connection where the server ends it, as often as it does', async () => {
    const ear = await listener()
    await ear.hears()
    for (const times of [2, 3]) {
      await log.db.query('select pg_terminate_backend($1)', await backendsOf(ear.name))
      await ear.connected(times)
      await ear.hears()
    }
    assert.equal(ear.lost.length, 2)
  })

  it('goes on by a new connection where the server’s process is frozen, which says nothing', async () => {
    const ear = await listener()
    const [pid = 0] = await backendsOf(ear.name)
    process.kill(pid, 'SIGSTOP')
    try {
      await ear.connected(2)
      assert.deepEqual(ear.lost, ['nothing that it was to notify was heard within 400 ms'])
      await happens(log.db, 'meanwhile', 'Created', { source })
      await until(() => Promise.resolve(ear.heard.includes('meanwhile')), 'it is heard', 5)
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await until(async () => !(await backendsOf(ear.name)).includes(pid), 'the frozen one has ended')
    await ear.hears()
  })

  it('goes on as soon as the server lets it, and waits for that as long as it takes', async () => {
    await using proxy = await Proxy.to(log.url)
    const ear = await listener({ url: proxy.url })
    proxy.shut()
    // it tries more than once
    await until(() => Promise.resolve(ear.lost.length >= 3), 'it has failed to come back', 10)
    proxy.open()
    await ear.connected(2)
    await ear.hears()
  })

  it('is left alone where it is the asking that does not get through', async () => {
    await using proxy = await Proxy.to(log.url)
    const deaf = connect({ url: proxy.url, name: 'spec asks' })
    closings.push(() => deaf.end())
    let asked = 0
    deaf.on('connect', () => asked++)
    const ear = await listener({ db: deaf })
    await until(() => Promise.resolve(asked > 0), 'it is asked')
    proxy.shut()
    await assert.rejects(deaf.query('select'))
    await ear.hears()
    proxy.open()
    await deaf.query('select')
    assert.deepEqual([ear.connections(), ear.lost], [1, []])
  })

  it('takes no notice of what is none', async () => {
    const one = await listener()
    const other = await listener()
    for (const payload of ['', 'nothing', '{"id":7}', '{'])
      await log.db.query(`select pg_notify('video_events', $1)`, [payload])
    await one.hears()
    await other.hears()
    await until(() => Promise.resolve(one.heard.length >= 2), 'both have heard both')
    // what is not theirs would have come before
    assert.equal(one.heard.length, 2)
    assert.deepEqual(other.heard, one.heard)
    assert.deepEqual([...one.lost, ...other.lost], [])
  })

  it('ends when it is told to, also while the server is away, and leaves no connection', async () => {
    await using proxy = await Proxy.to(log.url)
    const ear = await listener({ url: proxy.url })
    proxy.shut()
    await until(() => Promise.resolve(ear.lost.length > 0), 'it is lost')
    const begun = performance.now()
    await closings.pop()?.()
    assert.ok(performance.now() - begun < 1_000)
    const another = await listener()
    await closings.pop()?.()
    await until(async () => (await backendsOf(another.name)).length === 0, 'its connection is gone')
    proxy.open()
    assert.deepEqual(await backendsOf(ear.name), [])
  })

  it('ends when it is told to while it waits for a server that takes its connection and says nothing', async () => {
    await using proxy = await Proxy.to(log.url)
    const ear = await listener({ url: proxy.url })
    proxy.goSilent()
    await until(() => Promise.resolve(ear.lost.length > 0), 'it is lost, and tries again')
    await closings.pop()?.()
    assert.equal(ear.connections(), 1)
  })

  it('does not begin where the server is not there', async () => {
    await using proxy = await Proxy.to(log.url)
    proxy.shut()
    await assert.rejects(listener({ url: proxy.url }), /ECONNRESET|terminated/)
  })
})
