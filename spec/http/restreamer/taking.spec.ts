import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { Exposition } from '../../support/exposition.js'
import { NumberedRecording } from '../../support/numberedCut.js'
import { childrenOf, until } from '../../support/processes.js'
import { openWorkplace, type Workplace } from '../workplace.js'
import { at } from './footageFixture.js'

describe('A cut that is taken from a node', function () {
  this.timeout(300_000)
  let place: Workplace
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let segments: string
  before(async () => {
    folder = await temporaryFolder()
    const recording = await NumberedRecording.make(folder.path, { name: 'usual', stream: { seconds: 8 } })
    segments = recording.root
    place = await openWorkplace({ segments, temporary: folder.path })
  })
  after(async () => {
    await place[Symbol.asyncDispose]()
    await folder.remove()
  })

  const secondsByType = async (url: string) => {
    const seen = Exposition.parse(await (await fetch(`${url}/metrics`)).text())
    const seconds = Object.entries(seen.by('reelstate_cut_seconds_total', 'type'))
    return { seconds: Object.fromEntries(seconds.map(([type, n]) => [type, Number(n.toFixed(1))])), seen }
  }

  it('counts in the metrics by its type, as what a node cuts to publish it; nothing of it counts as uploaded', async () => {
    const range = (start: number, end: number) => `range=${at(start)},${at(end)}`
    for (const query of [
      `${range(1, 2)}&${range(4, 5.5)}`,
      `${range(0.4, 0.8)}&type=mpegts`,
      `${range(0.4, 0.8)}&type=webm`,
    ]) {
      const answer = await fetch(`${place.url}/cut/camera/source.ts?${query}`)
      assert.equal(answer.status, 200)
      await answer.arrayBuffer()
    }
    const wanted = { fast: 2.5, full: 0.8 }
    let told = await secondsByType(place.url)
    await until(
      async () => {
        told = await secondsByType(place.url)
        return JSON.stringify(told.seconds) === JSON.stringify(wanted)
      },
      `${JSON.stringify(told.seconds)} are ${JSON.stringify(wanted)}`,
    )
    assert.deepEqual(told.seen.by('reelstate_upload_bytes_total', 'location'), {})
  })

  it('is ended with its ffmpeg where its client takes nothing of it, and its turn goes to the next', async () => {
    const { port, url } = await place.serve({
      care: { idleMs: 500 },
      ffmpeg: { inAll: 1, perClient: 1, patienceSeconds: 0 },
    })
    const frame = async () => (await fetch(`${url}/frame/camera/source.png?timestamp=${at(1)}`)).status
    // more than fits into any buffer on the way
    const ranges = Array.from({ length: 100 }, () => `range=${at(0.5)},${at(7.5)}`).join('&')
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => undefined)
    socket.write(`GET /cut/camera/source.ts?${ranges}&type=mpegts HTTP/1.1\r\nHost: x\r\n\r\n`)
    await until(async () => (await childrenOf(process.pid, 'ffmpeg')).length > 0, 'it is being cut')
    assert.equal(await frame(), 429)
    await until(async () => (await childrenOf(process.pid, 'ffmpeg')).length === 0, 'its ffmpeg is gone', 300)
    await until(async () => (await frame()) === 200, 'its turn is free')
    const came: Buffer[] = []
    socket.on('data', (bytes: Buffer) => void came.push(bytes)).resume()
    await once(socket, 'close')
    const whole = Buffer.concat(came).toString('latin1')
    assert.match(whole, /^HTTP\/1\.1 200 /)
    // it was cut off, not finished
    assert.ok(!whole.endsWith('\r\n0\r\n\r\n'))
  })
})
