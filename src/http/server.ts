/** The node's HTTP server. It only reads: nothing that is asked of it changes anything. */
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Db } from '../log/database.js'
import type { Wakeups } from '../log/follow.js'
import { answerErrors } from './errors.js'
import { eventStream } from './eventStream.js'
import { openFeed } from './feed.js'
import { firstPage } from './firstPage.js'
import { readRoutes } from './readRoutes.js'
import { restreamer } from './restreamer/restreamer.js'

/** Each a line without secrets. */
export interface Health {
  /** Why the node is not well; null while it is. */
  readonly reason: string | null
  /** What somebody should look at, though the node does its work. */
  readonly warnings: readonly string[]
}

export interface ServerOptions {
  readonly db: Db
  /** The folder of channels. */
  readonly segments: string
  /** Tells whenever the log may have something new. */
  readonly wakeups: Wakeups
  /** Shown on the first page. */
  readonly version: string
  /** How the node is. */
  readonly health: () => Promise<Health> | Health
  /** How many may listen to the events at once. Default 100. */
  readonly clients?: number
  /** Default 15 s. */
  readonly heartbeatMs?: number
  /** An error that the request is not to blame for; the client is not told what it was. */
  readonly onTrouble?: (error: unknown) => void
}

/**
 * Ready to `listen`. `close` ends every connection, event streams included, and stops reading the log; the pool stays open.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const {
    db,
    segments,
    wakeups,
    version,
    health,
    clients = 100,
    heartbeatMs = 15_000,
    onTrouble = () => undefined,
  } = options
  // what is not closed by force would make `close` wait for event streams, which never end
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 16 * 1024, routerOptions: { maxParamLength: 200 } })
  const feed = openFeed({ db, wakeups, onTrouble })
  server.addHook('preClose', () => feed.close())
  server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
        // a node answers plain http: its own files must not be asked for over https
        upgradeInsecureRequests: null,
      },
    },
    // as above: https is the business of what stands before the node
    strictTransportSecurity: false,
  })
  answerErrors(server, onTrouble)
  // routes after helmet, so that its headers are on all of them
  server.register(async (routes) => {
    routes.get('/healthz', async (_, reply) => {
      const { reason, warnings } = await askHealth(health, onTrouble)
      if (reason !== null) return reply.code(503).send({ status: 'unwell', reason, warnings })
      return { status: warnings.length === 0 ? 'ok' : 'degraded', warnings }
    })
    readRoutes(routes, db)
    eventStream(routes, { db, feed, clients, heartbeatMs })
    firstPage(routes, version)
    restreamer(routes, segments)
  })
  return server
}

async function askHealth(health: ServerOptions['health'], onTrouble: (error: unknown) => void): Promise<Health> {
  try {
    return await health()
  } catch (error) {
    onTrouble(error)
    return { reason: 'the check of its health failed', warnings: [] }
  }
}
