import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readHistory } from '../../../src/log/read.js'
import { spansOf, traceIdOf } from '../../../src/observe/traces/spans.js'
import { Collector } from '../../support/collector.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { becomes, becomesDone, editedVideo, happened } from '../../support/nodeVideos.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

describe('nodes that send traces', function () {
  this.timeout(300_000)
  let log: TestLog
  let simulator: YoutubeSimulator
  let collector: Collector
  const machines: Machine[] = []

  before(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start()
    collector = await Collector.start()
  })
  after(async () => {
    await Promise.all(machines.map((machine) => machine[Symbol.asyncDispose]()))
    await collector[Symbol.asyncDispose]()
    await simulator.stop()
    await log.close()
  })

  async function machine(more: Readonly<Record<string, unknown>>): Promise<Machine> {
    const made = await Machine.make(log.url)
    machines.push(made)
    const credentials = join(made.data, 'credentials.json')
    const file = join(made.data, 'file')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    await writeFile(file, '')
    await made.configure({
      locations: {
        tube: { type: 'youtube', account: 'main', path: undefined },
        unwritable: { path: join(file, 'below'), cut: 'rough', attempts: 1 },
      },
      accounts: {
        main: { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` },
      },
      more,
    })
    return made
  }

  it('add to one trace of an attempt, whoever watches it, as the log has it', async () => {
    // whoever comes first watches the account
    await (await machine({ traces: { endpoint: collector.url } })).serve('watcher')
    const cutter = (await machine({})).start('cutter', log.url, { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/` })
    await cutter.serving()
    const id = await editedVideo(log.db, { upload_location: 'tube', uploader_whitelist: ['cutter'] })
    await becomesDone(log.db, id, 120)
    const spans = await collector.has(id, 4)
    const expected = spansOf(id, await readHistory(log.db, id))
    assert.deepEqual(spans.map(({ name, from }) => `${from}: ${name}`).sort(), [
      'cutter: cut-and-upload',
      'cutter: finalize',
      'watcher: attempt',
      'watcher: transcode',
    ])
    const { attempt } = (await happened(log.db, id, 'Claimed')).data as { attempt: string }
    for (const { name, spanId, parentId, from, to } of expected) {
      const span = spans.find((one) => one.spanId === spanId)
      assert.ok(span, name)
      assert.equal(span.traceId, traceIdOf(id, attempt))
      assert.equal(span.parentSpanId || null, parentId)
      assert.deepEqual(
        [span.startTimeUnixNano, span.endTimeUnixNano].map((nanoseconds) => BigInt(nanoseconds) / 1_000_000n),
        [from, to].map((at) => BigInt(Date.parse(at))),
      )
      assert.equal(span.attributes['reelstate.attempt'], attempt)
    }
  })

  it('say what went wrong, and send what is left when they are stopped', async () => {
    const node = await (await machine({ traces: { endpoint: `${collector.url}/v1/traces` } })).serve('third')
    const id = await editedVideo(log.db, {
      ...{ upload_location: 'unwritable', uploader_whitelist: ['third'], video_ranges: [range(20, 22)] },
    })
    await becomes(log.db, id, 'has FAILED', ({ state }) => state === 'FAILED')
    assert.equal(await node.end('SIGTERM'), 0)
    const spans = await collector.has(id, 2, 1)
    assert.deepEqual(
      spans.map(({ name, status }) => [name, status.code, /ENOTDIR/.test(status.message ?? '')]).sort(),
      [
        ['attempt', 2, true],
        ['cut-and-upload', 2, true],
      ],
    )
  })

  it('do their work where nobody takes the traces', async () => {
    const node = await (await machine({ traces: { endpoint: 'http://127.0.0.1:1' } })).serve('alone')
    await becomesDone(log.db, await editedVideo(log.db, { uploader_whitelist: ['alone'] }))
    assert.equal(await node.end('SIGTERM'), 0)
  })
})
