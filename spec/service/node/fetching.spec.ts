import assert from 'node:assert/strict'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { formatInstant } from '../../../machines/codecs.js'
import { readBlob } from '../../../src/log/blobs.js'
import type { CutReceipt } from '../../../src/cut/receipt.js'
import { listNodes } from '../../../src/log/nodes.js'
import { shortcomingsOf } from '../../support/cutJudge.js'
import { cutKinds } from '../../support/cutKinds.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { becomes, becomesDone, editedVideo, happened } from '../../support/nodeVideos.js'
import { NumberedRecording, type Seconds } from '../../support/numberedCut.js'
import { assertWhole } from '../../support/whole.js'

const hour = 'camera/source/2026-01-01T12'
const T0 = Date.UTC(2026, 0, 1, 12)

/** Which segments of the recording each node has, by their places: all of them together have it all. */
const having: Readonly<Record<string, readonly number[]>> = {
  'node-a': [0, 1, 2],
  'node-b': [2, 3, 5],
  'node-c': [0, 4],
}

describe('nodes of which none has all the footage', function () {
  this.timeout(120_000)
  let log: TestLog
  let folder: string
  let published: string
  let recording: NumberedRecording
  let names: string[]
  const machines: Machine[] = []

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'reelstate-fetching-'))
    published = join(folder, 'published')
    const [kind] = cutKinds
    assert.ok(kind)
    ;[log, recording] = await Promise.all([testLog(), NumberedRecording.make(folder, kind)])
    names = (await readdir(join(recording.root, hour))).sort()
    await Promise.all(
      Object.entries(having).map(async ([node, places]) => {
        const segments = join(folder, node)
        for (const place of places)
          await cp(join(recording.root, hour, names[place] ?? ''), join(segments, hour, names[place] ?? ''))
        const machine = await Machine.make(log.url, {
          segments,
          locations: { shared: { cut: 'fast', path: published } },
        })
        machines.push(machine)
        await machine.serve(node)
      }),
    )
  })
  after(async () => {
    for (const machine of machines) await machine[Symbol.asyncDispose]()
    await log.close()
    await rm(folder, { recursive: true, force: true })
  })

  const edited = (start: number, end: number) =>
    editedVideo(log.db, {
      upload_location: 'shared',
      video_ranges: [[formatInstant(T0 + start * 1000), formatInstant(T0 + end * 1000)]],
    })

  it('say where the others reach them', async () => {
    for (const { name, url } of await listNodes(log.db)) {
      const answer = await fetch(`${url}/files/${hour}`)
      const there = (await answer.json()) as string[]
      assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin')
      assert.deepEqual(
        there,
        having[name]?.map((place) => names[place]),
      )
    }
  })

  it('cut it exactly all the same, and the log says which segments came from whom', async () => {
    assert.equal(names.length, 6)
    const range: Seconds = [0.5, 11.5]
    const id = await edited(...range)
    const { video_id } = await becomesDone(log.db, id)
    assert.deepEqual(await shortcomingsOf(join(published, video_id ?? ''), recording.wanted([range])), [])

    const claimed = await happened(log.db, id, 'Claimed')
    const node = claimed.node ?? ''
    const others = Object.keys(having).filter((name) => name !== node)
    assert.ok(isRight(claimed.event) && claimed.event.right.type === 'Claimed')
    const { why } = claimed.event.right.data
    assert.match(why ?? '', /^fetched \d segments? from (node-.), \d from (node-.)$/)

    const finalized = await happened(log.db, id, 'FinalizeStarted')
    assert.ok(isRight(finalized.event) && finalized.event.right.type === 'FinalizeStarted')
    const kept = await readBlob(log.db, finalized.event.right.data.receipt ?? '')
    const { ranges } = JSON.parse(String(kept?.content)) as CutReceipt
    const segments = ranges.flatMap((one) => one.segments)
    assert.deepEqual(
      segments.map(({ name }) => basename(name)),
      names,
    )
    for (const [place, { from }] of segments.entries()) {
      if (having[node]?.includes(place)) assert.equal(from, undefined, `${node} had ${place} itself`)
      else assert.ok(others.includes(from ?? '') && having[from ?? '']?.includes(place), `${place} from ${from}`)
    }
    const counted = (name: string) => segments.filter(({ from }) => from === name).length
    for (const name of others) assert.match(why ?? '', new RegExp(`${counted(name)}( segments?)? from ${name}`))
    await assertWhole(log.db, [id])
  })

  it('warn of what nobody has, and say whom they have asked', async () => {
    const id = await edited(8, 30)
    const { state, warning } = await becomes(log.db, id, 'is warned of', (row) => row.warning !== null)
    assert.equal(state, 'EDITED')
    assert.match(warning ?? '', /^node-. has no footage from .* UTC; it has asked node-., node-. for it in vain$/)
  })
})
