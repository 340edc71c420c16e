import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { why } from '../../machines/why.js'
import { readCircumstances } from '../../src/log/circumstances.js'
import { noteFootage } from '../../src/log/footage.js'
import { registerNode, signOff } from '../../src/log/nodes.js'
import { noteProgress } from '../../src/log/progress.js'
import { befalls } from '../support/locations.js'
import { happens, testLog, type TestLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

describe('what surrounds a video', function () {
  this.timeout(30_000)
  let log: TestLog
  beforeEach(async () => {
    log = await testLog()
  })
  afterEach(() => log.close())

  const edited = async (id: string) => {
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit })
  }
  const node = (name: string) =>
    registerNode(log.db, {
      name,
      host: 'here',
      pid: 1,
      version: '1',
      locations: { local: { type: 'local', cut: 'fast' } },
    })
  const told = async (id: string) => {
    const read = await readCircumstances(log.db, id)
    assert.ok(!isLeft(read))
    assert.ok(read.right)
    return why(read.right)
  }

  it('is nothing of a video that is not there', async () => {
    assert.deepEqual(await readCircumstances(log.db, 'none'), { _tag: 'Right', right: null })
  })

  it('has the nodes: who offers the location, runs, and is at work', async () => {
    await edited('one')
    await edited('two')
    assert.equal((await told('one')).wait, 'no node')
    await node('node-a')
    assert.equal((await told('one')).sentence, 'It is about to be taken by node-a.')
    await happens(log.db, 'one', 'Claimed', { attempt: 'a', attempts_limit: 3, why: null })
    assert.match((await told('two')).sentence, /node-a on one\); it is the next/)
    await signOff(log.db, 'node-a')
    assert.match((await told('two')).sentence, /^No running node offers the location local: node-a has stopped/)
    assert.match((await told('one')).sentence, /^node-a, which has it in hand, has stopped/)
  })

  it('has its location: paused, until when and why', async () => {
    await edited('one')
    await node('node-a')
    await befalls(log.db, 'local', 'Paused', { why: 'the disk is full', until: '2126-01-31T08:00:00.000Z' })
    const { sentence, until } = await told('one')
    assert.match(sentence, /^The location local is paused until 2126-01-31 08:00:00 UTC: the disk is full\.$/)
    assert.equal(Date.parse(until ?? ''), Date.parse('2126-01-31T08:00:00Z'))
  })

  it('has what nodes lack of this very edit, and how far its cut is', async () => {
    await edited('one')
    await node('node-a')
    const { rows } = await log.db.query<{ at: string }>('select edit_time::text as at from reelstate.videos')
    await noteFootage(log.db, {
      video: 'one',
      node: 'node-a',
      editTime: rows[0]?.at ?? '',
      missingSeconds: 4,
      nothing: false,
    })
    assert.match((await told('one')).sentence, /node-a lacks 4\.0 s/)
    await happens(log.db, 'one', 'Claimed', { attempt: 'a', attempts_limit: 3, why: null })
    await noteProgress(log.db, 'one', { attempt: 'a', doneSeconds: 5, totalSeconds: 20, bytes: 1 })
    assert.match((await told('one')).sentence, /25 %/)
  })

  it('knows that people upload to the location themselves, whether or not a node says so', async () => {
    await happens(log.db, 'one', 'Created', { source })
    await happens(log.db, 'one', 'Edited', { edit: { ...edit, upload_location: 'manual' } })
    assert.equal((await told('one')).wait, 'link')
  })

  it('asks after what was adopted where that is, not where a later edit would have gone', async () => {
    await edited('one')
    await node('node-a')
    const attempt = 'a'
    await happens(log.db, 'one', 'Claimed', { attempt, attempts_limit: 3, why: null })
    await happens(log.db, 'one', 'UploadOpened', { attempt, destination: null })
    await happens(log.db, 'one', 'FinalizeStarted', { attempt, bytes: 1, receipt: null })
    const published = { video_id: 'vid', video_link: 'https://example.org/vid' }
    await happens(log.db, 'one', 'Uploaded', { attempt, ...published, processing: true })
    await happens(log.db, 'one', 'Reset', { force: true, reason: null })
    await happens(log.db, 'one', 'Edited', { edit: { ...edit, upload_location: 'elsewhere' } })
    assert.equal((await told('one')).wait, 'no node')
    await happens(log.db, 'one', 'OrphanAdopted', { orphan: 'vid', processing: true })
    assert.equal((await told('one')).sentence, 'local has it, and is still processing it.')
  })
})
