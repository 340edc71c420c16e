/** The node's HTTP server: every declared route, and the files of the console. */
import { tmpdir } from 'node:os'
import helmet from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { left } from 'fp-ts/lib/Either.js'
import type { Db } from '../log/database.js'
import type { Wakeups } from '../log/follow.js'
import type { QuotaStanding } from '../log/quota.js'
import { HourListings } from '../segments/hourListings.js'
import { Playlists } from '../segments/hls/playlists.js'
import { openToAnyPage } from './anyPage.js'
import { type Care, usualCare } from './border/care.js'
import { refuseCredentialsInUrls } from './border/credentialInUrl.js'
import { letPagesUseApi } from './border/crossOrigin.js'
import { letOwnPagesWrite } from './border/ownPages.js'
import { endStuckClients, patienceOf } from './border/patience.js'
import { closeQueuedAnswers } from './border/queuedAnswers.js'
import { writeLimit } from './border/writeLimit.js'
import { type Editing, plainEditing } from './editing.js'
import { readChart, topStates } from '../diagram/graph.js'
import { boardGauges } from '../observe/metrics/boardGauges.js'
import { type Metrics, openMetrics } from '../observe/metrics/metrics.js'
import type { Around, Check, Health, SignIn } from './around.js'
import { openBroadcast } from './broadcast.js'
import { type FfmpegLimits, FfmpegTurns } from './ffmpegTurns.js'
import type { Route } from './route.js'
import { routes as declaredRoutes } from './routes.js'
import { countAnswers } from './metrics/countAnswers.js'
import { ownCoverageGauges } from './metrics/coverageGauges.js'
import { serveStylesheets } from './stylesheets.js'
import { serveConsole } from './console/console.js'
import { answerBadUrl, answerErrors } from './errors.js'
import { openFeed } from './feed.js'
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
  /** How the node is. */
  readonly health: () => Promise<Health> | Health
  /** Whether it can work; by default, whether it is well. */
  readonly ready?: () => Promise<readonly Check[]>
  /** By default of this server alone. */
  readonly metrics?: Metrics
  /** Who it is that asks. */
  readonly signIn: SignIn
  /** How much of their quota the accounts have used today; none by default. */
  readonly quota?: () => Promise<readonly QuotaStanding[]>
  /** Default: as `usualCare`. */
  readonly care?: Partial<Care>
  /** Default: every one that is declared. */
  readonly routes?: readonly Route[]
  /** Default: editors begin with nothing, and nothing is put around what they write. */
  readonly editing?: Editing
  /** Some of the videos are made up, which the console says. Default: none is. */
  readonly isDemo?: boolean
  /** Hides an orphan at its destination; without it nothing can be hidden from here. */
  readonly unlist?: Around['unlist']
  /** How many may listen to the events at once. Default 2,000. */
  readonly clients?: number
  /** Default 15 s. */
  readonly heartbeatMs?: number
  /** How much is made at once for those who ask: cuts and pictures. */
  readonly ffmpeg?: FfmpegLimits
  /** An error that the request is not to blame for; the client is not told what it was. */
  readonly onTrouble?: (error: unknown) => void
}

/**
 * Ready to `listen`. `close` ends every connection, event streams included, and stops reading the log; the pool stays open.
 */
export function createServer(options: ServerOptions): FastifyInstance {
  const { db, wakeups, version, health, clients = 2_000, heartbeatMs = 15_000, onTrouble = () => undefined } = options
  const { node, segments, temporary = tmpdir(), signIn, quota = async () => [] } = options
  const { routes = declaredRoutes, editing = plainEditing, unlist = hidesNothing, isDemo = false } = options
  const care: Care = { ...usualCare, ...options.care }
  const metrics = options.metrics ?? openMetrics({ node, version })
  // what is not closed by force would make `close` wait for event streams, which never end
  const server = Fastify({
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 500 },
    frameworkErrors: answerBadUrl,
    trustProxy: care.proxies.length > 0 ? [...care.proxies] : false,
    ...patienceOf(care),
  })
  const feed = openFeed({ db, wakeups, clients, onTrouble })
  const broadcast = openBroadcast(feed, heartbeatMs)
  server.addHook('preClose', () => feed.close())
  const listings = new HourListings(segments)
  metrics.looks.listeners = () => feed.listeners
  metrics.samplers.push(
    boardGauges(
      db,
      topStates(readChart()).map(({ id }) => id),
    ),
    () => ownCoverageGauges(db, node),
  )
  const around: Around = {
    ...{ db, node, version, segments, temporary, feed, broadcast, heartbeatMs },
    ...{ signIn, quota, editing, metrics, unlist, isDemo },
    ...{ listings, playlists: new Playlists(listings), turns: new FfmpegTurns(options.ffmpeg) },
    health: () => askHealth(health, onTrouble),
    ready: options.ready ?? (async () => [{ what: 'loops', reason: (await askHealth(health, onTrouble)).reason }]),
  }
  server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        // blob: is how hls.js plays, and works beside the page
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
        workerSrc: ["'self'", 'blob:'],
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
  countAnswers(server, metrics)
  openToAnyPage(server, routes)
  letPagesUseApi(server, care.corsOrigins)
  endStuckClients(server, care)
  closeQueuedAnswers(server)
  refuseCredentialsInUrls(server)
  if (signIn.takesAnybody === true) letOwnPagesWrite(server, care)
  answerErrors(server, routes, onTrouble)
  // routes after helmet, so that its headers are on all of them
  server.register(async (own) => {
    serveConsole(own, onTrouble)
    serveStylesheets(own)
    const writes = await writeLimit(own, care.writesPerMinute, signIn.takesAnybody === true)
    serveRoutes(own, routes, around, writes)
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
