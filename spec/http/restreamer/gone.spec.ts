import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, rm } from 'node:fs/promises'
import { get, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { isLeft, right } from 'fp-ts/lib/Either.js'
import type { Around } from '../../../src/http/around.js'
import { FfmpegTurns } from '../../../src/http/ffmpegTurns.js'
import { listHour } from '../../../src/segments/store.js'
import { childrenOf, until } from '../../support/processes.js'
import { randomFrom } from '../../support/random.js'
import { at, type ServedFootage, servedFootage } from './footageFixture.js'

const DOWNLOADS = 50

describe('A client that goes in the middle of a download', function () {
  this.timeout(900_000)
  let served: ServedFootage
  const turns = new FfmpegTurns({ inAll: 4, perClient: 4, patienceSeconds: 600 })
  before(async () => {
    served = await servedFootage({ turns }, 8)
  })
  after(() => served[Symbol.asyncDispose]())

  /** Takes so many bytes, or for so long, and is gone. */
  const leave = (path: string, afterBytes: number, afterMs: number): Promise<void> =>
    new Promise((resolve) => {
      const request = get({ port: served.server.port, host: '127.0.0.1', path, agent: false }, (answer) => {
        let bytes = 0
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length
          if (bytes >= afterBytes) request.destroy()
        })
        answer.on('error', () => undefined)
      })
      const timer = setTimeout(() => request.destroy(), afterMs)
      request.on('error', () => undefined)
      request.on('close', () => {
        clearTimeout(timer)
        resolve()
      })
    })

  it(`leaves no ffmpeg, no file open and nothing on the disk, ${DOWNLOADS} times at any moment`, async () => {
    const random = randomFrom(7)
    const ranges = `range=${at(0.73)},${at(5.31)}&range=${at(2.61)},${at(4.11)}`
    const path = (type: string, more = '') => `/cut/camera/source.ts?${ranges}&type=${type}${more}`
    const paths = [
      path('fast'),
      path('fast', '&transition=fade,0.5'),
      path('mpegts'),
      path('rough'),
      path('webm'),
      `/frame/camera/source.png?timestamp=${at(3)}`,
      `/waveform/camera/source.png?start=${at(0)}&end=${at(7)}`,
    ]
    await leave(paths[0] ?? '', 1, 60_000)
    await until(async () => turns.running === 0, 'the first is over', 300)
    const open = async () => (await readdir('/proc/self/fd')).length
    const before = await open()
    const files = await readdir(served.folder, { recursive: true })
    const downloads = Array.from({ length: DOWNLOADS }, (_, n) => ({
      path: paths[n % paths.length] ?? '',
      bytes: Math.floor(random() * 400_000),
      ms: Math.floor(random() * 1500),
    }))
    for (let n = 0; n < DOWNLOADS; n += 5)
      await Promise.all(downloads.slice(n, n + 5).map(({ path, bytes, ms }) => leave(path, bytes, ms)))
    await until(async () => turns.running === 0, 'every turn is given back', 300)
    await until(async () => (await childrenOf(process.pid, 'ffmpeg')).length === 0, 'no ffmpeg is left', 300)
    await until(async () => (await open()) <= before + 2, `as many files are open as before: ${before}`, 300)
    assert.deepEqual(await readdir(served.folder, { recursive: true }), files)
    assert.deepEqual(served.server.troubles, [])
  })

  it('is out of the queue, too, where it goes before it is known who it is', async () => {
    const queued = 4
    const busy = new FfmpegTurns({ inAll: 1, perClient: 1, patienceSeconds: 60 })
    const turn = await busy.take('somebody', new AbortController().signal)
    if (isLeft(turn)) assert.fail(turn.left.why)
    const waiting: (() => void)[] = []
    let isQuick = false
    const signIn: Around['signIn'] = {
      readsAreClosed: false,
      async identify() {
        if (!isQuick) await new Promise<void>((resolve) => waiting.push(resolve))
        return right(null)
      },
    }
    await using own = await servedFootage({ turns: busy, signIn }, 6)
    const path = `/frame/camera/source.png?timestamp=${at(1)}`
    const sockets = Array.from({ length: queued }, () => connect(own.server.port, '127.0.0.1'))
    for (const socket of sockets) socket.resume().write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`)
    await until(async () => waiting.length === queued, 'all of them have come')
    // what ends is the server's side, too: it knows
    await Promise.all(sockets.map((socket) => once(socket.end(), 'close')))
    isQuick = true
    for (const go of waiting) go()
    const asked = own.told(path)
    await own.told('/files')
    turn.right[Symbol.dispose]()
    assert.equal((await asked)[0], 200)
    assert.deepEqual(own.server.troubles, [])
  })

  it('is told of a failure in the middle by a connection that breaks, never by an end', async () => {
    const segments = await listHour(served.recording.root, 'camera', 'holey', '2026-01-01T12')
    const range = `start=${at(0.5)}&end=${at(1.5)}`
    // the last one is gone when its turn comes: the client takes nothing until then
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const many = Array.from({ length: 40 }, () => `range=${at(0.5)},${at(1.5)}`).join('&')
      const path = `/cut/camera/holey.ts?${many}&range=${at(6.5)},${at(7)}&type=rough`
      get({ port: served.server.port, host: '127.0.0.1', path, agent: false }, resolve).on('error', reject)
    })
    assert.equal(answer.statusCode, 200, range)
    await rm(segments.at(-1)?.path ?? '')
    const ended = await new Promise<string>((resolve) => {
      answer.on('end', () => resolve('it ended'))
      answer.on('error', (error) => resolve(error.message))
      answer.resume()
    })
    assert.match(ended, /aborted|ECONNRESET/)
  })

  it('is told to come back where as much is being made as may be', async () => {
    await using own = await servedFootage({ turns: new FfmpegTurns({ inAll: 1, perClient: 1, patienceSeconds: 0 }) }, 6)
    // its body is not taken, so it stays
    const first = await own.get(`/cut/camera/source.ts?start=${at(0.5)}&end=${at(5)}`)
    assert.equal(first.status, 200)
    const second = await own.get(`/frame/camera/source.png?timestamp=${at(1)}`)
    const isOver = second.status === 200
    // so short a cut may have been sent whole into the client's own buffers
    if (!isOver) assert.deepEqual([second.status, second.headers.get('retry-after')], [429, '1'])
    await second.arrayBuffer()
    await first.arrayBuffer()
    const third = await own.get(`/frame/camera/source.png?timestamp=${at(1)}`)
    assert.equal(third.status, 200)
    await third.arrayBuffer()
    // whole segments need no turn
    assert.equal((await own.told(`/cut/camera/source.ts?start=${at(0.5)}&end=${at(5)}&type=rough`))[0], 200)
  })
})
