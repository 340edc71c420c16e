/** A folder of channels that is served as a node serves its own, without a database. */
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import Fastify from 'fastify'
import { openToAnyPage } from '../../src/http/anyPage.js'
import type { Around } from '../../src/http/around.js'
import { answerErrors } from '../../src/http/errors.js'
import { restreamerRoutes } from '../../src/http/restreamer/restreamer.js'
import { serveRoutes } from '../../src/http/serveRoutes.js'
import { noSignIn } from '../../src/http/signIn/signIn.js'

export interface FootageServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** The paths that were asked for, in order. */
  readonly asked: string[]
}

export async function serveFootage(segments: string): Promise<FootageServer> {
  const server = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 500 } })
  const asked: string[] = []
  server.addHook('onRequest', async ({ url }) => void asked.push(decodeURIComponent(url)))
  // whoever asks for it has no business here
  const nothing = {} as Pick<Around, 'db' | 'feed'>
  openToAnyPage(server, restreamerRoutes)
  answerErrors(server, restreamerRoutes, () => undefined)
  serveRoutes(server, restreamerRoutes, {
    ...{ db: nothing.db, feed: nothing.feed },
    ...{ node: 'spec', version: '0', streamStart: null, segments, temporary: tmpdir(), heartbeatMs: 1_000 },
    health: async () => ({ reason: null, warnings: [] }),
    signIn: noSignIn,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    [Symbol.asyncDispose]: () => server.close(),
  }
}
