import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import type { Db } from '../../../src/log/database.js'
import { mostConnections } from '../../../src/service/pools.js'
import { doneVideo, secretFile } from '../../support/announcing.js'
import { HookServer } from '../../support/hookServer.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { type NodeInside, nodeInside } from '../../support/nodeInside.js'
import { becomesDone, editedVideo, happened } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'

const ROLE = 'spec_node'

describe('the connections of a node', function () {
  this.timeout(60_000)
  let log: TestLog
  let hooks: HookServer
  let file: Awaited<ReturnType<typeof secretFile>>
  let machine: Machine
  let inside: NodeInside
  let videos = 0

  before(async () => {
    log = await testLog()
    hooks = await HookServer.start()
    file = await secretFile('correct-horse-battery')
    const webhooks = { chat: { url: hooks.url, secret_file: file.path } }
    await log.db.query(`create role ${ROLE} login password 'narrow'`)
    await log.db.query(`grant usage on schema reelstate to ${ROLE}`)
    await log.db.query(`grant all on all tables in schema reelstate to ${ROLE}`)
    await log.db.query(`grant all on all sequences in schema reelstate to ${ROLE}`)
    const url = new URL(log.url)
    url.username = ROLE
    url.password = 'narrow'
    machine = await Machine.make(url.href, { webhooks, locations: { rough: { cut: 'rough', write_json: true } } })
    inside = await nodeInside(machine, 'node-a')
  })
  after(async () => {
    await inside?.[Symbol.asyncDispose]()
    await machine?.[Symbol.asyncDispose]()
    await hooks?.[Symbol.asyncDispose]()
    await file?.remove()
    await log.db.query(`drop owned by ${ROLE}`)
    await log.db.query(`drop role ${ROLE}`)
    await log.close()
  })

  interface Connection {
    readonly name: string
    readonly pid: number
  }

  async function connections(): Promise<Connection[]> {
    const { rows } = await log.db.query<Connection>(
      `select application_name as name, pid from pg_stat_activity where datname = current_database() and usename = $1
       order by application_name`,
      [ROLE],
    )
    return rows
  }

  const wellAgain = (): Promise<void> => until(async () => inside.node.health().ok, 'it is well', 20)

  /** It hears at once of a new edit, publishes it, and tells the webhook of one that is done. */
  async function doesItsWork(): Promise<void> {
    const id = await editedVideo(log.db, { upload_location: 'rough' })
    const edited = await happened(log.db, id, 'Edited')
    const claimed = await happened(log.db, id, 'Claimed')
    assert.ok(Date.parse(claimed.recordedAt) - Date.parse(edited.recordedAt) < 2_500, 'it has heard of it')
    await becomesDone(log.db, id)
    const before = hooks.got.length
    await doneVideo(log.db, `done-${++videos}`)
    await hooks.has(before + 1)
  }

  it('are no more than are said, and each is told by its name', async () => {
    await doesItsWork()
    const names = (await connections()).map(({ name }) => name)
    assert.ok(names.length <= mostConnections(1), names.join(', '))
    const operations = await readFile(new URL('../../../docs/operations.md', import.meta.url), 'utf8')
    assert.ok(operations.includes(`A node opens ${mostConnections(0)} at the most and one more for each webhook`))
    for (const part of ['', ' listener', ' cutting', ' minding', ' pulse', ' watching', ' webhook chat'])
      assert.ok(names.includes(`reelstate node-a${part}`), `${part}: ${names.join(', ')}`)
  })

  it('may each be ended by the server, alone or all at once: the node goes on by itself', async () => {
    const names = [...new Set((await connections()).map(({ name }) => name))]
    for (const name of [...names, '']) {
      const some = (await connections()).filter((one) => name === '' || one.name === name)
      await log.db.query('select pg_terminate_backend(pid) from unnest($1::integer[]) pid', [
        some.map(({ pid }) => pid),
      ])
    }
    // those that are always there: two of them have locks, without which the work would be another's
    const lasting = ['', ' listener', ' watching', ' webhook chat'].map((part) => `reelstate node-a${part}`)
    await until(async () => {
      const now = (await connections()).map(({ name }) => name)
      return lasting.every((name) => now.includes(name))
    }, 'it listens, has its name, and watches')
    await wellAgain()
    await doesItsWork()
  })

  it('that has its name may be frozen in the server', async () => {
    const holder = (await connections()).find(({ name }) => name === 'reelstate node-a')
    assert.ok(holder)
    process.kill(holder.pid, 'SIGSTOP')
    try {
      await doesItsWork()
      assert.ok(inside.node.health().ok, 'which harms nobody')
    } finally {
      process.kill(holder.pid, 'SIGCONT')
    }
    await doesItsWork()
  })

  it('may be refused where the server has none left: it waits, says so, and goes on', async () => {
    await log.db.query(`alter role ${ROLE} connection limit 0`)
    try {
      const all = (await connections()).map(({ pid }) => pid)
      await log.db.query('select pg_terminate_backend(pid) from unnest($1::integer[]) pid', [all])
      const hasNone = /the database has no connection left \(53300: .*\): raise max_connections/
      await until(async () => hasNone.test(inside.node.health().reason ?? ''), 'it says what is wrong', 20)
    } finally {
      await log.db.query(`alter role ${ROLE} connection limit -1`)
    }
    await wellAgain()
    await doesItsWork()
  })

  it('that one loop waits with hold up no other', async () => {
    const locking = new pg.Client({ connectionString: log.url })
    await locking.connect()
    const before = hooks.got.length
    try {
      await locking.query('begin; lock table reelstate.webhooks in access exclusive mode')
      await doneVideo(log.db, `done-${++videos}`)
      await until(() => waits(log.db, 'reelstate node-a webhook chat'), 'the webhook’s loop waits')
      await becomesDone(log.db, await editedVideo(log.db, { upload_location: 'rough' }))
      assert.ok(await waits(log.db, 'reelstate node-a webhook chat'))
      assert.equal(hooks.got.length, before)
    } finally {
      await locking.end()
    }
    await hooks.has(before + 2)
  })
})

async function waits(db: Db, name: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `select from pg_stat_activity where application_name = $1 and datname = current_database() and wait_event_type = 'Lock'`,
    [name],
  )
  return (rowCount ?? 0) > 0
}
