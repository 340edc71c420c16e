import assert from 'node:assert/strict'
import { type TestLog, testLog } from '../../support/log.js'
import { gone, Machine } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Proxy } from '../../support/nodeProxy.js'
import { becomesDone, editedVideo, happened, rowOf, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'

const long = { upload_location: 'slow', video_ranges: [range(0, 29)] }

describe('a node that is asked to stop', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine

  beforeEach(async () => {
    log = await testLog()
    machine = await Machine.make(log.url)
  })
  afterEach(async () => {
    await machine[Symbol.asyncDispose]()
    await log.close()
  })

  it('ends at once where it has nothing to do, and says that it has', async () => {
    const node = await machine.serve()
    const begun = performance.now()
    assert.equal(await node.end('SIGTERM'), 0)
    assert.ok(performance.now() - begun < 5_000)
    const { rows } = await log.db.query<{ stopped: boolean }>(
      'select stopped_at is not null as stopped from reelstate.nodes',
    )
    assert.deepEqual(rows, [{ stopped: true }])
  })

  it('is heard also while it starts, and leaves nothing of itself running', async () => {
    const node = machine.start()
    const nodes = async () =>
      (
        await log.db
          .query<{ stopped: boolean }>('select stopped_at is not null as stopped from reelstate.nodes')
          .catch(() => ({ rows: [] }))
      ).rows
    await until(async () => (await nodes()).length > 0, 'it has a name')
    assert.equal(await node.end('SIGTERM'), 0)
    assert.deepEqual(await nodes(), [{ stopped: true }])
  })

  it('ends soon where it has nothing to do, also while its database is away', async () => {
    await using proxy = await Proxy.to(log.url)
    const node = await machine.serve('node-a', proxy.url)
    proxy.shut()
    await until(async () => (await fetch(`${node.url}/healthz`)).status === 503, 'it is unwell', 20)
    const begun = performance.now()
    assert.equal(await node.end('SIGTERM'), 0)
    assert.ok(performance.now() - begun < 15_000)
  })

  it('finishes what it has begun within the grace, and takes nothing new', async () => {
    const node = await machine.serve()
    const id = await editedVideo(log.db, { video_ranges: [range(0, 20)] })
    await happened(log.db, id, 'UploadOpened')
    const next = await editedVideo(log.db)
    assert.equal(await node.end('SIGTERM'), 0)
    assert.equal((await rowOf(log.db, id)).state, 'DONE')
    assert.equal((await rowOf(log.db, next)).state, 'EDITED')
    await assertWhole(log.db, [id, next])
  })

  it('gives back what it cannot finish within the grace, uncounted and without a trace', async () => {
    await machine.configure({ graceSeconds: 0.2 })
    const node = await machine.serve()
    const id = await editedVideo(log.db, long)
    await happened(log.db, id, 'UploadOpened')
    const ffmpegs = await node.cutting()
    assert.equal(await node.end('SIGTERM'), 0)
    await gone(ffmpegs, 1)
    const { state, attempts, not_before, error } = await rowOf(log.db, id)
    assert.deepEqual(
      { state, attempts, not_before, error },
      { state: 'EDITED', attempts: 0, not_before: null, error: 'its node was shut down' },
    )
    assert.deepEqual(await machine.files(), [])
    assert.deepEqual((await typesOf(log.db, id)).slice(2), ['Claimed', 'UploadOpened', 'Released'])
    await machine.configure({ locations: { slow: { cut: 'rough' } } })
    await machine.serve()
    await becomesDone(log.db, id)
    assert.equal((await machine.files()).length, 1)
    await assertWhole(log.db, [id])
  })

  it('ends at once when it is asked a second time', async () => {
    const node = await machine.serve()
    const id = await editedVideo(log.db, long)
    await happened(log.db, id, 'UploadOpened')
    const ffmpegs = await node.cutting()
    node.signal('SIGTERM')
    await until(() => Promise.resolve(node.errors.includes('SIGTERM')), 'it has heard the first time')
    const begun = performance.now()
    assert.equal(await node.end('SIGTERM'), 143)
    assert.ok(performance.now() - begun < 2_000)
    await gone(ffmpegs, 1)
    assert.equal((await rowOf(log.db, id)).state, 'CLAIMED')
  })
})
