/** `/segments`: the recorded files themselves. What a name with a hash in it stands for never changes. */
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { isSafeName } from '../../segments/path.js'
import { refuse } from './refusal.js'
import { sendFile } from './sendFile.js'

interface File {
  readonly Params: Readonly<Record<'channel' | 'quality' | 'hour' | 'name', string>>
}

export function segmentRoutes(routes: FastifyInstance, root: string): void {
  routes.route<File>({
    method: ['GET', 'HEAD'],
    url: '/segments/:channel/:quality/:hour/:name',
    async handler(request, reply) {
      const { channel, quality, hour, name } = request.params
      const parts = [channel, quality, hour, name]
      const isSent = parts.every(isSafeName) && (await sendFile(request, reply, join(root, ...parts), kindOf(name)))
      return isSent ? reply : refuse(reply, 404, `there is no file ${parts.join('/').slice(0, 400)}`)
    },
  })

  routes.get('/segments/*', (_, reply) => refuse(reply, 404, 'allowed is /segments/CHANNEL/QUALITY/HOUR/FILE'))
}

function kindOf(name: string): { type: string; hash: string | null } {
  const type = name.endsWith('.ts')
    ? 'video/mp2t'
    : name.endsWith('.json')
      ? 'application/json'
      : 'application/octet-stream'
  // a temporary name has a random one, of another length
  const [, hash = null] = /-([A-Za-z0-9_-]{43})\.(?:ts|json)$/.exec(name) ?? []
  return { type, hash }
}
