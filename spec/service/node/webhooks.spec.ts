import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { doneVideo, failedVideo, secretFile } from '../../support/announcing.js'
import { HookServer } from '../../support/hookServer.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { until } from '../../support/processes.js'

const secret = 'correct-horse-battery'
const token = 'as-good-as-a-password'

describe('nodes with a webhook', function () {
  this.timeout(60_000)
  let log: TestLog
  let server: HookServer
  let machine: Machine
  let segments: string
  let file: Awaited<ReturnType<typeof secretFile>>
  const nodes: Record<string, NodeProcess> = {}

  before(async () => {
    log = await testLog()
    server = await HookServer.start()
    file = await secretFile(secret)
    segments = await mkdtemp(join(tmpdir(), 'reelstate-none-'))
    machine = await Machine.make(log.url, {
      segments,
      webhooks: { chat: { url: `${server.url}?token=${token}`, secret_file: file.path } },
    })
    await serve('node-a')
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await file.remove()
    await rm(segments, { recursive: true })
    await log.close()
  })
  afterEach(() => {
    for (const { output, errors } of Object.values(nodes))
      assert.doesNotMatch(output + errors, new RegExp(`${secret}|${token}`))
  })

  const serve = async (name: string): Promise<NodeProcess> => (nodes[name] = await machine.serve(name))

  /** Which node tells it. */
  async function teller(): Promise<string | undefined> {
    const { rows } = await log.db.query<{ name: string }>(
      `select split_part(application_name, ' ', 2) as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and granted and datname = current_database()
         and (classid::bigint << 32) | objid::bigint = hashtextextended('reelstate webhook chat', 0)`,
    )
    return rows[0]?.name
  }

  /** All that there is has been told, and noted: what a node that is killed now repeats is what comes next. */
  const isNoted = (): Promise<void> =>
    until(async () => {
      const { rowCount } = await log.db.query(
        'select from reelstate.events e, reelstate.webhooks w where (e.txid, e.position) > (w.txid, w.position)',
      )
      return rowCount === 0
    }, 'all is told and noted')

  it('tell it, signed, of what happens, within a second', async () => {
    const begunMs = Date.now()
    await doneVideo(log.db, 'done')
    await failedVideo(log.db, 'failed')
    await server.has(2)
    assert.deepEqual(server.ids(), ['done/2', 'failed/3'])
    assert.ok((server.got[0]?.atMs ?? Infinity) - begunMs < 1_000)
    assert.match(String(server.got[0]?.headers['x-reelstate-signature']), /^sha256=[0-9a-f]{64}$/)
  })

  it('repeat what one sent that was killed before it noted the delivery, under the same id', async () => {
    await isNoted()
    await log.db.query(`
      create function public.spec_late() returns trigger language plpgsql as $$ begin perform pg_sleep(60); return new; end $$;
      create trigger spec_late before update on reelstate.webhooks for each row
        when (new.delivered_at is distinct from old.delivered_at) execute function public.spec_late()`)
    const before = server.got.length
    await doneVideo(log.db, 'repeated')
    const noting = `select pg_terminate_backend(pid) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
    await until(
      async () => (await log.db.query(noting.replace('pg_terminate_backend(pid)', ''))).rowCount === 1,
      'it has been answered and is being noted',
    )
    await nodes['node-a']?.end('SIGKILL')
    await log.db.query(noting)
    await log.db.query('drop function public.spec_late cascade')
    await serve('node-a')
    await server.has(before + 2)
    assert.deepEqual(server.ids().slice(before), ['repeated/2', 'repeated/2'])
  })

  it('tell it one at a time, and when that one dies another one goes on', async () => {
    const other = await serve('node-b')
    const before = server.got.length
    for (let i = 0; i < 5; i++) await doneVideo(log.db, `two-${i}`)
    await server.has(before + 5)
    assert.equal(await teller(), 'node-a')
    await nodes['node-a']?.end('SIGKILL')
    await doneVideo(log.db, 'after')
    await server.has(before + 6, 8)
    assert.equal(await teller(), 'node-b')
    assert.deepEqual(server.ids().slice(before), [...[0, 1, 2, 3, 4].map((i) => `two-${i}/2`), 'after/2'])
    assert.equal(await other.end('SIGTERM'), 0)
  })
})
