import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { isRight } from 'fp-ts/lib/Either.js'
import { pauseLocation, type PauseEnd, resumeLocation } from '../../../src/log/locationCommands.js'
import { locationStream } from '../../../src/log/locations.js'
import { quotaUsed } from '../../../src/log/quota.js'
import { readStream } from '../../../src/log/read.js'
import { pacificDay } from '../../../src/upload/youtube/pacific.js'
import { locationBecomes, locationOf } from '../../support/locations.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { becomes, becomesDone, editedVideo, editor, happened, rowOf, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'
import { errors } from '../../youtube/errors.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

describe('a location whose destination takes nothing', function () {
  this.timeout(120_000)
  let log: TestLog
  let simulator: YoutubeSimulator
  let machine: Machine
  let node: NodeProcess
  const ids: string[] = []

  before(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start({ inserts: 1_000 })
    machine = await Machine.make(log.url)
    const credentials = join(machine.data, 'credentials.json')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    const account = { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` }
    const tube = { type: 'youtube', account: 'main', path: undefined, chunk_mebibytes: 1 }
    await machine.configure({ locations: { tube, second: tube }, accounts: { main: account } })
    node = await machine.serve()
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await assertWhole(log.db, ids.splice(0))
    await simulator.stop()
    await log.close()
  })

  async function toTube(upload_location = 'tube'): Promise<string> {
    const id = await editedVideo(log.db, { upload_location })
    ids.push(id)
    return id
  }
  const pause = async (name: string, end: PauseEnd) =>
    assert.ok(isRight(await pauseLocation(log.db, name, 'the line is needed', end, editor)))
  const resume = async (name: string) =>
    assert.ok(isRight(await resumeLocation(log.db, name, 'looked into it', editor)))
  const happenedTo = async (name: string) =>
    (await readStream(log.db, locationStream(name))).map(({ type, state }) => `${type} ${state}`)
  const uploads = () => simulator.seen.filter(({ method, path }) => method === 'POST' && path.startsWith('/upload'))

  it('is paused with all of its account by a used-up quota: nothing is claimed, no attempt counts, and after a resume one video tries', async () => {
    for (const name of ['tube', 'second']) await pause(name, null)
    const first = await toTube()
    await setTimeout(20)
    const others = [await toTube(), await toTube()]
    const elsewhere = await toTube('second')
    await resume('second')
    simulator.faults.on({ method: 'POST', path: '/upload' }, { kind: 'error', error: errors.quotaExceeded })
    await locationBecomes(log.db, 'second', 'PAUSED')
    const row = await becomes(
      log.db,
      elsewhere,
      'is given back',
      ({ state, error }) => state === 'EDITED' && error !== null,
    )
    assert.deepEqual([row.attempts, row.not_before], [0, null])
    assert.match(row.error ?? '', /403 \(quotaExceeded/)
    assert.match((await locationOf(log.db, 'second')).reason ?? '', /quotaExceeded/)
    const { until: ends } = await locationOf(log.db, 'second')
    assert.ok(Date.parse(ends ?? '') > Date.now() + 4 * 60_000)
    // paused by hand for longer than by its account's quota
    const { until: byHand, reason } = await locationOf(log.db, 'tube')
    assert.deepEqual([byHand, reason], [null, 'the line is needed'])
    const asked = simulator.seen.length
    await setTimeout(700)
    assert.equal(simulator.seen.length, asked)
    for (const id of [first, ...others, elsewhere]) assert.equal((await rowOf(log.db, id)).state, 'EDITED')
    // both have one video tried, and then the rest
    await resume('second')
    await becomesDone(log.db, elsewhere)
    await resume('tube')
    for (const id of [first, ...others]) await becomesDone(log.db, id)
    assert.deepEqual(await happenedTo('second'), [
      ...['Paused PAUSED', 'Resumed PROBING.WAITING', 'ProbeStarted PROBING.UNDER_WAY', 'Troubled PAUSED'],
      ...['Resumed PROBING.WAITING', 'ProbeStarted PROBING.UNDER_WAY', 'Probed READY'],
    ])
    assert.deepEqual(await happenedTo('tube'), [
      ...['Paused PAUSED', 'Resumed PROBING.WAITING', 'ProbeStarted PROBING.UNDER_WAY', 'Probed READY'],
    ])
    const probe = (await readStream(log.db, locationStream('tube'))).find(({ type }) => type === 'ProbeStarted')
    assert.equal((probe?.data as { video: string }).video, first)
    const probed = await happened(log.db, first, 'Uploaded')
    for (const id of others)
      assert.ok(BigInt((await happened(log.db, id, 'Claimed')).position) > BigInt(probed.position), id)
  })

  it('is tried again without anybody, as soon as its pause is over', async () => {
    await pause('tube', { forMs: 1_500 })
    const id = await toTube()
    const { until: ends } = await locationOf(log.db, 'tube')
    await becomesDone(log.db, id, 20)
    const claimed = Date.parse((await happened(log.db, id, 'Claimed')).recordedAt) - Date.parse(ends ?? '')
    assert.ok(claimed >= 0 && claimed < 5_000, `${claimed} ms after the end`)
    assert.equal((await locationOf(log.db, 'tube')).state, 'READY')
  })

  it('is paused by the third failure in a row, of which only the first counts, and for longer where what is tried fails', async () => {
    const fault = { kind: 'error', error: errors.backendError } as const
    simulator.faults.on({ method: 'POST', path: '/upload', times: 4 }, fault)
    const failing = [await toTube(), await toTube(), await toTube()]
    const pausedSeconds = async () => {
      const { until: ends, pausedAt } = await locationBecomes(log.db, 'tube', 'PAUSED')
      return Math.round((Date.parse(ends ?? '') - Date.parse(pausedAt ?? '')) / 1000)
    }
    assert.equal(await pausedSeconds(), 60)
    const begun = uploads().length
    await resume('tube')
    await until(() => Promise.resolve(uploads().length > begun), 'it is tried', 20)
    assert.equal(await pausedSeconds(), 120)
    for (const id of failing) await becomes(log.db, id, 'is given back', ({ state }) => state === 'EDITED')
    const attempts = await Promise.all(failing.map(async (id) => (await rowOf(log.db, id)).attempts))
    assert.deepEqual(attempts.sort(), [0, 0, 1])
    await resume('tube')
    for (const id of failing) await becomesDone(log.db, id)
    assert.equal((await locationOf(log.db, 'tube')).state, 'READY')
  })

  it('waits for a person where the account is refused', async () => {
    simulator.revoked = true
    simulator.expireTokens()
    const id = await toTube()
    const { until: ends, reason } = await locationBecomes(log.db, 'tube', 'PAUSED')
    assert.equal(ends, null)
    // of the same account: after the first, by an event of its own
    await locationBecomes(log.db, 'second', 'PAUSED')
    assert.match(reason ?? '', /invalid_grant/)
    const row = await becomes(log.db, id, 'is given back', ({ state }) => state === 'EDITED')
    assert.deepEqual([row.attempts, (await typesOf(log.db, id)).includes('Failed')], [0, false])
  })

  it('tells, when it stops, what it has spent of the quota: just what the destination has charged', async () => {
    await node.end('SIGTERM')
    const used = await quotaUsed(log.db, 'main', pacificDay(Date.now()))
    const refused = uploads().filter(({ status }) => status === 403 || status === 503).length
    assert.equal(used['videos.insert']?.calls, simulator.quota.inserts + refused)
    assert.equal(used['videos.list']?.units, simulator.quota.units)
    assert.equal(used['videos.insert'].units, 0)
  })
})
