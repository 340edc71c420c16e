import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { resetVideo } from '../../../src/log/commands.js'
import { resumeLocation } from '../../../src/log/locationCommands.js'
import { locationBecomes } from '../../support/locations.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { Proxy } from '../../support/nodeProxy.js'
import { becomes, becomesDone, editedVideo, editor, happened, rowOf, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { SWIFT_KEYS, SwiftBucket, needsSwift } from '../../support/swift.js'
import { assertWhole } from '../../support/whole.js'

const end = '<CompleteMultipartUpload'

describe('a node that publishes to an S3 store', function () {
  this.timeout(120_000)
  let bucket: SwiftBucket
  let log: TestLog
  let proxy: Proxy
  let machine: Machine
  let node: NodeProcess
  const ids: string[] = []

  before(async function () {
    await needsSwift(this)
    bucket = await SwiftBucket.make()
    log = await testLog()
    proxy = await Proxy.to(bucket.url)
    machine = await Machine.make(log.url)
    await keys('keys.json', SWIFT_KEYS.secretAccessKey)
    await keys('wrong.json', 'correct-horse-battery')
    const store = {
      ...{ type: 's3', path: undefined, bucket: bucket.name, endpoint: proxy.url, credentials: 'keys.json' },
      ...{ prefix: 'videos/', cut: 'rough' },
    }
    const slowly = { ...store, cut: 'full', video_encoder: ['-c:v', 'libx264', '-preset', 'placebo'] }
    await machine.configure({ locations: { store, slowly, refusing: { ...store, credentials: 'wrong.json' } } })
    node = await machine.serve()
  })
  // where there is no store nothing of it has begun
  after(async () => {
    await machine?.[Symbol.asyncDispose]()
    if (log !== undefined) await assertWhole(log.db, ids.splice(0))
    await proxy?.[Symbol.asyncDispose]()
    await bucket?.close()
    await log?.close()
  })

  const keys = (name: string, secret: string): Promise<void> =>
    writeFile(
      join(machine.data, name),
      JSON.stringify({ access_key_id: SWIFT_KEYS.accessKeyId, secret_access_key: secret }),
    )

  async function toStore(over: object = {}): Promise<string> {
    const id = await editedVideo(log.db, { upload_location: 'store', ...over })
    ids.push(id)
    return id
  }

  /** The one object is the video's, has the bytes that were promised, and nothing is left of any other upload. */
  async function assertPublishedOnce(id: string): Promise<void> {
    const { video_id } = await becomesDone(log.db, id)
    const { data } = await happened(log.db, id, 'FinalizeStarted')
    const objects = [...(await bucket.objects())].filter(([key]) => key.includes(id))
    assert.deepEqual(
      objects.map(([key, { length }]) => [key, length]),
      [[video_id, (data as { bytes: number }).bytes]],
    )
    assert.deepEqual(await bucket.unfinished(), [])
  }

  it('cuts, uploads, and says DONE, with a link to the object', async () => {
    const id = await toStore()
    await assertPublishedOnce(id)
    const { video_id = '', video_link } = (await happened(log.db, id, 'Uploaded')).data as Record<string, string>
    assert.match(video_id, /^videos\/The_raffle-.*\.ts$/)
    assert.equal(video_link, `${proxy.url}${bucket.name}/${video_id}`)
    const { destination } = (await happened(log.db, id, 'UploadOpened')).data as Record<string, string>
    assert.equal(destination, `${proxy.url}${bucket.name}`)
  })

  it('killed after the upload was completed and before the answer came, has the right object, once', async () => {
    const completed = proxy.keepAnswerTo(end)
    const id = await toStore()
    await completed
    await node.end('SIGKILL')
    node = await machine.serve()
    await assertPublishedOnce(id)
    assert.ok(!(await typesOf(log.db, id)).includes('Released'))
  })

  it('killed before the upload was completed, uploads anew, once', async () => {
    const held = proxy.keepQuestion(end)
    const id = await toStore()
    await held
    await node.end('SIGKILL')
    node = await machine.serve()
    await assertPublishedOnce(id)
    assert.ok((await typesOf(log.db, id)).includes('Released'))
  })

  it('cut off from the store before the answer to its last words, asks what became of them', async () => {
    const lost = proxy.loseAnswerTo(end)
    const id = await toStore()
    await lost
    await assertPublishedOnce(id)
    assert.ok(!(await typesOf(log.db, id)).includes('Released'))
  })

  it('cancelled while it uploads, aborts the upload within 2 s, and is free', async () => {
    const id = await toStore({ upload_location: 'slowly', video_ranges: [range(0, 29)] })
    await happened(log.db, id, 'UploadOpened')
    assert.equal((await bucket.unfinished()).length, 1)
    assert.ok(isRight(await resetVideo(log.db, id, false, null, editor)))
    await until(async () => (await bucket.unfinished()).length === 0, 'the upload is aborted', 2)
    await becomes(log.db, id, 'is UNEDITED', ({ state }) => state === 'UNEDITED')
    await assertPublishedOnce(await toStore())
  })

  it('refused for its key, pauses the location, says what to do and nothing of the key, and goes on with the right one', async () => {
    const refused: string[] = []
    for (let n = 0; n < 3; n++) refused.push(await toStore({ upload_location: 'refusing' }))
    const { reason } = await locationBecomes(log.db, 'refusing', 'PAUSED')
    assert.match(reason ?? '', /SignatureDoesNotMatch: the secret access key is wrong: correct .*wrong\.json/)
    for (const id of refused) await becomes(log.db, id, 'waits', ({ state }) => state === 'EDITED')
    const said = (await Promise.all(refused.map((id) => rowOf(log.db, id)))).map(({ error }) => error)
    assert.ok(!`${reason}${said.join()}${node.output}${node.errors}`.includes('correct-horse-battery'))
    await keys('wrong.json', SWIFT_KEYS.secretAccessKey)
    assert.ok(isRight(await resumeLocation(log.db, 'refusing', 'another key', editor)))
    for (const id of refused) await assertPublishedOnce(id)
  })
})
