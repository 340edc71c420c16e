/** A credential in an address is refused: addresses stand in logs, histories and referrers of others. */
import type { FastifyInstance } from 'fastify'
import { isKey } from '../../log/keys.js'
import { refusal } from '../errors.js'
import { isJwt } from '../signIn/jwt.js'

const NAMES = new Set(['token', 'access_token', 'id_token', 'api_key', 'apikey', 'authorization', 'credential'])

/** To be called before the routes are made. */
export function refuseCredentialsInUrls(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    const found = Object.entries(request.query as object).find(
      ([name, value]) => NAMES.has(name.toLowerCase()) || isCredential(name) || [value].flat().some(isCredential),
    )
    if (found === undefined) return
    const [name = ''] = isCredential(found[0]) ? ['a name'] : found
    const where = 'send it as "Authorization: Bearer …", or on the paths of wubloader as "token" in the JSON'
    return refusal(
      request,
      reply.header('cache-control', 'no-store'),
      400,
      `${name.slice(0, 40)}: a credential does not belong into an address, where logs would keep it: ${where}. If it was a real one, replace it`,
    )
  })
}

const isCredential = (value: unknown): boolean =>
  typeof value === 'string' && (isKey(value) || (value.startsWith('eyJ') && isJwt(value)))
