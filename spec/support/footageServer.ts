/** A folder of channels that is served as a node serves its own. */
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { restreamer } from '../../src/http/restreamer/restreamer.js'

export interface FootageServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** The paths that were asked for, in order. */
  readonly asked: string[]
}

export async function serveFootage(root: string): Promise<FootageServer> {
  const server = Fastify({ forceCloseConnections: true })
  const asked: string[] = []
  server.addHook('onRequest', async ({ url }) => void asked.push(decodeURIComponent(url)))
  restreamer(server, root)
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    [Symbol.asyncDispose]: () => server.close(),
  }
}
