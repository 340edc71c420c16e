import assert from 'node:assert/strict'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Hold } from '../../support/nodeHold.js'
import { Proxy } from '../../support/nodeProxy.js'
import { becomesDone, editedVideo, happened, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'

const cut = ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded']

describe('a node whose database goes away', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine
  let proxy: Proxy
  let node: NodeProcess

  before(async () => {
    log = await testLog()
    proxy = await Proxy.to(log.url)
    machine = await Machine.make(log.url)
    node = await machine.serve('node-a', proxy.url)
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await log.close()
  })

  async function cutConnections(names = 'reelstate node-a%'): Promise<void> {
    await log.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like $1`,
      [names],
    )
  }

  async function listensAgain(): Promise<void> {
    await until(async () => {
      const { rows } = await log.db.query(
        `select from pg_stat_activity where datname = current_database() and application_name = 'reelstate node-a listener'`,
      )
      return rows.length === 1
    }, 'it listens again')
  }

  const health = async (): Promise<number> => (await fetch(`${node.url}/healthz`)).status

  async function publishedOnce(id: string): Promise<void> {
    const { video_id } = await becomesDone(log.db, id)
    assert.deepEqual((await typesOf(log.db, id)).slice(2), cut)
    assert.deepEqual(
      (await machine.files()).filter((name) => name.includes(id) || name.startsWith('.')),
      [video_id],
    )
    await assertWhole(log.db, [id])
  }

  it('publishes a video once whose cut is under way', async () => {
    const id = await editedVideo(log.db, { video_ranges: [range(0, 20)] })
    await happened(log.db, id, 'UploadOpened')
    await cutConnections()
    await publishedOnce(id)
  })

  it('takes a new edit at once when it is back', async () => {
    await cutConnections()
    await listensAgain()
    const id = await editedVideo(log.db)
    const claimed = await happened(log.db, id, 'Claimed')
    const edited = await happened(log.db, id, 'Edited')
    assert.ok(Date.parse(claimed.recordedAt) - Date.parse(edited.recordedAt) < 5_000)
    await publishedOnce(id)
  })

  it('is unwell as long as it is away, and well afterwards', async () => {
    await until(async () => (await health()) === 200, 'it is well', 20)
    proxy.shut()
    await until(async () => (await health()) === 503, 'it is unwell', 20)
    const answer = await fetch(`${node.url}/healthz`)
    assert.equal(answer.status, 503)
    assert.doesNotMatch(await answer.text(), /postgres:\/\//)
    proxy.open()
    await until(async () => (await health()) === 200, 'it is well again', 20)
    // also where it goes on listening, and only what it asks and holds its name with has broken
    await until(async () => {
      const { rows } = await log.db.query(
        `select from pg_locks join pg_stat_activity using (pid)
         where locktype = 'advisory' and granted and datname = current_database() and application_name = 'reelstate node-a'`,
      )
      return rows.length === 1
    }, 'it holds its name')
    const complaints = () => node.errors.split('the database is away').length
    const before = complaints()
    await cutConnections('reelstate node-a')
    await until(() => Promise.resolve(complaints() > before), 'it has noticed', 20)
    await until(async () => (await health()) === 200, 'it is well again', 20)
    await publishedOnce(await editedVideo(log.db))
    assert.match(node.errors, /the database is away .*\n(.*\n)*.*the database is back/)
  })

  it('finishes a cut that waits for it before finalizing', async () => {
    const id = await editedVideo(log.db, { video_ranges: [range(0, 20)] })
    await happened(log.db, id, 'UploadOpened')
    const ffmpegs = await node.cutting()
    proxy.shut()
    await until(async () => (await node.ffmpegs()).length === 0, `ffmpeg ${ffmpegs.join()} has ended`, 60)
    proxy.open()
    await publishedOnce(id)
  })

  for (const type of cut) {
    it(`notes ${type} once where the answer is lost`, async () => {
      const lost = proxy.loseAnswerTo(`"type":"${type}"`)
      const id = await editedVideo(log.db, { upload_location: 'rough' })
      await lost
      await publishedOnce(id)
    })

    it(`notes ${type} once where the connection breaks while the database is at it`, async () => {
      const hold = await Hold.on(log.url)
      try {
        await hold.events(type as 'Claimed')
        const lost = proxy.loseConnectionAt(`"type":"${type}"`)
        const id = await editedVideo(log.db, { upload_location: 'rough' })
        await lost
        await hold.reached()
        // it asks again, and has to wait for its own first question
        await until(
          async () =>
            (
              await log.db.query(
                `select from pg_stat_activity where datname = current_database() and application_name = 'reelstate node-a cutting'
                 and wait_event in ('transactionid', 'tuple')`,
              )
            ).rowCount === 1,
          'it asks again',
        )
        await hold.release()
        await publishedOnce(id)
      } finally {
        await hold[Symbol.asyncDispose]()
      }
    })
  }
})
