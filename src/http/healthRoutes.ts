/** Whether the node is well, for supervisors and proxies. */
import { type Route, route } from './route.js'

export const healthRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/healthz',
    group: 'health',
    summary: 'Whether the node is well, and what somebody should look at.',
    who: 'anybody',
    answers: { 200: { says: 'It is.' }, 503: { says: 'It is not; `reason` says why.' } },
    async handle({ reply }, { health }) {
      const { reason, warnings } = await health()
      if (reason !== null) return reply.code(503).send({ status: 'unwell', reason, warnings })
      return { status: warnings.length === 0 ? 'ok' : 'degraded', warnings }
    },
  }),
]
