import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { modifyVideo } from '../../../src/log/commands.js'
import { linkVideo } from '../../../src/log/link.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { becomes, becomesDone, editedVideo, editor, typesOf } from '../../support/nodeVideos.js'
import { assertWhole } from '../../support/whole.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

describe('a location that people upload to themselves', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine
  let simulator: YoutubeSimulator

  before(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start()
    machine = await Machine.make(log.url)
    const credentials = join(machine.data, 'credentials.json')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    const account = { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` }
    const none = { path: undefined, cut: undefined, video_encoder: undefined }
    await machine.configure({
      locations: {
        byHand: { ...none, type: 'manual' },
        tube: { ...none, type: 'youtube-manual', account: 'main', tags: ['stream'] },
      },
      accounts: { main: account },
    })
    await machine.serve('node-a')
    await machine.serve('node-b')
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await simulator.stop()
    await log.close()
  })

  it('has its videos wait for a link, told once however many nodes there are, and DONE when it comes', async () => {
    const id = await editedVideo(log.db, { upload_location: 'byHand' })
    const { state, warning } = await becomes(log.db, id, 'is warned of', (row) => row.warning !== null)
    assert.equal(state, 'EDITED')
    assert.equal(warning, `waits for a link: upload it to byHand yourself, then \`reelstate link ${id} URL\``)
    // by then either node has looked for what it could cut
    for (let i = 0; i < 2; i++) await becomesDone(log.db, await editedVideo(log.db, { upload_location: 'rough' }))
    assert.deepEqual(await typesOf(log.db, id), ['Created', 'Edited', 'Warned'])
    assert.ok(isRight(await linkVideo(log.db, id, { link: 'https://example.org/raffle' }, editor)))
    const done = await becomesDone(log.db, id)
    assert.deepEqual([done.video_id, done.warning], [null, null])
    await assertWhole(log.db, [id])
  })

  it('on YouTube, keeps a linked video up to date as if it had been uploaded', async () => {
    const video = simulator.videos.add(
      { snippet: { title: 'By hand', description: '', tags: [], categoryId: '23' }, privacyStatus: 'public' },
      { sha256: '', bytes: 1, content: undefined },
    )
    const id = await editedVideo(log.db, { upload_location: 'tube' })
    assert.ok(isRight(await linkVideo(log.db, id, { link: `https://youtu.be/${video.id}` }, editor)))
    assert.equal((await becomesDone(log.db, id)).video_id, video.id)
    assert.ok(isRight(await modifyVideo(log.db, id, { video_title: 'The raffle, again' }, editor)))
    await becomes(log.db, id, 'is DONE', ({ state }) => state === 'DONE')
    const { snippet } = simulator.videos.get(video.id) ?? assert.fail()
    assert.deepEqual([snippet.title, snippet.tags], ['The raffle, again', ['stream']])
    assert.equal((await typesOf(log.db, id)).at(-1), 'Updated')
    await assertWhole(log.db, [id])
  })
})
