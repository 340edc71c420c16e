/** The whole at a glance: the chart, how many videos are in each state and for how long, what moves; now, and at any time. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { charts, readChart, topStates } from '../../diagram/graph.js'
import { machineOf } from '../../diagram/json.js'
import { type Board, type LogSpan, readBoard, readBoardAt, readSpan } from '../../log/board.js'
import { countsByState } from '../../log/counts.js'
import { locationsThen, movesByHour } from '../../log/instant.js'
import type { Queryable } from '../../log/database.js'
import { listLocations } from '../../log/locations.js'
import { listNodes } from '../../log/nodes.js'
import { refusal } from '../errors.js'
import { BadRequest, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { Moment } from './listQuery.js'
import { ChartQuery, subjectOf } from './subject.js'

const chart = readChart()
const states = topStates(chart).map(({ id }) => id)
const inEachState = (counts: Readonly<Record<string, number>>): Record<string, number> => ({
  ...Object.fromEntries(states.map((state) => [state, 0])),
  ...counts,
})

interface Fleet {
  readonly nodes: readonly { readonly name: string; readonly state: string; readonly silentSeconds: number }[]
  readonly locations: readonly { readonly name: string; readonly state: string }[]
}
export type BoardNow = Board & Fleet

export interface BoardThen {
  readonly at: string
  readonly log: LogSpan
  readonly counts: Readonly<Record<string, number>>
  readonly locations: Fleet['locations']
}

export const boardRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/machine',
    group: 'board',
    summary: 'The chart of a video’s life, or of a location’s or a node’s, with what it says of each state.',
    query: ChartQuery,
    answers: { 200: { says: 'The chart.' } },
    handle: ({ query }) => machineOf(charts[subjectOf(query)]()),
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
        says: 'For each state the number, the oldest and the stays of the last hours (default 24); what moved in the last hour; the nodes and locations; when the log begins and ends. With `at` the numbers and the locations of that time.',
      },
      503: { says: 'The hours of the log are still being counted, as after a move to another server.' },
    },
    async handle({ query: { at, hours = 24 }, request, reply }, { db }) {
      if (at === undefined) return { ...(await readBoard(db, states, hours)), ...(await readFleet(db)) }
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
      return { at, log: await readSpan(db), counts: inEachState(counted.right), locations: await locationsThen(db, at) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/board/hours',
    group: 'board',
    summary:
      'How much moved in each hour of the log, as far as it has been counted; hours in which nothing did are left out.',
    answers: { 200: { says: 'When the log begins and ends, and the hours.' } },
    handle: async (_, { db }) => ({ log: await readSpan(db), hours: await movesByHour(db) }),
  }),
]

/** Nodes and locations, each with its state as its chart has it. */
async function readFleet(db: Queryable): Promise<Fleet> {
  return {
    nodes: (await listNodes(db)).map(({ name, state, silentSeconds }) => ({
      ...{ name, silentSeconds },
      state: state.toUpperCase(),
    })),
    locations: (await listLocations(db)).map(({ name, state }) => ({ name, state })),
  }
}
