/** Counts every request that is answered, by the route that it was declared as: what clients make up is no label. */
import type { FastifyInstance } from 'fastify'
import type { Metrics } from '../../observe/metrics/metrics.js'

/** To be called before the routes are made. */
export function countAnswers(server: FastifyInstance, metrics: Metrics): void {
  server.addHook('onResponse', async (request, reply) => {
    const { url, config } = request.routeOptions
    const isEndless = config?.declared?.answers[200]?.type === 'text/event-stream'
    metrics.answered({
      route: url ?? null,
      method: request.method,
      status: reply.raw.statusCode,
      seconds: isEndless ? null : reply.elapsedTime / 1000,
    })
  })
}
