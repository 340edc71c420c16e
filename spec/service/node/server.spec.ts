import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { connect, type Db } from '../../../src/log/database.js'
import { describeOpen, openTransactions, remedyOf } from '../../../src/log/heldUp.js'
import { migrate } from '../../../src/log/migrate.js'
import { readHistory } from '../../../src/log/read.js'
import { checkDatabase } from '../../../src/service/postgres/check.js'
import { Machine } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { type NodeInside, nodeInside } from '../../support/nodeInside.js'
import { Proxy } from '../../support/nodeProxy.js'
import { becomes, editedVideo, happened, type Row, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { Server } from '../../support/server.js'
import { assertAllWhole } from '../../support/whole.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

const DATABASE = 'films'
/** What hangs is given up sooner than usual. */
const impatiently = (url: string): string => `${url}&query_timeout=2000`

/** The longest that there is footage of, a tenth of a second for each mebibyte: a few seconds, with hardly anything to do. */
const long = { upload_location: 'tube', video_ranges: [range(0, 28)] }
const cutOnce = ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded']

describe('nodes whose server of PostgreSQL', function () {
  this.timeout(120_000)
  let primary: Server
  let standby: Server
  let proxy: Proxy
  let db: Db
  let simulator: YoutubeSimulator
  let machine: Machine

  before(async () => {
    primary = await Server.start()
    await primary.ask(`create database ${DATABASE}`)
    await migrate(primary.url(DATABASE))
    await primary.ask('alter system set max_prepared_transactions = 1')
    standby = await primary.standby()
    proxy = await Proxy.to(primary.url(DATABASE))
    simulator = await YoutubeSimulator.start()
    simulator.faults.atRandom(({ method }) => (method === 'PUT' ? { kind: 'late', ms: 100 } : undefined))
    machine = await Machine.make(impatiently(proxy.url))
    const credentials = join(machine.data, 'credentials.json')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    const account = { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` }
    const tube = { type: 'youtube', account: 'main', path: undefined, cut: 'rough', chunk_mebibytes: 1 }
    await machine.configure({ locations: { tube }, accounts: { main: account } })
    db = connect({ url: primary.url(DATABASE), name: 'spec' })
  })
  after(async () => {
    await db?.end()
    await machine?.[Symbol.asyncDispose]()
    await simulator?.stop()
    await proxy?.[Symbol.asyncDispose]()
    await standby?.[Symbol.asyncDispose]()
    await primary?.[Symbol.asyncDispose]()
  })

  const isPublished = ({ state }: Row): boolean => state === 'TRANSCODING' || state === 'DONE'

  async function assertCutOnce(ids: readonly string[], before: number): Promise<void> {
    for (const id of ids) {
      const { attempts } = await becomes(db, id, 'is published', isPublished, 60)
      const told = (await readHistory(db, id)).map(({ type, data }) => `${type} ${JSON.stringify(data)}`).join('\n')
      assert.equal(attempts, 0, told)
      assert.deepEqual((await typesOf(db, id)).slice(2, 6), cutOnce, told)
    }
    assert.equal(simulator.videos.all().length, before + ids.length)
  }

  const well = async (nodes: readonly NodeInside[]): Promise<void> =>
    until(async () => nodes.every(({ node }) => node.health().ok), 'all are well', 30)

  it('is started anew, twice, in the middle of ten uploads: none is cut again', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `node-${i}`)
    const nodes = await Promise.all(names.map((name) => nodeInside(machine, name)))
    try {
      const ids: string[] = []
      for (const name of names) ids.push(await editedVideo(db, { ...long, uploader_whitelist: [name] }))
      for (const restart of [1, 2]) {
        const type = restart === 1 ? 'UploadOpened' : 'FinalizeStarted'
        await until(async () => (await countOf(db, type)) >= (restart === 1 ? 10 : 1), `${type} is in the log`, 60)
        assert.ok((await countOf(db, 'Uploaded')) < 10, 'some are still uploading')
        await db.end()
        await primary.stop()
        await primary.start()
        db = connect({ url: primary.url(DATABASE), name: 'spec' })
      }
      await assertCutOnce(ids, 0)
      await well(nodes)
    } finally {
      await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
    }
  })

  it('is a standby: a node refuses its address in one line, and who only looks may use it', async () => {
    const url = standby.url(DATABASE)
    const refused = await checkDatabase(url)
    assert.ok(isLeft(refused))
    assert.match(
      refused.left,
      /^cannot use database "films" at 127\.0\.0\.1:\d+ as user "reelstate": the server only reads, it is a standby: give the address of the primary in DATABASE_URL, or promote .*$/,
    )
    assert.ok(isRight(await checkDatabase(url, 'read')))
    await primary.ask('alter database films set default_transaction_read_only = on')
    const other = await checkDatabase(primary.url(DATABASE))
    await primary.ask('alter database films reset default_transaction_read_only')
    assert.ok(isLeft(other))
    assert.match(other.left, /: the server only reads: turn default_transaction_read_only off there/)
  })

  it('becomes one that only reads: each waits, says so, and goes on when it takes writes again', async () => {
    await using one = await nodeInside(machine, 'node-one')
    const id = await editedVideo(db, long)
    await happened(db, id, 'UploadOpened')
    await db.end()
    await primary.demote()
    const says = /the database only reads \(25006: .*\): it is a standby/
    await until(async () => says.test(one.node.health().reason ?? ''), 'it says so', 20)
    await primary.restore()
    db = connect({ url: primary.url(DATABASE), name: 'spec' })
    await becomes(db, id, 'is published', isPublished, 60)
    assert.deepEqual((await typesOf(db, id)).slice(2, 6), cutOnce)
    await well([one])
  })

  it('has a transaction prepared for a second phase that never came: it is named like any other, with its own remedy', async () => {
    await db.query(`begin; create table public.anything (); prepare transaction 'forgotten'`)
    const [found, ...more] = await openTransactions(db, 0)
    assert.ok(found)
    assert.deepEqual(more, [])
    assert.match(
      describeOpen(found),
      /^prepared transaction "forgotten" \(user reelstate, database films\) has been open since 2/,
    )
    await db.query(remedyOf(found).replace('end it there: ', ''))
    assert.deepEqual(await openTransactions(db, 0), [])
  })

  it('goes away without a word, for another to take over: each goes on by itself, and what they upload is cut once', async () => {
    const before = simulator.videos.all().length
    await using one = await nodeInside(machine, 'node-one')
    await using other = await nodeInside(machine, 'node-other')
    const nodes = [one, other]
    const ids = [await editedVideo(db, long), await editedVideo(db, long)]
    for (const id of ids) await happened(db, id, 'UploadOpened')
    proxy.goSilent()
    await db.end()
    await primary.stop()
    await until(async () => nodes.every(({ node }) => !node.health().ok), 'both are unwell', 20)
    await standby.promote()
    proxy.leadTo(standby.url(DATABASE))
    db = connect({ url: standby.url(DATABASE), name: 'spec' })
    await assertCutOnce(ids, before)
    proxy.cutSilent()
    await well(nodes)
  })

  it('has been through all that has a log that is whole', () => assertAllWhole(standby.url(DATABASE)))
})

async function countOf(db: Db, type: string): Promise<number> {
  const { rows } = await db.query<{ n: number }>(
    'select count(*)::integer as n from reelstate.events where type = $1',
    [type],
  )
  return rows[0]?.n ?? 0
}
