/** `/api/events`: the log itself, a page at a time. */
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'
import { refined } from '../../../machines/codecs.js'
import { readLogPage } from '../../log/pages.js'
import { CursorText, formatCursor } from '../cursor.js'
import { oneOf, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'

const Stream = refined(t.string, 'a stream: video/ID, location/NAME or account/NAME', (text) =>
  /^(video|location|account)\/[^\0]{1,200}$/.test(text),
)

export const logRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/events',
    group: 'events',
    summary:
      'The log, the newest first or from its beginning, all of it or one stream. Other filters no index could answer.',
    query: { order: oneOf(['newest', 'oldest']), after: CursorText, stream: Stream, limit: wholeNumber(1, 500) },
    answers: {
      200: { says: 'The events with their data; `next`, an event’s id, is given back as `after`: null at the end.' },
    },
    async handle({ query: { order, after = null, stream = null, limit = 100 } }, { db }) {
      const page = await readLogPage(db, { order: order === 'oldest' ? order : 'newest', after, stream, limit })
      return {
        events: page.events.map(({ event, txid, ...recorded }) => ({
          id: formatCursor({ txid, position: recorded.position }),
          ...recorded,
          unreadable: isLeft(event) ? event.left.why : null,
        })),
        next: page.next === null ? null : formatCursor(page.next),
      }
    },
  }),
]
