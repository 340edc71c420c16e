import assert from 'node:assert/strict'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Hold } from '../../support/nodeHold.js'
import { becomes, becomesDone, editedVideo, happened, rowOf, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'

const long = { upload_location: 'slow', video_ranges: [range(0, 29)] }

describe('nodes that look after each other', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine

  before(async () => {
    log = await testLog()
    machine = await Machine.make(log.url, { locations: { other: { cut: 'rough' } } })
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await log.close()
  })

  it('find one that is killed within 10 s; what it had is finished by another, and nobody needs it back', async () => {
    const dying = await machine.serve('node-dying')
    const cutting = await editedVideo(log.db, long)
    await happened(log.db, cutting, 'UploadOpened')
    await using other = await Machine.make(log.url, { locations: { slow: { cut: 'rough', path: machine.published } } })
    await other.serve('node-other')
    await dying.end('SIGKILL')
    const killedMs = performance.now()
    await happened(log.db, cutting, 'NodeLost', 10)
    assert.ok(performance.now() - killedMs < 10_000)
    const { uploader, attempts } = await becomesDone(log.db, cutting)
    assert.deepEqual({ uploader, attempts }, { uploader: 'node-other', attempts: 1 })
    assert.deepEqual((await machine.files()).filter((name) => !name.startsWith('.')).length, 1)
    await assertWhole(log.db, [cutting])
  })

  it('refuse what a frozen one says of an attempt that has been given to another: it publishes nothing, and says so in a line', async () => {
    await using hold = await Hold.on(log.url)
    await using frozenMachine = await Machine.make(log.url, {
      locations: { other: { cut: 'rough', path: machine.published } },
    })
    const frozen = await frozenMachine.serve('node-frozen')
    // frozen as its last chunk is about to go
    await hold.events('FinalizeStarted')
    const id = await editedVideo(log.db, { upload_location: 'other', uploader_whitelist: ['node-frozen', 'node-heir'] })
    await hold.reached()
    frozen.signal('SIGSTOP')
    await hold.undo()
    // as where its machine is cut off: nothing of its connections is left
    await log.db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'reelstate node-frozen%'`,
    )
    await machine.serve('node-heir')
    await happened(log.db, id, 'NodeLost', 12)
    const { uploader, video_id } = await becomesDone(log.db, id)
    assert.equal(uploader, 'node-heir')
    const before = await typesOf(log.db, id)
    frozen.signal('SIGCONT')
    await until(() => Promise.resolve(frozen.errors.includes(`${id}: this attempt is over`)), 'it says so', 40)
    assert.equal(frozen.errors.split('\n').filter((line) => line.includes(id)).length, 1, frozen.errors)
    assert.deepEqual(await typesOf(log.db, id), before)
    const files = (await machine.files()).filter((name) => name.includes(id))
    assert.deepEqual(files, [video_id])
    assert.equal((await rowOf(log.db, id)).orphans.length, 0)
    await assertWhole(log.db, [id])
  })

  it('tell a cut that may have holes from one that need not wait: the one that misses least takes it, and the log says why', async () => {
    await using whole = await Machine.make(log.url, { locations: { holes: { cut: 'rough' } } })
    await whole.serve('node-whole')
    const id = await editedVideo(log.db, {
      upload_location: 'holes',
      allow_holes: true,
      video_ranges: [range(0, 2), range(3000, 3002)],
    })
    await becomes(log.db, id, 'is done', ({ state }) => state === 'DONE', 20)
    const claimed = await happened(log.db, id, 'Claimed')
    assert.equal((claimed.data as { why: string | null }).why, 'misses 2.000 s')
    await assertWhole(log.db, [id])
  })
})
