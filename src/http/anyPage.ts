/** The paths that wubloader's clients know: pages of any address may use them, and no path of theirs leads to a hidden file. */
import type { FastifyInstance } from 'fastify'
import { pattern, rootOf } from './errors.js'
import type { Route } from './route.js'

const forAnyPage = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,POST,HEAD',
  'access-control-allow-headers': '*',
  'cross-origin-resource-policy': 'cross-origin',
}

/** To be called before the routes are made. */
export function openToAnyPage(server: FastifyInstance, routes: readonly Route[]): void {
  const paths = routes.filter(({ errors }) => errors === 'text').map(({ path }) => path)
  const roots = new Set(paths.map(rootOf))
  // of those whose first part is anybody's name, such as a channel's
  const others = paths.filter((path) => rootOf(path).startsWith(':')).map(pattern)
  server.addHook('onRequest', async ({ url }, reply) => {
    const [path = ''] = url.split('?')
    if (!roots.has(rootOf(path)) && !others.some((other) => other.test(path))) return
    reply.headers(forAnyPage)
    if (path.split('/').some(isHidden))
      return reply.code(403).type('text/plain; charset=utf-8').send('the path has a part that begins with a dot\n')
  })
  // before a page of another address asks for more than the plain thing, its browser asks whether it may
  for (const url of new Set(paths)) server.options(url, (_, reply) => reply.code(204).send())
}

/** Hidden files are nobody's business, and `..` leads elsewhere. */
const isHidden = (part: string): boolean => decoded(part).startsWith('.')

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
