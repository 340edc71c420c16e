/** `/api/videos`: the list, a row, its events. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { Text } from '../../../machines/codecs.js'
import { video } from '../../../machines/video.js'
import { readHistory } from '../../log/read.js'
import { listVideos, readRow } from '../../log/videos.js'
import { refusal } from '../errors.js'
import { oneOf, wholeNumber } from '../query.js'
import { type Asked, type Route, route } from '../route.js'
import { etagOf } from '../version.js'

const states = Object.keys(video.states)

export const videoRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/videos',
    group: 'videos',
    summary: 'Videos, the last edited first.',
    query: { state: oneOf(states), limit: wholeNumber(1, 1_000) },
    answers: { 200: { says: 'The videos.' } },
    handle: async ({ query: { state, limit = 100 } }, { db }) => ({
      videos: await listVideos(db, limit, state ?? null),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/videos/:id',
    group: 'videos',
    summary: 'A video, under the names of its columns.',
    params: { id: Text },
    answers: { 200: { says: 'The row.' }, 404: { says: 'There is no such video.' } },
    async handle(asked, { db }) {
      const row = await readRow(db, asked.params.id)
      if (row === null) return noVideo(asked)
      void asked.reply.header('etag', etagOf(Number(row['version'])))
      return row
    },
  }),
  route({
    method: 'GET',
    path: '/api/videos/:id/events',
    group: 'videos',
    summary: 'The events of a video in order, a page at a time.',
    params: { id: Text },
    query: { after: wholeNumber(0, 2 ** 31 - 1), limit: wholeNumber(1, 500) },
    answers: {
      200: { says: 'The events, and the version after which the next page begins: null at the end.' },
      404: { says: 'There is no such video.' },
    },
    async handle(asked, { db }) {
      const { id } = asked.params
      const { after = 0, limit = 100 } = asked.query
      const history = await readHistory(db, id, { after, limit: limit + 1 })
      if (history.length === 0 && !(await readRow(db, id))) return noVideo(asked)
      const page = history.slice(0, limit)
      return {
        events: page.map(({ event, stream: _stream, ...recorded }) => ({
          ...recorded,
          /** Why this version cannot read it; null where it can. */
          unreadable: isLeft(event) ? event.left.why : null,
        })),
        next: history.length > limit ? (page.at(-1)?.version ?? null) : null,
      }
    },
  }),
]

const noVideo = ({ params: { id }, request, reply }: Asked<{ readonly id: string }, unknown, unknown>) =>
  refusal(request, reply, 404, `there is no video ${JSON.stringify(id.slice(0, 120))}`)
