/** The whole at a glance: the chart, how many videos are in each state and for how long, what moves; now, and at any time. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { readChart, topStates } from '../../diagram/graph.js'
import { machineOf } from '../../diagram/json.js'
import { readBoard, readBoardAt, readSpan } from '../../log/board.js'
import { countsByState } from '../../log/counts.js'
import { refusal } from '../errors.js'
import { BadRequest, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { Moment } from './listQuery.js'

const chart = readChart()
const states = topStates(chart).map(({ id }) => id)
const inEachState = (counts: Readonly<Record<string, number>>): Record<string, number> => ({
  ...Object.fromEntries(states.map((state) => [state, 0])),
  ...counts,
})

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
    path: '/api/board',
    group: 'board',
    summary:
      'How many videos are in each state, since when the oldest is, how long they stay, and what moves; or how many there were at a time.',
    query: { at: Moment, hours: wholeNumber(1, 24 * 31) },
    answers: {
      200: {
        says: 'For each state the number, the oldest and the stays of the last hours (default 24); what moved in the last hour; when the log begins and ends. With `at` the numbers of that time.',
      },
      503: { says: 'The hours of the log are still being counted, as after a move to another server.' },
    },
    async handle({ query: { at, hours = 24 }, request, reply }, { db }) {
      if (at === undefined) return readBoard(db, states, hours)
      const counted = await readBoardAt(db, at)
      if (isLeft(counted)) {
        if (counted.left._tag === 'NotYet')
          throw new BadRequest([
            {
              field: 'at',
              found: JSON.stringify(at),
              allowed: `a UTC time that is past; now it is ${counted.left.now}`,
            },
          ])
        void reply.header('retry-after', '5')
        const why = `the hours of the log are being counted; at least ${counted.left.left} events are left`
        return refusal(request, reply, 503, why)
      }
      return { at, log: await readSpan(db), counts: inEachState(counted.right) }
    },
  }),
]
