/** A folder of channels that is served as a node serves its own, without a database. */
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import Fastify from 'fastify'
import { openToAnyPage } from '../../src/http/anyPage.js'
import type { Around } from '../../src/http/around.js'
import { plainEditing } from '../../src/http/editing.js'
import { answerErrors } from '../../src/http/errors.js'
import { restreamerRoutes } from '../../src/http/restreamer/restreamer.js'
import { serveRoutes } from '../../src/http/serveRoutes.js'
import { FfmpegTurns } from '../../src/http/ffmpegTurns.js'
import { openMetrics } from '../../src/observe/metrics/metrics.js'
import { noSignIn } from '../../src/http/signIn/signIn.js'
import { HourListings } from '../../src/segments/hourListings.js'
import { Playlists } from '../../src/segments/hls/playlists.js'

export interface FootageServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** The paths that were asked for, in order. */
  readonly asked: string[]
  /** What was thrown, and nobody was to blame for. */
  readonly troubles: unknown[]
}

/** @param own in place of what is usual: reading is open. */
export async function serveFootage(segments: string, own: Partial<Around> = {}): Promise<FootageServer> {
  const server = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 500 } })
  const asked: string[] = []
  const troubles: unknown[] = []
  server.addHook('onRequest', async ({ url }) => void asked.push(decodeURIComponent(url)))
  // whoever asks for it has no business here
  const listings = new HourListings(segments)
  const nothing = {} as Pick<Around, 'db' | 'feed' | 'broadcast' | 'unlist'>
  openToAnyPage(server, restreamerRoutes)
  answerErrors(server, restreamerRoutes, (error) => troubles.push(error))
  serveRoutes(server, restreamerRoutes, {
    ...{ db: nothing.db, feed: nothing.feed, broadcast: nothing.broadcast, isDemo: false, unlist: nothing.unlist },
    ...{ node: 'spec', version: '0', segments, temporary: tmpdir(), heartbeatMs: 1_000 },
    quota: async () => [],
    health: async () => ({ reason: null, warnings: [] }),
    editing: plainEditing,
    ready: async () => [],
    metrics: openMetrics({ node: 'spec', version: '0' }),
    signIn: noSignIn,
    ...{ listings, playlists: new Playlists(listings), turns: new FfmpegTurns() },
    ...own,
  })
  await server.listen({ host: '127.0.0.1', port: 0 })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    asked,
    troubles,
    [Symbol.asyncDispose]: () => server.close(),
  }
}
