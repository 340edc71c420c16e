/** `/api/videos`: the list, a row, its events, and what it was at any version. */
import { isLeft } from 'fp-ts/lib/Either.js'
import type { VideoRow } from '../../../machines/row.js'
import { listVideos, orders, totalOf } from '../../log/list.js'
import { readHistory } from '../../log/read.js'
import { replay } from '../../log/replay.js'
import { readRow } from '../../log/videos.js'
import { refusal } from '../errors.js'
import { BadRequest, oneOf, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { ListCursor, listCursorText } from './listCursor.js'
import { filterFields, filterOf, Name } from './listQuery.js'
import { noVideo } from './noVideo.js'
import { etagOf } from '../version.js'

const VERSIONS = 2 ** 31 - 1

export const videoRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/videos',
    group: 'videos',
    summary: 'Videos that pass all that is asked for, a page at a time: the last edited first, or what waits longest.',
    query: { ...filterFields, order: oneOf(orders), after: ListCursor, limit: wholeNumber(1, 1_000) },
    answers: {
      200: {
        says: 'The videos; `next`, which is given back as `after` for the next page: null at the end; on the first page `total`, which is exact, or at least so many.',
      },
    },
    async handle({ query: { order: asked, after = null, limit = 100, ...fields } }, { db }) {
      const order = orders.find((one) => one === asked) ?? 'edited'
      if (after !== null && after.order !== order)
        throw new BadRequest([
          { field: 'after', found: `a place in the order ${after.order}`, allowed: `one in the order ${order}` },
        ])
      const filter = filterOf(fields)
      const { videos, next } = await listVideos(db, { filter, order, after, limit })
      return { videos, next: listCursorText(next), total: after === null ? await totalOf(db, filter) : null }
    },
  }),
  route({
    method: 'GET',
    path: '/api/videos/:id',
    group: 'videos',
    summary: 'A video, under the names of its columns.',
    params: { id: Name },
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
    params: { id: Name },
    query: { after: wholeNumber(0, VERSIONS), limit: wholeNumber(1, 500) },
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
  route({
    method: 'GET',
    path: '/api/videos/:id/at/:version',
    group: 'videos',
    summary:
      'A video as it was after one of its events: its row, the effects that the event asked for, what it changed.',
    params: { id: Name, version: wholeNumber(1, VERSIONS) },
    answers: {
      200: { says: 'The row of then, the event, the states before and after it, its effects and what it changed.' },
      404: { says: 'There is no such video, or it has not that many events.' },
      409: { says: 'This version cannot read one of its events.' },
    },
    async handle(asked, { db }) {
      const { request, reply, params } = asked
      const { id, version } = params
      const replayed = await replay(db, id, version)
      if (isLeft(replayed)) {
        const { version: unreadable, why } = replayed.left
        return refusal(request, reply, 409, `event ${unreadable} of ${id} cannot be read here: ${why}`)
      }
      const { steps, row } = replayed.right
      const last = steps.at(-1)
      if (!last || !row) return noVideo(asked)
      if (last.version !== version)
        return refusal(request, reply, 404, `${id} has ${last.version} events: there is no event ${version} yet`)
      const { event, before, after, changed, effects } = last
      return { video: id, version, state: after, before, event, changed, effects, row: shown(row) }
    },
  }),
]

/** As the row of now is shown: without the chart's own snapshot, ranges as pairs of times. */
function shown({ snapshot: _snapshot, ...row }: VideoRow): Record<string, unknown> {
  const ranges = row['video_ranges'] as readonly { readonly start: string; readonly end: string }[] | null
  return { ...row, video_ranges: ranges?.map(({ start, end }) => [start, end]) ?? null }
}
