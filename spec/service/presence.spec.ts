import assert from 'node:assert/strict'
import pg from 'pg'
import { connect, type Db } from '../../src/log/database.js'
import { listNodes, lockName, type NodeRecord, registerNode } from '../../src/log/nodes.js'
import { appear, NameTaken, type Presence } from '../../src/service/presence.js'
import { type TestLog, testLog } from '../support/log.js'
import { Proxy } from '../support/nodeProxy.js'
import { until } from '../support/processes.js'

describe('the presence of a node', function () {
  this.timeout(30_000)
  let log: TestLog
  let proxy: Proxy
  let pulse: Db
  let presence: Presence
  let name: string
  let names = 0
  let troubled: boolean

  before(async () => {
    log = await testLog()
    proxy = await Proxy.to(log.url)
  })
  after(async () => {
    await proxy[Symbol.asyncDispose]()
    await log.close()
  })

  const record = (over: Partial<NodeRecord> = {}): NodeRecord => ({
    ...{ name, host: 'here', pid: 1, version: '0', locations: {}, ...over },
  })

  beforeEach(async () => {
    name = `node-${++names}`
    pulse = connect({ url: proxy.url, name: 'spec pulse', statementMs: 300 })
    const unseen = { begun: () => undefined, over: () => undefined }
    const holding = { begun: () => void (troubled = true), over: () => void (troubled = false) }
    troubled = false
    presence = await appear({ url: proxy.url, pulse, node: record(), beating: unseen, holding })
  })
  afterEach(async () => {
    proxy.open()
    await presence.leave()
    await pulse.end()
  })

  /** The server's process that holds its name. */
  async function holder(): Promise<number | undefined> {
    const { rows } = await log.db.query<{ pid: number }>(
      `select pid from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and granted and datname = current_database() and application_name = $1`,
      [`reelstate ${name}`],
    )
    return rows[0]?.pid
  }

  const hasTrouble = (): Promise<void> => until(() => Promise.resolve(troubled), 'it has noticed')
  const holdsAgain = (): Promise<void> => until(() => Promise.resolve(!troubled), 'it has its name again')

  it('has its name again where the server still holds it for the connection that broke', async () => {
    const before = await holder()
    proxy.cutClients()
    await hasTrouble()
    await holdsAgain()
    assert.notEqual(await holder(), before)
  })

  it('waits for its name as long as a frozen process of the server holds it', async () => {
    const before = (await holder()) ?? 0
    process.kill(before, 'SIGSTOP')
    try {
      proxy.cutClients()
      await hasTrouble()
      // longer than a new node would wait
      await until(async () => (await waitingFor(log.db, name)) > 5.5, 'it has waited', 10)
      assert.equal(await holder(), before)
    } finally {
      process.kill(before, 'SIGCONT')
    }
    await holdsAgain()
  })

  it('is lost where another process has taken the name meanwhile, and says who', async () => {
    const other = new pg.Client({ connectionString: log.url })
    await other.connect()
    try {
      proxy.shut()
      await hasTrouble()
      await until(async () => (await lockName(other, name)) !== null, 'the name is free')
      await registerNode(other, record({ host: 'there', pid: 2 }))
      proxy.open()
      await assert.rejects(presence.lost, (error: Error) => {
        assert.equal(error.name, NameTaken.name)
        assert.match(error.message, /is running already, on there \(process 2\) since 2/)
        return true
      })
    } finally {
      await other.end()
    }
  })

  it('goes on beating where one beat is never answered', async () => {
    const lost = proxy.keepQuestion('beat_at = clock_timestamp()')
    await lost
    const beats = async () => (await listNodes(log.db)).find((node) => node.name === name)?.silentSeconds ?? 0
    const before = await beats()
    await until(async () => (await beats()) < before, 'it beats', 5)
  })
})

/** For how many seconds a connection has been asking for the name. */
async function waitingFor(db: Db, name: string): Promise<number> {
  const { rows } = await db.query<{ seconds: number }>(
    `select extract(epoch from clock_timestamp() - backend_start)::float8 as seconds from pg_stat_activity
     where datname = current_database() and application_name = $1 and query not like '%pg_advisory%'
     order by backend_start desc limit 1`,
    [`reelstate ${name}`],
  )
  return rows[0]?.seconds ?? 0
}
