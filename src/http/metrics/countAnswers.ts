/** Counts every request, by the route that it was declared as: what clients make up is no label. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../observe/metrics/metrics.js'

/** As proxies have it: the client left before the answer began. */
const LEFT = 499

/** To be called before the routes are made. */
export function countAnswers(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onRequest', async (request, reply) => {
    const begunMs = performance.now()
    // also where the client leaves amid the answer, of which Fastify's own hook is not told
    reply.raw.once('close', () => {
      const { url, config } = request.routeOptions
      const isEndless = config?.declared?.answers[200]?.type === 'text/event-stream'
      metrics.answered({
        route: url ?? null,
        method: request.method,
        status: reply.raw.headersSent ? reply.raw.statusCode : LEFT,
        seconds: isEndless ? null : (performance.now() - begunMs) / 1000,
      })
    })
  })
}
