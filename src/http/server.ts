/** The node's HTTP server: every declared route, and the files of the console. */
import { tmpdir } from 'node:os'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import type { Db } from '../log/database.js'
import type { Wakeups } from '../log/follow.js'
import { openToAnyPage } from './anyPage.js'
import type { Around, Health, SignIn } from './around.js'
import { serveConsole } from './console/console.js'
import { answerErrors } from './errors.js'
import { openFeed } from './feed.js'
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
  /** Shown in the console. */
  readonly version: string
  /** When the stream began by whose time people speak of it, in UTC. */
  readonly streamStart?: string | null
  /** How the node is. */
  readonly health: () => Promise<Health> | Health
  /** Who it is that asks. */
  readonly signIn: SignIn
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
  const { db, wakeups, version, health, clients = 100, heartbeatMs = 15_000, onTrouble = () => undefined } = options
  const { node, segments, temporary = tmpdir(), signIn, streamStart = null } = options
  // what is not closed by force would make `close` wait for event streams, which never end
  const server = Fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 500 } })
  const feed = openFeed({ db, wakeups, clients, onTrouble })
  server.addHook('preClose', () => feed.close())
  const around: Around = {
    ...{ db, node, version, segments, temporary, feed, heartbeatMs, signIn, streamStart },
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
    serveConsole(own, onTrouble)
    serveRoutes(own, routes, around)
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
