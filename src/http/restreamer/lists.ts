/** `/files`: what is recorded, by name. Wubloader's nodes look here for what they lack, and so do ours. */
import type { FastifyInstance } from 'fastify'
import { listChannels, listHours, listQualities, namesOfHour } from '../../segments/store.js'
import { refuse } from './refusal.js'

interface Hour {
  readonly Params: { readonly channel: string; readonly quality: string; readonly hour: string }
  readonly Querystring: { readonly tombstones?: string | string[] }
}

/** What nobody knows is empty, not missing: it may be recorded a moment later. */
export function listRoutes(routes: FastifyInstance, root: string): void {
  routes.get('/files', () => listChannels(root))

  routes.get<Hour>('/files/:channel', ({ params: { channel } }) => listQualities(root, channel))

  routes.get<Hour>('/files/:channel/:quality', ({ params: { channel, quality } }) => listHours(root, channel, quality))

  routes.get<Hour>('/files/:channel/:quality/:hour', async ({ params, query: { tombstones = 'false' } }, reply) => {
    const asked = String(tombstones).toLowerCase()
    if (asked !== 'true' && asked !== 'false')
      return refuse(reply, 400, `tombstones: found ${JSON.stringify(tombstones)}; allowed are true and false`)
    const { names, hidden } = await namesOfHour(root, params.channel, params.quality, params.hour)
    const files = names.filter(isFootage)
    return asked === 'true' ? [...files, ...hidden.filter(isFootage).map((name) => `${name}.tombstone`)].sort() : files
  })

  routes.get('/files/*', (_, reply) => refuse(reply, 404, 'allowed is /files/CHANNEL/QUALITY/HOUR, or less of it'))
}

/** Segments and chat. */
const isFootage = (name: string): boolean => name.endsWith('.ts') || name.endsWith('.json')
