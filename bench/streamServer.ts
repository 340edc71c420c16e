/** A node's web server, in a process of its own, over the database in DATABASE_URL. Tells its address, and its memory when asked. */
import type { AddressInfo } from 'node:net'
import { createServer } from '../src/http/server.js'
import { noSignIn } from '../src/http/signIn/signIn.js'
import { connect } from '../src/log/database.js'
import { listen } from '../src/log/listen.js'

const url = process.env['DATABASE_URL'] ?? ''
const db = connect({ url, name: 'bench' })
const wakes = new Set<() => void>()
const ring = (): void => wakes.forEach((wake) => wake())
await listen({ url, name: 'bench', db }, { onNotice: ring, onConnected: ring, onLost: () => undefined })
const server = createServer({
  db,
  wakeups: (wake) => {
    wakes.add(wake)
    return () => void wakes.delete(wake)
  },
  ...{ node: 'bench', segments: '/nowhere', version: '0', signIn: noSignIn },
  health: () => ({ reason: null, warnings: [] }),
})
await server.listen({ host: '127.0.0.1', port: 0 })
const { port } = server.server.address() as AddressInfo
process.send?.({ url: `http://127.0.0.1:${port}` })
process.on('message', () => {
  globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  process.send?.({ rss, heapUsed, external, cpu: process.cpuUsage() })
})
process.on('disconnect', () => process.exit())
