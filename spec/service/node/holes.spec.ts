import assert from 'node:assert/strict'
import { rename, rm, symlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { act } from '../../../src/log/act.js'
import { probe } from '../../../src/cut/probe.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { ownFootage, range } from '../../support/nodeFootage.js'
import { becomes, becomesDone, editedVideo, editor, rowOf, typesOf } from '../../support/nodeVideos.js'
import { assertWhole } from '../../support/whole.js'

describe('an edit of which a node has not all the footage', function () {
  this.timeout(120_000)
  let log: TestLog
  let machine: Machine
  let node: NodeProcess
  let root: string
  let paths: string[]

  before(async () => {
    log = await testLog()
    ;({ root, paths } = await ownFootage())
    machine = await Machine.make(log.url, { segments: root })
    node = await machine.serve()
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await log.close()
  })

  const path = (index: number): string => paths[index] ?? ''

  /** Anything that happens to a waiting video makes nodes look at it again. */
  async function nudge(id: string): Promise<void> {
    const noted = await act(log.db, id, {
      type: 'SourceChanged',
      data: (_, at) => ({ source: { notes: at } }),
      by: editor,
    })
    assert.ok(isRight(noted))
  }

  /** The node has looked at everything that was there before: it has taken an edit that came after it. */
  async function looked(): Promise<void> {
    await becomesDone(log.db, await editedVideo(log.db, { upload_location: 'rough' }))
  }

  it('waits with one warning that says what is missing, and is cut once it is there', async () => {
    const away = join(root, 'away.ts')
    await rename(path(5), away)
    const id = await editedVideo(log.db, { video_ranges: [range(9, 13)] })
    const { state, warning } = await becomes(log.db, id, 'is warned of', (row) => row.warning !== null)
    assert.equal(state, 'EDITED')
    assert.match(warning ?? '', /^node-a has no footage from 2026-01-31 18:00:10\.\d+ to 18:00:1[12]\.\d+ UTC$/)
    await nudge(id)
    await looked()
    assert.deepEqual((await typesOf(log.db, id)).slice(2), ['Warned', 'SourceChanged'])
    await rename(away, path(5))
    await nudge(id)
    await becomesDone(log.db, id)
    assert.equal((await rowOf(log.db, id)).warning, null)
    await assertWhole(log.db, [id])
  })

  it('is cut of what there is where the editor allows holes, also where a whole range is missing', async () => {
    const away = join(root, 'away.ts')
    await rename(path(5), away)
    try {
      const ranges = [range(9, 13), range(100, 110), range(14, 15)]
      const id = await editedVideo(log.db, { video_ranges: ranges, allow_holes: true })
      const { video_id } = await becomesDone(log.db, id)
      const { picture } = await probe(join(machine.published, video_id ?? ''), new AbortController().signal)
      assert.ok(picture)
      assert.equal((await typesOf(log.db, id)).includes('Warned'), false)
    } finally {
      await rename(away, path(5))
    }
  })

  it('waits with a warning where there is nothing at all, whatever is allowed', async () => {
    for (const allow_holes of [false, true]) {
      const id = await editedVideo(log.db, { video_ranges: [range(1000, 1010)], allow_holes })
      const { state, warning } = await becomes(log.db, id, 'is warned of', (row) => row.warning !== null)
      assert.equal(state, 'EDITED')
      assert.match(warning ?? '', /^node-a has no footage/)
    }
  })

  it('holds up no other edit, however many of its like are waiting', async () => {
    const waiting = []
    for (let i = 0; i < 60; i++) waiting.push(await editedVideo(log.db, { video_ranges: [range(2000, 2010)] }))
    const id = await editedVideo(log.db)
    await becomesDone(log.db, id)
    for (const other of waiting) assert.equal((await rowOf(log.db, other)).state, 'EDITED')
  })

  it('waits with a warning where the disk cannot be read, and the node lives on', async () => {
    const broken = join(root, 'broken', 'source')
    await rm(dirname(broken), { recursive: true, force: true })
    await symlink('broken', dirname(broken))
    const id = await editedVideo(log.db, { video_channel: 'broken' })
    const { state, warning } = await becomes(log.db, id, 'is warned of', (row) => row.warning !== null)
    assert.equal(state, 'EDITED')
    assert.match(warning ?? '', /^node-a cannot read its segments \(ELOOP/)
    await looked()
    assert.equal(await node.end('SIGTERM'), 0)
    node = await machine.serve()
  })
})
