/**
 * Where anybody may write who reaches the node, a browser must not be made to write for somebody else: a page of another origin can
 * send requests to any address that its reader's machine reaches, also to 127.0.0.1, and by a name of its own that leads there (DNS
 * rebinding). Programs that are no browser say neither where a page is from, nor do they go by names that others choose.
 */
import { isIP } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refusal } from '../errors.js'
import type { Care } from './care.js'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/** To be called before the routes are made. */
export function letOwnPagesWrite(server: FastifyInstance, care: Pick<Care, 'corsOrigins' | 'names'>): void {
  const names = new Set(care.names.map((name) => name.toLowerCase()))
  const origins = new Set(care.corsOrigins)
  server.addHook('onRequest', async (request, reply) => {
    if (READING.has(request.method)) return
    const why = strangeName(request, names) ?? strangePage(request, origins)
    if (why !== null) return refusal(request, reply, 403, `${why}, and this node asks nobody to sign in (--no-auth)`)
  })
}

/** No page can be led to an address that is written in numbers but by asking for it, and then it says where it is from. */
function strangeName(request: FastifyRequest, names: ReadonlySet<string>): string | null {
  const host = hostOf(request)
  const isKnown = isIP(host.replace(/^\[|\]$/g, '')) !== 0 || host === 'localhost' || names.has(host)
  return isKnown
    ? null
    : `${JSON.stringify(host.slice(0, 100))} is none of this node's names (url in its configuration)`
}

/** Without the port. */
function hostOf({ host }: FastifyRequest): string {
  const address = `http://${host}`
  return host !== '' && URL.canParse(address) ? new URL(address).hostname : ''
}

function strangePage(request: FastifyRequest, origins: ReadonlySet<string>): string | null {
  const { origin, 'sec-fetch-site': site } = request.headers
  if (origin !== undefined && origins.has(origin)) return null
  if (origin !== undefined && !isOf(origin, request.host))
    return 'a page of another origin may not write here (http.cors_origins in the configuration)'
  // every browser of today says it, also where it leaves out the origin
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'a page of another site may not write here (http.cors_origins in the configuration)'
  return null
}

/** By host and port: a proxy may have taken the https off. */
const isOf = (origin: string, host: string): boolean => URL.canParse(origin) && new URL(origin).host === plain(host)

const plain = (host: string): string => (URL.canParse(`http://${host}`) ? new URL(`http://${host}`).host : host)
