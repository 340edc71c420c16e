import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { until } from './processes.js'
import { TcpProxy } from './tcpProxy.js'

describe('A line that can fail', () => {
  let server: Server
  let line: TcpProxy
  /** The server's end of the newest connection, and what came to it. */
  let there: Socket | undefined
  let arrived: string
  const clients: Socket[] = []

  beforeEach(async () => {
    arrived = ''
    there = undefined
    server = createServer((socket) => {
      there = socket.on('error', () => undefined)
      socket.setEncoding('utf8').on('data', (text: string) => (arrived += text))
      socket.write('hello')
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    line = await TcpProxy.to((server.address() as AddressInfo).port, '127.0.0.1', { keepaliveMs: 50 })
  })
  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy()
    await line[Symbol.asyncDispose]()
    server.close()
  })

  function call(): Socket {
    const client = connect(line.port, '127.0.0.1').on('error', () => undefined)
    clients.push(client)
    return client
  }

  async function answered(): Promise<Socket> {
    const client = call()
    assert.equal(String(await once(client, 'data')), 'hello')
    return client
  }

  const closed = (socket: Socket): Promise<void> => until(async () => socket.closed, 'the connection is closed')

  it('carries what is said both ways, and knows its own', async () => {
    const client = await answered()
    client.write('hi')
    await until(async () => arrived === 'hi', 'it arrives')
    assert.ok(line.carries(there?.remotePort ?? 0))
    assert.ok(!line.carries(client.localPort ?? 0))
    client.end()
    await until(async () => there?.destroyed === true, 'the end arrives')
  })

  it('is slow: what its sender said before it died arrives all the same', async () => {
    const client = await answered()
    line.delay(100)
    const saidMs = performance.now()
    client.write('late', () => client.resetAndDestroy())
    await until(async () => arrived === 'late', 'it arrives')
    assert.ok(performance.now() - saidMs >= 99)
    await until(async () => there?.destroyed === true, 'the end arrives')
  })

  it('breaks: both ends are told, and the next connection is had', async () => {
    const client = await answered()
    line.drop()
    await closed(client)
    await until(async () => there?.destroyed === true, 'the server is told')
    await answered()
  })

  it('falls silent: nobody is told, until the server gives up; a new line is silent until it is open', async () => {
    const client = await answered()
    line.halfOpen()
    client.write('anybody?')
    const late = call()
    late.write('hello?')
    await until(async () => there?.destroyed === true, 'the server gives up')
    assert.equal(arrived, '')
    assert.ok(!client.destroyed)
    line.open()
    await answered()
    assert.ok(!client.destroyed && !late.destroyed)
  })

  it('can not be had while it is shut', async () => {
    line.shut()
    await closed(call())
    line.open()
    await answered()
  })
})
