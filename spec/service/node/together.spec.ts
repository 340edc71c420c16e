import assert from 'node:assert/strict'
import { hostname } from 'node:os'
import { isRight } from 'fp-ts/lib/Either.js'
import { modifyVideo } from '../../../src/log/commands.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { becomes, becomesDone, editedVideo, editor, happened, rowOf, typesOf } from '../../support/nodeVideos.js'
import { assertWhole } from '../../support/whole.js'

const rough = { upload_location: 'rough' }

describe('nodes of one database', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine

  before(async () => {
    log = await testLog()
    machine = await Machine.make(log.url)
    await Promise.all([machine.serve('node-a'), machine.serve('node-b')])
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await log.close()
  })

  it('have a name each: a second one of the same name ends with one line that says who has it', async () => {
    const second = machine.start('node-a')
    assert.equal(await second.ended, 1)
    const lines = second.errors.trim().split('\n')
    assert.equal(lines.length, 1, second.errors)
    const [line] = lines
    assert.ok(line?.includes('"node-a"') && line.includes(hostname()), line)
    assert.match(line ?? '', /since \d{4}-\d\d-\d\dT[\d:.]+Z/)
  })

  it('never cut the same edit both, and leave none out', async () => {
    const ids = await Promise.all(Array.from({ length: 10 }, () => editedVideo(log.db, rough)))
    for (const id of ids) {
      await becomesDone(log.db, id, 100)
      assert.deepEqual((await typesOf(log.db, id)).slice(2), ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded'])
    }
    assert.equal((await machine.files()).length, ids.length)
    await assertWhole(log.db, ids)
  })

  it('watch any number of locations, and have connections left to cut for each', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `folder-${n}`)
    await using place = await Machine.make(log.url, {
      locations: Object.fromEntries(names.map((name) => [name, { cut: 'rough', write_json: true }])),
    })
    await place.serve('node-c')
    for (const name of [names[0], names[7]]) {
      const id = await editedVideo(log.db, { upload_location: name ?? '' })
      await becomesDone(log.db, id, 20)
      const modified = await modifyVideo(log.db, id, { video_title: 'Another title' }, editor)
      assert.ok(isRight(modified), JSON.stringify(modified))
      await becomes(log.db, id, 'is modified', ({ state }) => state === 'DONE', 20)
    }
  })

  it('claim a new edit at once', async () => {
    const id = await editedVideo(log.db, rough)
    const accepted = await happened(log.db, id, 'Edited')
    const claimed = await happened(log.db, id, 'Claimed')
    assert.ok(Date.parse(claimed.recordedAt) - Date.parse(accepted.recordedAt) < 2_000)
    await becomesDone(log.db, id)
  })

  it('leave a video to those that the editor named', async () => {
    const ids = await Promise.all(
      Array.from({ length: 3 }, () => editedVideo(log.db, { ...rough, uploader_whitelist: ['node-b'] })),
    )
    for (const id of ids) {
      await becomesDone(log.db, id)
      assert.equal((await rowOf(log.db, id)).uploader, 'node-b')
    }
  })
})
