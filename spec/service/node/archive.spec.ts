import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { EventType } from '../../../machines/events.js'
import { readBlob } from '../../../src/log/blobs.js'
import { type TestLog, testLog } from '../../support/log.js'
import { gone, Machine, type NodeProcess } from '../../support/node.js'
import { ownFootage, range } from '../../support/nodeFootage.js'
import { Hold } from '../../support/nodeHold.js'
import { becomes, becomesDone, editedVideo, happened, typesOf } from '../../support/nodeVideos.js'
import { assertWhole } from '../../support/whole.js'

const run = promisify(execFile)
const archive = { type: 'archive', cut: undefined, video_encoder: undefined }
const local = { write_json: true, cut: 'rough' }

describe('a node that publishes into folders', function () {
  this.timeout(120_000)
  let log: TestLog
  let hold: Hold
  let machine: Machine
  let node: NodeProcess
  let root: string
  let paths: string[]

  before(async () => {
    log = await testLog()
    hold = await Hold.on(log.url)
    ;({ root, paths } = await ownFootage())
    machine = await Machine.make(log.url, { segments: root, locations: { archive, local } })
    node = await machine.serve()
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await hold[Symbol.asyncDispose]()
    await log.close()
  })

  /** One range across a missing segment, and another: three runs. */
  const edit = { upload_location: 'archive', video_ranges: [range(3, 9), range(20.5, 21)], allow_holes: true }
  const runs = [[1], [3, 4], [10]]

  /** Frames of the picture, decoded, as ffmpeg tells one from another. */
  async function frames(input: readonly string[]): Promise<string[]> {
    const args = ['-nostdin', '-v', 'error', ...input, '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-']
    const { stdout } = await run(process.env['FFMPEG_PATH'] || 'ffmpeg', args, { maxBuffer: 2 ** 24 })
    return stdout
      .split('\n')
      .filter((line) => /^\d/.test(line))
      .map((line) => line.split(/,\s*/).at(-1) ?? '')
  }

  /** Its files are there, with the bytes that were told. */
  async function assertArchived(id: string, name: string): Promise<Record<string, unknown>> {
    assert.match(name, new RegExp(`^The_raffle-${id}-`))
    const files = (await readdir(join(machine.published, name))).sort()
    assert.deepEqual(files, [...runs.map((_, n) => `${name}-${n + 1}.mkv`), `${name}.json`].sort())
    const described = await assertDescribed(join(machine.published, name), `${name}.json`)
    const { data } = await happened(log.db, id, 'FinalizeStarted')
    const sizes = (described['files'] as { bytes: number }[]).map(({ bytes }) => bytes)
    assert.equal(
      sizes.reduce((sum, bytes) => sum + bytes, 0),
      (data as { bytes: number }).bytes,
    )
    return described
  }

  /** Each file can be played, and has every picture of its segments and nothing else. */
  async function assertPlayable(name: string): Promise<void> {
    for (const [n, segments] of runs.entries()) {
      const file = join(machine.published, name, `${name}-${n + 1}.mkv`)
      const probed = await run(process.env['FFPROBE_PATH'] || 'ffprobe', [
        ...['-v', 'error', '-of', 'csv=p=0', '-show_entries', 'format=format_name:stream=codec_name', file],
      ])
      assert.equal(probed.stdout, 'h264\naac\n"matroska,webm"\n')
      const wanted = await frames(['-i', `concat:${segments.map((index) => paths[index]).join('|')}`])
      assert.equal(wanted.length, segments.length * 60)
      assert.deepEqual(await frames(['-i', file]), wanted)
    }
  }

  async function assertDescribed(folder: string, name: string): Promise<Record<string, unknown>> {
    const described = JSON.parse(await readFile(join(folder, name), 'utf8')) as Record<string, unknown>
    for (const { name, bytes, sha256 } of described['files'] as { name: string; bytes: number; sha256: string }[]) {
      const content = await readFile(join(folder, name))
      assert.deepEqual([content.length, createHash('sha256').update(content).digest('hex')], [bytes, sha256])
    }
    return described
  }

  async function hiddenFiles(): Promise<string[]> {
    return (await machine.files()).filter((name) => name.startsWith('.'))
  }

  it('archives one Matroska file for each contiguous run, whole segments, described in JSON', async () => {
    await rename(paths[2] ?? '', join(root, 'away.ts'))
    const id = await editedVideo(log.db, edit)
    const { video_id } = await becomesDone(log.db, id)
    const described = await assertArchived(id, video_id ?? '')
    await assertPlayable(video_id ?? '')
    assert.deepEqual(described['ranges'], edit.video_ranges)
    const { receipt } = (await happened(log.db, id, 'FinalizeStarted')).data as { receipt: string }
    const kept = JSON.parse((await readBlob(log.db, receipt))?.content.toString() ?? '') as {
      type: string
      pictures: number
      files: { bytes: number }[]
      ranges: { segments: unknown[] }[]
    }
    assert.deepEqual([kept.type, kept.pictures], ['archive', 240])
    assert.deepEqual(
      kept.files.map((file) => file.bytes),
      (described['files'] as { bytes: number }[]).map((file) => file.bytes),
    )
    assert.deepEqual(
      kept.ranges.map(({ segments }) => segments.length),
      [1, 2, 1],
    )
    assert.deepEqual(await hiddenFiles(), [])
    await assertWhole(log.db, [id])
  })

  it('waits with a warning where holes are not allowed: that is the editor’s to say, for an archive, too', async () => {
    const id = await editedVideo(log.db, { ...edit, allow_holes: false })
    const { state } = await becomes(log.db, id, 'is warned of', ({ warning }) => warning !== null)
    assert.equal(state, 'EDITED')
  })

  const cut: EventType[] = ['Claimed', 'UploadOpened', 'FinalizeStarted', 'Uploaded']
  const kills: [what: string, held: EventType, letIn: boolean, types: EventType[]][] = [
    [
      'after the folder had its name, before the log knew',
      'Uploaded',
      false,
      ['Claimed', 'UploadOpened', 'FinalizeStarted', 'NodeLost', 'ReconcileClaimed', 'Uploaded'],
    ],
    [
      'after finalizing had begun, before the last byte was written',
      'FinalizeStarted',
      true,
      ['Claimed', 'UploadOpened', 'FinalizeStarted', 'NodeLost', 'ReconcileClaimed', 'Released', ...cut],
    ],
  ]
  for (const [what, held, letIn, types] of kills)
    it(`killed ${what}, has the archive there once, whole`, async () => {
      await hold.events(held)
      const id = await editedVideo(log.db, edit)
      await hold.reached()
      const ffmpegs = await node.ffmpegs()
      await node.end('SIGKILL')
      await gone(ffmpegs, 40)
      if (letIn) await hold.release()
      else await hold.undo()
      if (letIn) await happened(log.db, id, held)
      node = await machine.serve()
      const { video_id } = await becomesDone(log.db, id)
      assert.deepEqual((await typesOf(log.db, id)).slice(2), types)
      await assertArchived(id, video_id ?? '')
      assert.deepEqual(
        (await machine.files()).filter((name) => name.startsWith('.') || name.includes(id)),
        [video_id],
      )
      await assertWhole(log.db, [id])
    })

  it('has a JSON file beside a video in a plain folder, where that is asked for', async () => {
    const id = await editedVideo(log.db, { video_tags: ['raffle'], video_description: 'Who wins' })
    const { video_id } = await becomesDone(log.db, id)
    const stem = (video_id ?? '').replace(/\.ts$/, '')
    const described = await assertDescribed(machine.published, `${stem}.json`)
    const { title, description, tags, public: listed, video, ranges } = described
    assert.deepEqual(
      { title, description, tags, listed, video, ranges },
      {
        title: 'The raffle',
        description: 'Who wins',
        tags: ['raffle'],
        listed: true,
        video: id,
        ranges: [range(0, 2)],
      },
    )
    assert.deepEqual(
      (await machine.files()).filter((name) => name.startsWith('.') || name.includes(id)),
      [`${stem}.json`, `${stem}.ts`],
    )
  })
})
