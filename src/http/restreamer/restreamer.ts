/**
 * What wubloader's restreamer serves, at its paths, so that its nodes and ours can have each other's footage. Each group of
 * routes is a file of this folder, and stands in `groups`.
 */
import type { FastifyInstance } from 'fastify'
import { listRoutes } from './lists.js'
import { refuse } from './refusal.js'
import { segmentRoutes } from './segments.js'

/** @param root the folder of channels */
export type Routes = (server: FastifyInstance, root: string) => void

const groups: readonly Routes[] = [listRoutes, segmentRoutes]

/** Pages of any address may read what is here, and show it. */
const forAnyPage = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,POST,HEAD',
  'access-control-allow-headers': '*',
  'cross-origin-resource-policy': 'cross-origin',
}

export function restreamer(server: FastifyInstance, root: string): void {
  server.register(async (routes) => {
    routes.addHook('onRequest', async (request, reply) => {
      reply.headers(forAnyPage)
      if (hasHiddenPart(request.url)) return refuse(reply, 403, 'the path has a part that begins with a dot')
    })
    for (const group of groups) group(routes, root)
    // before a page of another address asks for more than the plain thing, its browser asks whether it may
    for (const url of ['/files', '/files/*', '/segments/*']) routes.options(url, (_, reply) => reply.code(204).send())
  })
}

/** Hidden files are nobody's business, and `..` leads elsewhere. */
function hasHiddenPart(url: string): boolean {
  const [path = ''] = url.split('?')
  return path.split('/').some((part) => decoded(part).startsWith('.'))
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
