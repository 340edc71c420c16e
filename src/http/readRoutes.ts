/** Reading over HTTP: videos, their events, the counts, locations and the chart. */
import type { FastifyInstance } from 'fastify'
import { isLeft } from 'fp-ts/lib/Either.js'
import { readChart, topStates } from '../diagram/graph.js'
import { machineOf } from '../diagram/json.js'
import type { Db } from '../log/database.js'
import { listLocations } from '../log/locations.js'
import { readHistory } from '../log/read.js'
import { countsByState, listVideos, readRow } from '../log/videos.js'
import { oneOf, queried, wholeNumber } from './query.js'

const chart = readChart()
const states = topStates(chart).map(({ id }) => id)

export function readRoutes(server: FastifyInstance, db: Db): void {
  server.get('/api/machine', () => machineOf(chart))

  server.get('/api/counts', async () => {
    const counts = await countsByState(db)
    return Object.fromEntries(states.map((state) => [state, counts[state] ?? 0]))
  })

  server.get('/api/locations', async () => ({ locations: await listLocations(db) }))

  server.get('/api/videos', async ({ query }) => {
    const { state, limit = 100 } = queried({ state: oneOf(states), limit: wholeNumber(1, 1_000) }, query)
    return { videos: await listVideos(db, limit, state ?? null) }
  })

  server.get<{ Params: { id: string } }>('/api/videos/:id', async ({ params: { id } }, reply) => {
    const row = await readRow(db, id)
    return row ?? reply.code(404).send(noVideo(id))
  })

  server.get<{ Params: { id: string } }>('/api/videos/:id/events', async ({ params: { id }, query }, reply) => {
    const { after = 0, limit = 100 } = queried(
      { after: wholeNumber(0, 2 ** 31 - 1), limit: wholeNumber(1, 500) },
      query,
    )
    const history = await readHistory(db, id, { after, limit: limit + 1 })
    if (history.length === 0 && !(await readRow(db, id))) return reply.code(404).send(noVideo(id))
    const page = history.slice(0, limit)
    return {
      events: page.map(({ event, stream: _stream, ...recorded }) => ({
        ...recorded,
        /** Why this version cannot read it; null where it can. */
        unreadable: isLeft(event) ? event.left.why : null,
      })),
      /** The version to ask for what comes after; null at the end. */
      next: history.length > limit ? (page.at(-1)?.version ?? null) : null,
    }
  })
}

const noVideo = (id: string) => ({ error: `there is no video ${JSON.stringify(id.slice(0, 120))}` })
