/** Pages of other origins may use `/api`, where the configuration names them. */
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'
import { rootOf } from '../errors.js'

const allowed = {
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
  allowedHeaders: ['authorization', 'content-type', 'if-match', 'if-none-match', 'last-event-id', 'range'],
  exposedHeaders: ['etag', 'retry-after', 'www-authenticate'],
  // a credential is sent by the page itself, never by the browser
  credentials: false,
  maxAge: 600,
}

/** To be called before the routes are made. */
export function letPagesUseApi(server: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  server.register(cors, {
    delegator: async ({ url }: { readonly url?: string }) =>
      rootOf(url?.split('?')[0] ?? '') === 'api' ? { ...allowed, origin: [...origins] } : { origin: false },
  })
}
