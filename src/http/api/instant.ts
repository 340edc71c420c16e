/** `/api/board/…?at=`: what happened around an instant of the past, and which videos were in a state then. */
import { topStates, readChart } from '../../diagram/graph.js'
import { eventsAround, videosThen } from '../../log/instant.js'
import { showEvents } from '../feed.js'
import { BadRequest, oneOf, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { Moment, Name } from './listQuery.js'

const states = topStates(readChart()).map(({ id }) => id)

function given<T>(field: string, value: T | undefined, allowed: string): T {
  if (value === undefined) throw new BadRequest([{ field, found: 'nothing', allowed }])
  return value
}

export const instantRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/board/events',
    group: 'board',
    summary:
      'What happened around a time: the events until then, the newest first, and those after it, the oldest first.',
    query: { at: Moment, limit: wholeNumber(1, 100) },
    answers: { 200: { says: 'At most `limit` events (default 20) on each side, without their data.' } },
    async handle({ query: { at, limit = 20 } }, { db }) {
      const { before, after } = await eventsAround(db, given('at', at, 'a UTC time'), limit)
      return { before: await showEvents(db, before), after: await showEvents(db, after) }
    },
  }),
  route({
    method: 'GET',
    path: '/api/board/videos',
    group: 'board',
    summary: 'The videos that were in a state at a time, by id.',
    query: { at: Moment, state: oneOf(states), after: Name, limit: wholeNumber(1, 500) },
    answers: {
      200: { says: 'At most `limit` videos (default 100); `next` is given back as `after`: null at the end.' },
    },
    handle: ({ query: { at, state, after = '', limit = 100 } }, { db }) =>
      videosThen(db, {
        time: given('at', at, 'a UTC time'),
        state: given('state', state, `one of ${states.join(', ')}`),
        after,
        limit,
      }),
  }),
]
