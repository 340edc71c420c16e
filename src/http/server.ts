/** The node's HTTP server: every declared route, and the files of the first page. */
import { tmpdir } from 'node:os'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { left } from 'fp-ts/lib/Either.js'
import type { Db } from '../log/database.js'
import type { Wakeups } from '../log/follow.js'
import { openToAnyPage } from './anyPage.js'
import type { Around, Health, SignIn } from './around.js'
import { openBroadcast } from './broadcast.js'
import { answerErrors } from './errors.js'
import { openFeed } from './feed.js'
import { firstPage } from './firstPage.js'
import { routes } from './routes.js'
import { serveRoutes } from './serveRoutes.js'

export interface ServerOptions {
  readonly db: Db
  /** The node's name. */
  readonly node: string
  /** The folder of channels. */
  readonly segments: string
  /** Where what is made for an answer may lie; the system's by default. */
  readonly temporary?: string
  /** Tells whenever the log may have something new. */
  readonly wakeups: Wakeups
  /** Shown on the first page. */
  readonly version: string
  /** How the node is. */
  readonly health: () => Promise<Health> | Health
  /** Who it is that asks. */
  readonly signIn: SignIn
  /** Hides an orphan at its destination; without it nothing can be hidden from here. */
  readonly unlist?: Around['unlist']
  /** How many may listen to the events at once. Default 2,000. */
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
  const { db, wakeups, version, health, clients = 2_000, heartbeatMs = 15_000, onTrouble = () => undefined } = options
  const { node, segments, temporary = tmpdir(), signIn, unlist = hidesNothing } = options
  // what is not closed by force would make `close` wait for event streams, which never end
  const server = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 500 } })
  const feed = openFeed({ db, wakeups, clients, onTrouble })
  const broadcast = openBroadcast(feed, heartbeatMs)
  server.addHook('preClose', () => feed.close())
  const around: Around = {
    ...{ db, node, version, segments, temporary, feed, broadcast, heartbeatMs, signIn, unlist },
    health: () => askHealth(health, onTrouble),
  }
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
  openToAnyPage(server, routes)
  answerErrors(server, routes, onTrouble)
  // routes after helmet, so that its headers are on all of them
  server.register(async (own) => {
    firstPage(own, version)
    serveRoutes(own, routes, around)
  })
  return server
}

const hidesNothing: Around['unlist'] = async () =>
  left({ _tag: 'UploadError', message: 'this node knows no destinations', retryable: false })

async function askHealth(health: ServerOptions['health'], onTrouble: (error: unknown) => void): Promise<Health> {
  try {
    return await health()
  } catch (error) {
    onTrouble(error)
    return { reason: 'the check of its health failed', warnings: [] }
  }
}
