/** Whether the node can do its work, for proxies and supervisors: what stands in the way, if anything. */
import { type Route, route } from './route.js'

export const readyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/readyz',
    group: 'health',
    summary: 'Whether the node can work: the database, ffmpeg, the disks, its loops.',
    who: 'anybody',
    answers: { 200: { says: 'It can.' }, 503: { says: 'It cannot; `reasons` says why, each a line.' } },
    async handle({ reply }, { ready }) {
      const checks = await ready()
      const reasons = checks.flatMap(({ reason }) => reason ?? [])
      void reply.header('cache-control', 'no-store')
      if (reasons.length > 0) void reply.code(503)
      return { status: reasons.length === 0 ? 'ready' : 'not ready', reasons, checks }
    },
  }),
]
