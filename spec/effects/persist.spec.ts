import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { patiently, persist } from '../../src/effects/persist.js'
import { connect, type Db } from '../../src/log/database.js'
import { brokenEvents } from '../../src/log/verify.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'
import { Hold } from '../support/nodeHold.js'
import { Proxy } from '../support/nodeProxy.js'
import { typesOf } from '../support/nodeVideos.js'
import { until } from '../support/processes.js'

const never = new AbortController().signal
const patience = { graceMs: 20_000, signal: never }
const opened = (attempt: string) =>
  ({
    type: 'UploadOpened',
    data: { attempt, destination: 'folder' },
    session: { attempt, upload_location: 'local', reference: { place: attempt } },
    node: 'node-a',
  }) as const

describe('an event that must reach the log', function () {
  this.timeout(60_000)
  let log: TestLog
  let proxy: Proxy
  let db: Db
  let videos = 0

  before(async () => {
    log = await testLog()
    proxy = await Proxy.to(log.url)
    db = connect({ url: proxy.url, name: 'reelstate node-a' })
  })
  after(async () => {
    await db.end()
    await proxy[Symbol.asyncDispose]()
    await log.close()
  })

  async function claimed(): Promise<string> {
    const id = `v${++videos}`
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit })
    await happens(log.db, id, 'Claimed', { attempt: id, attempts_limit: 3, why: null })
    return id
  }

  it('is appended once where the answer is lost', async () => {
    const id = await claimed()
    const lost = proxy.loseAnswerTo('"type":"UploadOpened"')
    assert.ok(isRight(await persist(db, id, opened(id), patience)))
    await lost
    assert.deepEqual(await typesOf(log.db, id), ['Created', 'Edited', 'Claimed', 'UploadOpened'])
  })

  it('is appended once, and is no refusal, where the first try goes in while the second is under way', async () => {
    const hold = await Hold.on(log.url)
    try {
      const id = await claimed()
      await happens(log.db, id, 'UploadOpened', { attempt: id, destination: 'folder' })
      await hold.events('FinalizeStarted')
      const lost = proxy.loseConnectionAt('"type":"FinalizeStarted"')
      const note = {
        type: 'FinalizeStarted',
        data: { attempt: id, bytes: 7, receipt: null },
        node: 'node-a',
      } as const
      const noted = persist(db, id, note, patience)
      await lost
      await hold.reached()
      await until(
        async () =>
          (await log.db.query("select from pg_stat_activity where wait_event in ('transactionid', 'tuple')"))
            .rowCount === 1,
        'the second try waits for the first',
      )
      await hold.release()
      assert.ok(isRight(await noted))
      assert.equal((await typesOf(log.db, id)).filter((type) => type === 'FinalizeStarted').length, 1)
    } finally {
      await hold[Symbol.asyncDispose]()
    }
  })

  it('is appended when the database is back', async () => {
    const id = await claimed()
    proxy.shut()
    const noted = persist(db, id, opened(id), patience)
    proxy.open()
    assert.ok(isRight(await noted))
    assert.equal((await typesOf(log.db, id)).at(-1), 'UploadOpened')
    const { rows } = await log.db.query('select reference from reelstate.upload_sessions where attempt = $1', [id])
    assert.deepEqual(rows, [{ reference: { place: id } }])
  })

  it('is given up with the connection’s error when the grace is over', async () => {
    const id = await claimed()
    proxy.shut()
    try {
      await assert.rejects(persist(db, id, opened(id), { graceMs: 300, signal: never }), /ECONN|terminated/)
    } finally {
      proxy.open()
    }
    assert.equal((await typesOf(log.db, id)).at(-1), 'Claimed')
  })

  it('is refused where the chart does not take it, and only on the version that was asked for', async () => {
    const id = await claimed()
    const refused = await persist(db, id, opened('another'), patience)
    assert.ok(isLeft(refused) && refused.left._tag === 'NotAllowed')
    const late = await persist(db, id, opened(id), patience, 2)
    assert.ok(isLeft(late) && late.left._tag === 'Conflict')
    assert.deepEqual(await brokenEvents(log.db), [])
  })

  it('is not tried again where the error is a bug', async () => {
    let tries = 0
    const broken = patiently(() => Promise.reject(new TypeError(`bug ${++tries}`)), patience)
    await assert.rejects(broken, /bug 1/)
  })

  it('is waited for no longer than its signal allows', async () => {
    const controller = new AbortController()
    const lost = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const waiting = patiently(() => Promise.reject(lost), { graceMs: Infinity, signal: controller.signal })
    controller.abort(new Error('the node stops'))
    await assert.rejects(waiting, /the node stops|aborted/)
  })
})
