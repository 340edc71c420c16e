import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import sharp from 'sharp'
import { modifyVideo, resetVideo } from '../../../src/log/commands.js'
import { addTemplate } from '../../../src/log/templates.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { painted } from '../../support/pixels.js'
import { range } from '../../support/nodeFootage.js'
import { becomes, becomesDone, editedVideo, editor, happened, typesOf } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { assertWhole } from '../../support/whole.js'
import { errors } from '../../youtube/errors.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

/** 160x90: yellow, but for a window in the middle. */
const window = (): Promise<Buffer> =>
  painted(160, 90, [
    { left: 0, top: 0, width: 160, height: 90, colour: [255, 255, 0] },
    { left: 40, top: 20, width: 80, height: 50, colour: [255, 255, 0], alpha: 0 },
  ])
    .png()
    .toBuffer()

describe('a node that publishes to YouTube', function () {
  this.timeout(120_000)
  let log: TestLog
  let simulator: YoutubeSimulator
  const machines: Machine[] = []
  const ids: string[] = []

  beforeEach(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start()
  })
  afterEach(async () => {
    await Promise.all(machines.splice(0).map((machine) => machine[Symbol.asyncDispose]()))
    await assertWhole(log.db, ids.splice(0))
    await simulator.stop()
    await log.close()
  })

  async function machine(): Promise<Machine> {
    const made = await Machine.make(log.url)
    machines.push(made)
    const credentials = join(made.data, 'credentials.json')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    const account = { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` }
    const tube = { type: 'youtube', account: 'main', path: undefined, tags: ['stream'], chunk_mebibytes: 1 }
    await made.configure({ locations: { tube, second: tube, third: tube }, accounts: { main: account } })
    return made
  }

  const node = async (name = 'node-a'): Promise<NodeProcess> => (await machine()).serve(name)
  async function toTube(over: object = {}): Promise<string> {
    const id = await editedVideo(log.db, { upload_location: 'tube', ...over })
    ids.push(id)
    return id
  }

  function onlyVideo() {
    const [video, ...more] = simulator.videos.all()
    assert.ok(video !== undefined && more.length === 0, `${more.length + 1} videos`)
    return video
  }

  it('cuts, uploads, waits until it is playable, and says DONE', async () => {
    await node()
    const id = await toTube({ video_tags: ['raffle'] })
    const { video_id } = await becomesDone(log.db, id)
    const video = onlyVideo()
    assert.equal(video_id, video.id)
    assert.deepEqual(video.snippet.tags, ['raffle', 'stream'])
    assert.deepEqual(await typesOf(log.db, id), [
      ...['Created', 'Edited', 'Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded', 'Processed'],
    ])
    const started = await happened(log.db, id, 'FinalizeStarted')
    assert.equal((started.data as { bytes: number }).bytes, video.bytes)
  })

  it('changes the title of what it has published as soon as an editor wants it', async () => {
    await node()
    const id = await toTube()
    await becomesDone(log.db, id)
    assert.ok(isRight(await modifyVideo(log.db, id, { video_title: 'The raffle, part 2' }, editor)))
    await until(() => Promise.resolve(onlyVideo().snippet.title === 'The raffle, part 2'), 'it is changed', 3)
    await becomesDone(log.db, id)
    assert.deepEqual((await typesOf(log.db, id)).slice(-2), ['Modified', 'Updated'])
    assert.deepEqual(onlyVideo().snippet.tags, ['stream'])
  })

  it('gives what it publishes the picture that its editor wants, and another one where that changes, but not again', async () => {
    const image = { bytes: await window(), contentType: 'image/png', width: 160, height: 90 }
    assert.ok(isRight(await addTemplate(log.db, { name: 'window', location: [40, 20, 120, 70] }, image, editor)))
    await node()
    const thumbnail = {
      thumbnail_mode: 'TEMPLATE',
      thumbnail_template: 'window',
      thumbnail_time: range(1, 2)[0],
    } as const
    const id = await toTube(thumbnail)
    await becomesDone(log.db, id)
    const { type, content = Buffer.alloc(0) } = onlyVideo().thumbnail ?? {}
    assert.equal(type, 'image/png')
    const { data } = await sharp(content).raw().toBuffer({ resolveWithObject: true })
    assert.deepEqual([...data.subarray(0, 3)], [255, 255, 0])
    const types = await typesOf(log.db, id)
    assert.ok(types.indexOf('ThumbnailMade') < types.indexOf('UploadOpened'), types.join())
    assert.deepEqual(types.slice(-3), ['Uploaded', 'ThumbnailSet', 'Processed'])

    const sets = () => simulator.seen.filter(({ path }) => path.includes('/thumbnails/set')).length
    for (const [modification, times] of [
      [{ video_title: 'Another title' }, 1],
      [{ thumbnail_time: range(0, 1)[0] }, 2],
    ] as const) {
      assert.ok(isRight(await modifyVideo(log.db, id, modification, editor)))
      await becomesDone(log.db, id)
      assert.equal(sets(), times)
    }
    assert.ok(!onlyVideo().thumbnail?.content.equals(content))
  })

  for (const [outcome, cause] of [
    [{ uploadStatus: 'rejected', rejectionReason: 'copyright' }, /refuses it \(copyright\)/],
    [{ uploadStatus: 'failed', failureReason: 'codec' }, /could not process it \(codec\)/],
  ] as const) {
    it(`says that a video is REJECTED whose upload ${outcome.uploadStatus}`, async () => {
      simulator.videos.outcome = () => outcome
      await node()
      const id = await toTube()
      const { error } = await becomes(log.db, id, 'is REJECTED', ({ state }) => state === 'REJECTED')
      assert.match(error ?? '', cause)
    })
  }

  it('killed after the last bytes were sent and before their answer came, has the right video, once', async () => {
    const place = await machine()
    const first = await place.serve()
    simulator.faults.on({ method: 'PUT' }, { kind: 'late', ms: 60_000 })
    const id = await toTube()
    await until(() => Promise.resolve(simulator.videos.all().length === 1), 'the upload is complete', 60)
    await first.end('SIGKILL')
    await place.serve()
    const { video_id } = await becomesDone(log.db, id)
    assert.equal(video_id, onlyVideo().id)
    assert.ok(!(await typesOf(log.db, id)).includes('Released'))
  })

  it('killed before its last bytes arrived, uploads anew, once', async () => {
    const place = await machine()
    const first = await place.serve()
    simulator.faults.on({ method: 'PUT' }, { kind: 'freeze' })
    const id = await toTube()
    await until(
      () => Promise.resolve(simulator.seen.some(({ method }) => method === 'PUT')),
      'the last bytes are sent',
      60,
    )
    await first.end('SIGKILL')
    await place.serve()
    const { video_id } = await becomesDone(log.db, id)
    assert.equal(video_id, onlyVideo().id)
    assert.ok((await typesOf(log.db, id)).includes('Released'))
    assert.equal(simulator.openSessions, 0)
  })

  it('fails at once where the editor has to change something, with the reason', async () => {
    await node()
    simulator.faults.on({ method: 'POST', path: '/upload' }, { kind: 'error', error: errors.invalidTitle })
    const id = await toTube()
    const { error } = await becomes(log.db, id, 'is FAILED', ({ state }) => state === 'FAILED')
    assert.match(error ?? '', /400 \(invalidTitle/)
  })

  it('cancelled while it uploads, deletes the session within 2 s, and is free', async () => {
    await node()
    simulator.faults.on({ method: 'PUT' }, { kind: 'late', ms: 60_000 })
    const id = await toTube({ video_ranges: [range(0, 29)] })
    await until(() => Promise.resolve(simulator.seen.some(({ method }) => method === 'PUT')), 'bytes are sent', 60)
    assert.equal((await happened(log.db, id, 'UploadOpened')).state, 'CLAIMED.STREAMING')
    assert.ok(isRight(await resetVideo(log.db, id, false, null, editor)))
    await until(() => Promise.resolve(simulator.openSessions === 0), 'the session is deleted', 2)
    await becomes(log.db, id, 'is UNEDITED', ({ state }) => state === 'UNEDITED')
    await becomesDone(log.db, await toTube())
  })

  it('is one watcher of the account among all nodes, and when it dies another one is', async () => {
    simulator.videos.processingMs = Infinity
    const nodes = [await node('node-a'), await node('node-b'), await node('node-c')]
    const id = await toTube()
    const others = [await toTube({ upload_location: 'second' }), await toTube({ upload_location: 'third' })]
    for (const one of [id, ...others])
      await becomes(log.db, one, 'is TRANSCODING', ({ state }) => state === 'TRANSCODING')
    const lists = () => simulator.seen.filter(({ method }) => method === 'GET')
    await until(() => Promise.resolve(lists().length >= 2), 'somebody has asked twice', 30)
    assert.equal(new Set(lists().map(({ token }) => token)).size, 1)
    const { rows } = await log.db.query<{ name: string }>(
      `select distinct application_name as name from pg_locks join pg_stat_activity using (pid)
       where locktype = 'advisory' and (classid::bigint << 32) + objid::bigint = hashtextextended('reelstate account main', 0)`,
    )
    assert.equal(rows.length, 1)
    const watcher = ['a', 'b', 'c'].findIndex((letter) => rows[0]?.name === `reelstate node-${letter} watching`)
    const seen = lists().length
    await nodes[watcher]?.end('SIGKILL')
    await until(() => Promise.resolve(lists().length > seen), 'another one asks', 15)
    assert.ok(new Set(lists().map(({ token }) => token)).size >= 2)
  })
})
