import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { resetVideo } from '../../../src/log/commands.js'
import { act } from '../../../src/log/act.js'
import { type TestLog, testLog } from '../../support/log.js'
import { gone, Machine, type NodeProcess } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Hold } from '../../support/nodeHold.js'
import {
  becomes,
  becomesDone,
  edited,
  editedVideo,
  editor,
  happened,
  rowOf,
  typesOf,
} from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'

const long = { upload_location: 'slow', video_ranges: [range(0, 29)] }

describe('an attempt that is over before it has finished', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine
  let node: NodeProcess

  before(async () => {
    log = await testLog()
    machine = await Machine.make(log.url)
    node = await machine.serve()
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await log.close()
  })

  async function nothingUnfinished(): Promise<void> {
    const hidden = async () => (await machine.files()).filter((name) => name.startsWith('.'))
    await until(async () => (await hidden()).length === 0, 'the unfinished file is gone', 10)
  }

  it('is stopped within a second by a reset, leaves nothing behind, and the node goes on with another video', async () => {
    const id = await editedVideo(log.db, long)
    await happened(log.db, id, 'UploadOpened')
    const ffmpegs = await node.cutting()
    const reset = await resetVideo(log.db, id, false, null, editor)
    assert.ok(isRight(reset))
    await gone(ffmpegs, 1)
    await nothingUnfinished()
    const other = await editedVideo(log.db)
    await becomesDone(log.db, other)
    const { state, error, orphans } = await rowOf(log.db, id)
    assert.deepEqual({ state, error, orphans }, { state: 'UNEDITED', error: null, orphans: [] })
    assert.equal((await machine.files()).filter((name) => name.includes(id)).length, 0)
    await assertWhole(log.db, [id, other])
  })

  it('gives way to a new edit, which alone is published, once', async () => {
    const id = await editedVideo(log.db, { ...long, video_title: 'The wrong title' })
    await happened(log.db, id, 'UploadOpened')
    const ffmpegs = await node.cutting()
    await edited(log.db, id, { video_title: 'The right title' })
    await gone(ffmpegs, 1)
    await becomesDone(log.db, id)
    const files = (await machine.files()).filter((name) => name.includes(id))
    assert.equal(files.length, 1)
    assert.match(files[0] ?? '', /^The_right_title-/)
    await nothingUnfinished()
    const types = await typesOf(log.db, id)
    assert.deepEqual(types.slice(1, 5), ['Edited', 'Claimed', 'UploadOpened', 'Edited'])
    assert.deepEqual(types.slice(5), ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded'])
    await assertWhole(log.db, [id])
  })

  it('is stopped also where the reset comes right behind the claim, before the node has begun', async () => {
    const hold = await Hold.on(log.url)
    try {
      await hold.events('Claimed')
      const id = await editedVideo(log.db, long)
      await hold.reached()
      const resetting = resetVideo(log.db, id, false, null, editor)
      await hold.release()
      assert.ok(isRight(await resetting))
      await becomesDone(log.db, await editedVideo(log.db))
      await nothingUnfinished()
      assert.equal((await rowOf(log.db, id)).state, 'UNEDITED')
      assert.equal((await typesOf(log.db, id)).includes('FinalizeStarted'), false)
    } finally {
      await hold[Symbol.asyncDispose]()
    }
  })

  it('is published nevertheless where it was finalizing, and a forced reset keeps it as an orphan', async () => {
    const hold = await Hold.on(log.url)
    const resetter = new pg.Client({ connectionString: log.url })
    await resetter.connect()
    try {
      await hold.events('FinalizeStarted')
      const id = await editedVideo(log.db)
      await hold.reached()
      await resetter.query('begin')
      const locked = resetter.query('select from reelstate.videos where id = $1 for update', [id])
      await until(
        async () =>
          (await log.db.query("select from pg_stat_activity where wait_event in ('transactionid', 'tuple')"))
            .rowCount === 1,
        'the reset is next in line',
      )
      await hold.release()
      await locked
      // Uploaded has to wait for this transaction
      await until(
        async () => (await machine.files()).some((name) => name.startsWith('The_raffle') && name.includes(id)),
        'it is published',
      )
      const reset = await act(resetter, id, { type: 'Reset', data: () => ({ force: true, reason: null }), by: editor })
      assert.ok(isRight(reset), JSON.stringify(reset))
      await resetter.query('commit')
      const found = await happened(log.db, id, 'OrphanFound')
      const { state, orphans } = await becomes(log.db, id, 'has its orphan', (row) => row.orphans[0]?.video_id !== null)
      assert.equal(state, 'UNEDITED')
      assert.equal(orphans.length, 1)
      const [orphan] = orphans
      assert.deepEqual(await machine.files().then((files) => files.filter((name) => name.includes(id))), [
        orphan?.video_id,
      ])
      assert.equal((found.data as { video_id: string }).video_id, orphan?.video_id)
      // and cut anew it is published beside it, not instead of it
      await edited(log.db, id)
      await becomesDone(log.db, id)
      assert.equal((await machine.files()).filter((name) => name.includes(id)).length, 2)
      assert.equal((await rowOf(log.db, id)).orphans.length, 1)
      await assertWhole(log.db, [id])
    } finally {
      await resetter.end()
      await hold[Symbol.asyncDispose]()
    }
  })
})
