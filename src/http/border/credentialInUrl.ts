/** A credential in an address is refused: addresses stand in logs, histories and referrers of others. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isKey } from '../../log/keys.js'
import { refusal } from '../errors.js'

const NAMES = new Set(['token', 'access_token', 'id_token', 'api_key', 'apikey', 'authorization', 'credential'])

/** To be called before the routes are made. */
export function refuseCredentialsInUrls(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const where = holdsCredential(pathOf(request)) ? 'the path' : fieldOf(request)
    if (where === null) return
    return refusal(request, reply.header('cache-control', 'no-store'), 400, `${where}: ${WHY}`)
  })
}

const WHY =
  'a credential does not belong into an address, where logs would keep it: send it as "Authorization: Bearer …", or on the paths of wubloader as "token" in the JSON. If it was a real one, replace it'

/** Where it stands in the query; null where there is none. */
function fieldOf({ query }: FastifyRequest): string | null {
  const found = Object.entries(query as object).find(
    ([name, value]) => NAMES.has(name.toLowerCase()) || holdsCredential(name) || [value].flat().some(holdsCredential),
  )
  if (found === undefined) return null
  return holdsCredential(found[0]) ? 'a name' : found[0].slice(0, 40)
}

/** As it is meant; what cannot be decoded stands for itself. */
function pathOf({ url }: FastifyRequest): string {
  const [path = ''] = url.split('?')
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** An ID token wherever it stands: its first part is JSON, which begins so in base64. */
const TOKEN = /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./

/** Also where more stands around it, such as `Bearer`, or the end of a file's name. */
const holdsCredential = (value: unknown): boolean =>
  typeof value === 'string' && (TOKEN.test(value) || value.split(/[^A-Za-z0-9_-]+/).some(isKey))
