/** The node's metrics, for Prometheus. */
import { type Route, route } from '../route.js'

const metricsAt = (path: string, summary: string): Route =>
  route({
    method: 'GET',
    path,
    group: 'health',
    summary,
    answers: { 200: { says: 'The metrics, in Prometheus’ text format.', type: 'text/plain' } },
    async handle({ reply }, { metrics }) {
      void reply.type(metrics.contentType).header('cache-control', 'no-store')
      return metrics.expose()
    },
  })

export const metricsRoutes: readonly Route[] = [
  metricsAt('/metrics', 'What this node has done and how it is.'),
  metricsAt('/metrics/thrimshim', 'The same, where wubloader has it.'),
]
