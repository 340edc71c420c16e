import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventType } from '../../../machines/events.js'
import { type TestLog, testLog } from '../../support/log.js'
import { gone, Machine, type NodeProcess } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Hold } from '../../support/nodeHold.js'
import { becomesDone, editedVideo, happened, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'

/** So many moments of a cut, chosen anew by each run. */
const randomKills = 2

describe('a node that is killed in the middle', function () {
  this.timeout(120_000)
  let log: TestLog
  let hold: Hold
  let machine: Machine
  let node: NodeProcess
  const ids: string[] = []

  before(async () => {
    log = await testLog()
    hold = await Hold.on(log.url)
    machine = await Machine.make(log.url)
    node = await machine.serve()
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await hold[Symbol.asyncDispose]()
    await log.close()
  })
  beforeEach(async () => {
    // whatever became of the spec before
    await hold.release()
    node = await aliveAgain()
  })

  async function aliveAgain(): Promise<NodeProcess> {
    const ended = await Promise.race([node.ended.then(() => true), Promise.resolve(false)])
    return ended ? machine.serve() : node
  }

  async function killed(): Promise<void> {
    const ffmpegs = await node.ffmpegs()
    await node.end('SIGKILL')
    // one whose other end is gone notices when it writes next: how soon that is depends on how fast it encodes
    await gone(ffmpegs, 40)
  }

  /** The video is DONE, its file is there once, nothing else is, and its log has the types, in this order, after Edited. */
  async function assertPublishedOnce(id: string, types: readonly EventType[]): Promise<void> {
    const { video_id } = await becomesDone(log.db, id)
    ids.push(id)
    assert.deepEqual((await typesOf(log.db, id)).slice(2), types)
    await assertNothingElse(id, video_id)
  }

  async function assertNothingElse(id: string, video_id: string | null): Promise<void> {
    const files = await machine.files()
    assert.deepEqual(
      files.filter((name) => name.startsWith('.')),
      [],
    )
    assert.deepEqual(
      files.filter((name) => name.includes(id)),
      [video_id],
    )
    assert.equal(files.length, ids.length)
    await assertWhole(log.db, [id])
  }

  const cut: EventType[] = ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded']

  describe('before an event reached the log', () => {
    const missing: [EventType, EventType[]][] = [
      ['Claimed', cut],
      ['UploadOpened', ['Claimed', 'NodeLost', ...cut]],
      ['FinalizeStarted', ['Claimed', 'UploadOpened', 'NodeLost', ...cut]],
      ['Uploaded', ['Claimed', 'UploadOpened', 'FinalizeStarted', 'NodeLost', 'ReconcileClaimed', 'Uploaded']],
    ]
    for (const [type, types] of missing)
      it(`as it was to note ${type}: the video is published once by the node that is started anew`, async () => {
        await hold.events(type)
        const id = await editedVideo(log.db)
        await hold.reached()
        await killed()
        await hold.undo()
        node = await machine.serve()
        await assertPublishedOnce(id, types)
        if (!types.includes('NodeLost')) return
        const { lost, cause } = (await happened(log.db, id, 'NodeLost')).data as { lost: string; cause: string }
        assert.deepEqual([lost, cause], ['node-a', 'node-a stopped in the middle and was started anew'])
      })
  })

  describe('while the database was about to commit its event', () => {
    const cutAgain: EventType[] = ['NodeLost', ...cut]
    const late: [EventType, EventType[]][] = [
      ['Claimed', ['Claimed', ...cutAgain]],
      ['UploadOpened', ['Claimed', 'UploadOpened', ...cutAgain]],
      [
        'FinalizeStarted',
        ['Claimed', 'UploadOpened', 'FinalizeStarted', 'NodeLost', 'ReconcileClaimed', 'Released', ...cut],
      ],
      ['Uploaded', cut],
    ]
    for (const [type, types] of late)
      it(`${type}, which came in after its death: the video is published once`, async () => {
        await hold.events(type)
        const id = await editedVideo(log.db, { upload_location: 'rough' })
        await hold.reached()
        await killed()
        await hold.release()
        await happened(log.db, id, type)
        node = await machine.serve()
        await assertPublishedOnce(id, types)
      })
  })

  it('while bytes flow: its ffmpeg goes with it, and the video is published once', async () => {
    const id = await editedVideo(log.db, { upload_location: 'slow', video_ranges: [range(1, 29)] })
    await until(
      async () =>
        (await log.db.query('select from reelstate.progress where stream = $1 and bytes > 0', [`video/${id}`]))
          .rowCount === 1,
      'the cut is under way',
      30,
    )
    assert.ok((await node.ffmpegs()).length > 0)
    await killed()
    await machine.configure({ locations: { slow: { cut: 'rough' } } })
    node = await machine.serve()
    await assertPublishedOnce(id, ['Claimed', 'UploadOpened', 'NodeLost', ...cut])
  })

  it('while it asks the destination what became of an upload: it is asked again', async () => {
    await hold.events('Uploaded')
    const id = await editedVideo(log.db, { upload_location: 'rough' })
    await hold.reached()
    await killed()
    await hold.undo()
    await hold.events('Uploaded')
    node = await machine.serve()
    await hold.reached()
    await killed()
    await hold.undo()
    node = await machine.serve()
    const asked: EventType[] = ['NodeLost', 'ReconcileClaimed']
    await assertPublishedOnce(id, ['Claimed', 'UploadOpened', 'FinalizeStarted', ...asked, ...asked, 'Uploaded'])
  })

  const seed = Number(process.env['SPEC_SEED'] ?? Date.now() % 1_000_000)
  it(`at any moment (SPEC_SEED=${seed}): the video is published once`, async () => {
    const moments = momentsOf(seed)
    for (let i = 0; i < randomKills; i++) {
      const id = await editedVideo(log.db, { video_ranges: [range(0, 6)] })
      await pause(moments())
      await killed()
      node = await machine.serve()
      const { video_id } = await becomesDone(log.db, id)
      ids.push(id)
      await assertNothingElse(id, video_id)
    }
  })
})

/** Milliseconds from 0 to two seconds, the same for the same seed (a linear congruential generator). */
function momentsOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return (state / 2 ** 31) * 2_000
  }
}
