/** `/api/attention`: what needs a person, those together that say the same. */
import * as t from 'io-ts'
import { readAttention } from '../../log/attention.js'
import { type Route, route } from '../route.js'

const orNull = (codec: t.Mixed) => t.union([codec, t.null])

const Group = t.type({
  kind: t.string,
  state: orNull(t.string),
  warningKind: orNull(t.string),
  line: orNull(t.string),
  count: t.number,
  oldest: orNull(t.string),
  newest: orNull(t.string),
  videos: t.array(
    t.type({
      id: t.string,
      title: orNull(t.string),
      state: t.string,
      since: orNull(t.string),
      says: t.string,
    }),
  ),
})

export const attentionRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/attention',
    group: 'board',
    summary:
      'What needs a person: videos in an error state, warnings, and what is left behind at destinations, those together that say the same.',
    answers: {
      200: {
        says: 'The groups, each with its number, its age and its first five videos. `line` is what `error_line` of `/api/videos` takes; `more`: there are more than these hundred groups.',
        json: t.type({ groups: t.array(Group), more: t.boolean }),
      },
    },
    handle: (_, { db }) => readAttention(db),
  }),
]
