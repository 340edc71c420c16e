import assert from 'node:assert/strict'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { cutAndUpload } from '../../src/effects/cutAndUpload.js'
import type { Surroundings } from '../../src/effects/location.js'
import { connect, type Db } from '../../src/log/database.js'
import { readCurrent } from '../../src/log/read.js'
import { readConfiguration } from '../../src/service/configuration.js'
import { openLocations } from '../../src/service/locations.js'
import { offering } from '../support/locations.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { Machine } from '../support/node.js'
import { Hold } from '../support/nodeHold.js'
import { Proxy } from '../support/nodeProxy.js'
import { editedVideo, rowOf, typesOf } from '../support/nodeVideos.js'
import { until } from '../support/processes.js'

describe('an upload whose database stays away for longer than it waits', function () {
  this.timeout(60_000)
  let log: TestLog
  let proxy: Proxy
  let db: Db
  let machine: Machine
  let around: Surroundings

  before(async () => {
    log = await testLog()
    proxy = await Proxy.to(log.url)
    db = connect({ url: proxy.url, name: 'reelstate node-a' })
    machine = await Machine.make(log.url)
    await offering(log.db, ['rough'])
    const read = readConfiguration(machine.data, undefined, {})
    assert.ok(isRight(read))
    around = {
      ...{ node: 'node-a', onlyNamed: false, segmentsRoot: read.right.segments, random: () => 0.5 },
      temporaryFolder: join(machine.data, 'temporary'),
      locations: openLocations(read.right),
      // it has waited for long enough as soon as it has failed once
      databaseGraceMs: 0,
    }
  })
  after(async () => {
    await db.end()
    await machine[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await log.close()
  })

  /** What has become of the upload waits to be told. */
  async function triedInVain(): Promise<void> {
    const before = proxy.refused
    await until(() => Promise.resolve(proxy.refused >= before + 3), 'the database was asked for')
  }

  /** Claimed, and being cut and uploaded. */
  async function underWay(): Promise<{ id: string; ended: ReturnType<typeof cutAndUpload> }> {
    const id = await editedVideo(log.db, { upload_location: 'rough' })
    await happens(log.db, id, 'Claimed', { attempt: id, attempts_limit: 3, why: null })
    const read = await readCurrent(log.db, id)
    if (isLeft(read) || !read.right.snapshot) assert.fail('it can be read')
    const location = around.locations.get('rough')
    assert.ok(location)
    const work = { db, around, location, video: read.right.snapshot.context, attempt: id }
    const signal = new AbortController().signal
    return { id, ended: cutAndUpload({ ...work, signal, onProgress: () => undefined }) }
  }

  it('is given back when it is there again, uncounted and to be taken at once, and leaves nothing', async () => {
    await using hold = await Hold.on(log.url)
    await hold.events('FinalizeStarted')
    const { id, ended } = await underWay()
    await hold.reached()
    proxy.shut()
    await hold.undo()
    await triedInVain()
    assert.equal((await rowOf(log.db, id)).state, 'CLAIMED')
    proxy.open()
    assert.equal(await ended, 'released')
    const { state, attempts, not_before, error } = await rowOf(log.db, id)
    assert.deepEqual({ state, attempts, not_before }, { state: 'EDITED', attempts: 0, not_before: null })
    assert.match(error ?? '', /^waited \d+ s in vain: the database is away \(.+\)$/)
    assert.deepEqual((await typesOf(log.db, id)).slice(2), ['Claimed', 'UploadOpened', 'Released'])
    assert.deepEqual(await machine.files(), [])
  })

  it('is asked about where its last word has reached the log after all: it is aborted, and cut again', async () => {
    await using hold = await Hold.on(log.url)
    await hold.events('FinalizeStarted')
    const { id, ended } = await underWay()
    await hold.reached()
    proxy.cutClients()
    proxy.shut()
    await hold.release()
    await triedInVain()
    proxy.open()
    assert.equal(await ended, 'released')
    assert.deepEqual((await typesOf(log.db, id)).slice(2), ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Released'])
    assert.equal((await rowOf(log.db, id)).attempts, 0)
    assert.deepEqual(await machine.files(), [])
  })
})
