/** The whole at a glance: the chart, how many videos are in each state, the locations. */
import { readChart, topStates } from '../../diagram/graph.js'
import { machineOf } from '../../diagram/json.js'
import { listLocations } from '../../log/locations.js'
import { countsByState } from '../../log/videos.js'
import { type Route, route } from '../route.js'

const chart = readChart()
const states = topStates(chart).map(({ id }) => id)

export const boardRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/machine',
    group: 'board',
    summary: 'The chart of a video’s life, with what it says of each state.',
    answers: { 200: { says: 'The chart.' } },
    handle: () => machineOf(chart),
  }),
  route({
    method: 'GET',
    path: '/api/counts',
    group: 'board',
    summary: 'How many videos are in each state.',
    answers: { 200: { says: 'A number for each state of the chart.' } },
    async handle(_, { db }) {
      const counts = await countsByState(db)
      return Object.fromEntries(states.map((state) => [state, counts[state] ?? 0]))
    },
  }),
  route({
    method: 'GET',
    path: '/api/locations',
    group: 'board',
    summary: 'The locations: which are paused and why, and what waits for them.',
    answers: { 200: { says: 'The locations.' } },
    handle: async (_, { db }) => ({ locations: await listLocations(db) }),
  }),
]
