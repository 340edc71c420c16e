import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { isRight } from 'fp-ts/lib/Either.js'
import { resetVideo } from '../../../src/log/commands.js'
import { doneVideo } from '../../support/announcing.js'
import { type TestLog, testLog } from '../../support/log.js'
import { gone, Machine, type NodeProcess } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Hold } from '../../support/nodeHold.js'
import { editedVideo, editor, happened, rowOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'

const careless = fileURLToPath(new URL('../../support/carelessModule.mjs', import.meta.url))
/** Nobody is there. */
const webhooks = { chat: { url: 'http://127.0.0.1:9/' } }

describe('a node that comes upon a bug of its own', function () {
  this.timeout(60_000)
  let log: TestLog
  let hold: Hold
  let machine: Machine
  let videos = 0

  before(async () => {
    log = await testLog()
    hold = await Hold.on(log.url)
    machine = await Machine.make(log.url, { webhooks })
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await hold[Symbol.asyncDispose]()
    await log.close()
  })

  /** What one loop asks for is not there any more. */
  async function breaksALoop<A>(work: () => Promise<A>): Promise<A> {
    await log.db.query('alter table reelstate.webhooks rename column failures to other')
    try {
      await doneVideo(log.db, `done-${++videos}`)
      return await work()
    } finally {
      await log.db.query('alter table reelstate.webhooks rename column other to failures')
    }
  }

  /** A video that is uploaded but for its last chunk. */
  async function inFlight(): Promise<string> {
    await hold.events('FinalizeStarted')
    const id = await editedVideo(log.db, { upload_location: 'rough' })
    await hold.reached()
    return id
  }

  /** It says at once what the bug is and where, finishes what it has begun, takes nothing more, and fails. */
  async function endsInOrder(node: NodeProcess, id: string, what: RegExp, where: RegExp): Promise<void> {
    await until(() => Promise.resolve(node.errors.includes('this node ends: no new claims')), 'it has noticed', 20)
    assert.match(node.errors, what)
    assert.match(node.errors, where)
    const next = await editedVideo(log.db, { upload_location: 'rough' })
    await hold.release()
    assert.equal(await node.ended, 1)
    assert.equal((await rowOf(log.db, id)).state, 'DONE')
    assert.equal((await rowOf(log.db, next)).state, 'EDITED')
    const { rows } = await log.db.query('select from reelstate.nodes where stopped_at is not null')
    assert.equal(rows.length, 1, 'it has said that it stops')
    // whoever is started next has nothing to do with it
    assert.ok(isRight(await resetVideo(log.db, next, false, null, editor)))
  }

  it('in one of its loops: says which, and ends in order, so that its supervisor starts it anew', async () => {
    const node = await machine.serve()
    const id = await inFlight()
    const what = /the announcing chat loop died of a bug: column .*failures.* does not exist/
    await breaksALoop(() => endsInOrder(node, id, what, /\n {4}at .*announcing/))
  })

  for (const [kind, what] of [
    ['rejects', /a promise that nobody waited for failed: nobody waits for this/],
    ['throws', /nobody caught an error: nobody catches this/],
  ] as const)
    it(`that nobody caught (${kind}): ends in order`, async () => {
      const options = `${process.env['NODE_OPTIONS'] ?? ''} --import=${careless}`
      const node = machine.start('node-a', log.url, { NODE_OPTIONS: options, SPEC_CARELESS: kind })
      await node.serving()
      const id = await inFlight()
      node.signal('SIGUSR2')
      await endsInOrder(node, id, what, /at .*carelessModule/)
    })

  it('and cannot finish within the grace: gives back what it has in hand, and leaves no ffmpeg', async () => {
    await machine.configure({ graceSeconds: 0.2, webhooks })
    const node = await machine.serve()
    const id = await editedVideo(log.db, { upload_location: 'slow', video_ranges: [range(0, 29)] })
    await happened(log.db, id, 'UploadOpened')
    const ffmpegs = await node.cutting()
    assert.equal(await breaksALoop(() => node.ended), 1)
    await gone(ffmpegs, 1)
    const { state, attempts } = await rowOf(log.db, id)
    assert.deepEqual({ state, attempts }, { state: 'EDITED', attempts: 0 })
  })
})
