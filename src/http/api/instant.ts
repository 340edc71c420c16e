/** `/api/board/…?at=`: what happened around an instant of the past, and which videos were in a state then. */
import { isRight } from 'fp-ts/lib/Either.js'
import { topStates, readChart } from '../../diagram/graph.js'
import { readBoardAt } from '../../log/board.js'
import { eventsAround, type PlaceThen, videosThen } from '../../log/instant.js'
import { showEvents } from '../feed.js'
import { heldText } from '../heldText.js'
import { BadRequest, oneOf, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { Moment } from './listQuery.js'

const states = topStates(readChart()).map(({ id }) => id)

function given<T>(field: string, value: T | undefined, allowed: string): T {
  if (value === undefined) throw new BadRequest([{ field, found: 'nothing', allowed }])
  return value
}

const placeText = ({ seen, position }: PlaceThen): string => `${seen}.${position}`

const PlaceText = heldText<PlaceThen>({
  says: 'what `next` was',
  is: (value) => 'seen' in value && 'position' in value,
  parse(text) {
    const [, seen, position] = /^(\d{1,9})\.(\d{1,18})$/.exec(text) ?? []
    return position === undefined ? null : { seen: Number(seen), position }
  },
  format: placeText,
  schema: { type: 'string', pattern: '^[0-9]{1,9}[.][0-9]{1,18}$' },
})

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
    summary: 'The videos that were in a state at a time, the last moved first.',
    query: { at: Moment, state: oneOf(states), after: PlaceText, limit: wholeNumber(1, 500) },
    answers: {
      200: { says: 'At most `limit` videos (default 100); `next` is given back as `after`: null at the end.' },
    },
    async handle({ query: { at, state: named, after = null, limit = 100 } }, { db }) {
      const time = given('at', at, 'a UTC time')
      const state = given('state', named, `one of ${states.join(', ')}`)
      const counted = await readBoardAt(db, time)
      const count = isRight(counted) ? (counted.right[state] ?? 0) : null
      const { videos, next } = await videosThen(db, { time, state, count, after, limit })
      return { videos, next: next && placeText(next) }
    },
  }),
]
