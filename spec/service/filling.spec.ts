import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Edit } from '../../machines/edit.js'
import { keepBlob } from '../../src/log/blobs.js'
import { filledHoles } from '../../src/log/filledHoles.js'
import { Covering } from '../../src/service/covering.js'
import { type HoursOnDisk, hoursOnDisk, minutes, named } from '../support/hours.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

const hour = 'main/source/2026-01-31T18'
const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 31, 18) + seconds * 1000).toISOString()
type Seconds = readonly [start: number, end: number]
const span = ([start, end]: Seconds) => ({ start: at(start), end: at(end) })

describe('a hole with which a video was published', function () {
  this.timeout(60_000)
  let log: TestLog
  let disk: HoursOnDisk
  let node: Covering
  beforeEach(async () => {
    log = await testLog()
    disk = await hoursOnDisk()
    await disk.put(hour, minutes(3, 10, 11))
    node = nodeOf('node-a', disk.root)
  })
  afterEach(async () => {
    await disk[Symbol.asyncDispose]()
    await log.close()
  })

  const nodeOf = (name: string, root: string): Covering =>
    new Covering({
      ...{ db: log.db, node: name, root, everySeconds: 300, now: () => Date.now() + 3_600_000 },
      warn: () => undefined,
      stopping: new AbortController().signal,
    })

  /** Of a cut of one range; the range is not in it where nothing of it was there. */
  async function receiptOf(range: Seconds, holes: readonly Seconds[]): Promise<string> {
    const cut = { ...span(range), segments: [], before: [], after: [], holes: holes.map(span) }
    const ranges = holes[0] === range ? [] : [cut]
    return keepBlob(log.db, 'application/json', Buffer.from(JSON.stringify({ type: 'fast', ranges })))
  }

  async function lives(id: string, attempt: string, receipt: string): Promise<void> {
    await happens(log.db, id, 'Claimed', { attempt, attempts_limit: 3, why: null })
    await happens(log.db, id, 'UploadOpened', { attempt, destination: 'folder' })
    await happens(log.db, id, 'FinalizeStarted', { attempt, bytes: 1, receipt })
    const link = `https://example.org/${attempt}`
    await happens(log.db, id, 'Uploaded', { attempt, video_id: attempt, video_link: link, processing: false })
  }

  /** Of one range of seconds, of which these were missing. */
  async function published(
    id: string,
    range: Seconds,
    holes: readonly Seconds[],
    over: Partial<Edit> = {},
  ): Promise<void> {
    const video_ranges: Edit['video_ranges'] = [[at(range[0]), at(range[1])]]
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', {
      edit: { ...edit, video_ranges, video_transitions: [], allow_holes: true, ...over },
    })
    await lives(id, `${id}-1`, await receiptOf(range, holes))
  }
  const reported = async () =>
    (await filledHoles(log.db, 100)).map((one) => [one.video, one.node, one.start, one.end, one.missingSeconds])

  it('is reported once its footage is there, with since when it is, and no more once it is gone again', async () => {
    await published('raffle', [170, 250], [[180, 240]])
    await node.look()
    assert.deepEqual(await reported(), [])
    await disk.put(hour, [named(180, 60)])
    await node.look()
    assert.deepEqual(await reported(), [['raffle', 'node-a', at(180), at(240), 0]])
    const [first] = await filledHoles(log.db, 100, 'raffle')
    assert.deepEqual(await filledHoles(log.db, 100, 'other'), [])
    await disk.put(hour, [named(600, 60)])
    await node.look()
    assert.equal((await filledHoles(log.db, 100))[0]?.since, first?.since)
    await rm(join(disk.root, hour, named(180, 60)))
    await node.look()
    assert.deepEqual(await reported(), [])
  })

  it('is reported by each node that has it, also in part and where a whole range was missing', async () => {
    const whole = [600, 720] as const
    await published('quilt', whole, [whole])
    await using other = await hoursOnDisk()
    await other.put(hour, [named(600, 60)])
    await node.look()
    await nodeOf('node-b', other.root).look()
    assert.deepEqual(await reported(), [['quilt', 'node-b', at(600), at(720), 60]])
    await disk.put(hour, [named(600, 60), named(660, 60)])
    await node.look()
    assert.deepEqual((await reported())[0], ['quilt', 'node-a', at(600), at(720), 0])
    // what suspect footage there is vouches for nothing
    await rm(join(other.root, hour), { recursive: true })
    await other.put(hour, [named(600, 60, 'suspect')])
    await nodeOf('node-b', other.root).look()
    assert.equal((await reported()).length, 1)
  })

  it('is looked for only in hours that have changed, and once by a node that has just started', async () => {
    await published('raffle', [170, 250], [[180, 240]])
    await published('fair', [0, 60], [])
    assert.equal((await node.look()).filled, 1)
    assert.equal((await node.look()).filled, 0)
    await disk.put('main/source/2026-02-02T18', minutes())
    assert.equal((await node.look()).filled, 0)
    await disk.put(hour, [named(180, 60)])
    assert.equal((await node.look()).filled, 1)
    assert.equal((await nodeOf('node-a', disk.root).look()).filled, 1)
  })

  it('is of no more interest where the video was taken back, cut anew or linked by hand', async () => {
    await published('raffle', [170, 250], [[180, 240]])
    await published('quilt', [170, 250], [[180, 240]])
    await published('whole', [170, 250], [[180, 240]], { allow_holes: false })
    await disk.put(hour, [named(180, 60)])
    await node.look()
    const videos = async () => [...new Set((await reported()).map(([video]) => video))].sort()
    assert.deepEqual(await videos(), ['quilt', 'raffle'])
    for (const id of ['quilt', 'raffle']) await happens(log.db, id, 'Reset', { force: true, reason: null })
    assert.deepEqual(await videos(), [])
    await happens(log.db, 'raffle', 'ManualLinked', {
      ...{ video_link: 'https://example.org/x', video_id: 'x', upload_location: 'local', location_is_manual: true },
    })
    const cut = {
      ...edit,
      video_ranges: [[at(170), at(250)]] as Edit['video_ranges'],
      video_transitions: [],
      allow_holes: true,
    }
    await happens(log.db, 'quilt', 'Edited', { edit: cut })
    await lives('quilt', 'quilt-2', await receiptOf([170, 250], []))
    await node.look()
    assert.deepEqual(await videos(), [])
  })
})
