import assert from 'node:assert/strict'
import { rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { footage } from '../../support/nodeFootage.js'
import { becomes, becomesDone, editedVideo } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'

describe('a node whose folder of segments cannot be read', function () {
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

  it('starts, says so, and cuts as soon as it can be read', async () => {
    const segments = join(machine.data, 'segments')
    await symlink('segments', segments)
    await machine.configure({ segments })
    const node = await machine.serve()
    const warnings = async (): Promise<readonly string[]> =>
      ((await (await fetch(`${node.url}/healthz`)).json()) as { warnings: string[] }).warnings
    const isTold = async (): Promise<boolean> =>
      (await warnings()).some((line) => /^the folder of segments cannot be read \(ELOOP/.test(line))
    await until(isTold, 'it says that it cannot read its segments')
    const id = await editedVideo(log.db)
    await becomes(log.db, id, 'is warned of', ({ warning }) => warning !== null)
    await rm(segments)
    await symlink(await footage(), segments)
    await becomesDone(log.db, await editedVideo(log.db))
    assert.equal(await node.end('SIGTERM'), 0)
  })
})
