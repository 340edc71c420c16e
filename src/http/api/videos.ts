/** `/api/videos`: the list, a row, its events, and what it was at any version. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { failures } from '../../../machines/failures.js'
import type { VideoRow } from '../../../machines/row.js'
import { Checkpoints } from '../../log/checkpoints.js'
import { listVideos, orders, totalOf } from '../../log/list.js'
import { readHistory, versionsOf } from '../../log/read.js'
import type { Queryable } from '../../log/database.js'
import { replay, type Replayed, type Span } from '../../log/replay.js'
import { readRow } from '../../log/videos.js'
import { refusal } from '../errors.js'
import { BadRequest, oneOf, presence, wholeNumber } from '../query.js'
import { type Route, route } from '../route.js'
import { ListCursor, listCursorText } from './listCursor.js'
import { filterFields, filterOf, Name } from './listQuery.js'
import { noVideo } from './noVideo.js'
import { etagOf } from '../version.js'

const VERSIONS = 2 ** 31 - 1
/** Whoever steps through a history asks for one event after the other. */
const checkpoints = new Checkpoints()

export const videoRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/videos',
    group: 'videos',
    summary: 'Videos that pass all that is asked for, a page at a time: the last edited first, or what waits longest.',
    query: { ...filterFields, order: oneOf(orders), after: ListCursor, limit: wholeNumber(1, 1_000) },
    answers: {
      200: {
        says: 'The videos, each with where its edit would send it (`uploadLocation`) and where it is published (`publishedLocation`); `next`, which is given back as `after` for the next page: null at the end; on the first page `total`, which is exact, or at least so many.',
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
    answers: {
      200: {
        says: 'The row; `published_location` is where it is published, which may be elsewhere than its edit names.',
      },
      404: { says: 'There is no such video.' },
    },
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
    query: { after: wholeNumber(0, VERSIONS), limit: wholeNumber(1, 500), changes: presence },
    answers: {
      200: {
        says: 'The events, with `changes` also what each changed of the row and which effects it asked for; and the version after which the next page begins: null at the end.',
      },
      404: { says: 'There is no such video.' },
    },
    async handle(asked, { db }) {
      const { id } = asked.params
      const { after = 0, limit = 100, changes = false } = asked.query
      const history = await readHistory(db, id, { after, limit: limit + 1 })
      if (history.length === 0 && !(await readRow(db, id))) return noVideo(asked)
      const page = history.slice(0, limit)
      const steps = changes ? await stepsOf(db, id, { from: after + 1, upTo: page.at(-1)?.version ?? 0 }) : null
      return {
        events: page.map(({ event, stream: _stream, ...recorded }) => ({
          ...recorded,
          ...steps?.get(recorded.version),
          /** Why this version cannot read it; null where it can. */
          unreadable: isLeft(event) ? event.left.why : null,
        })),
        next: history.length > limit ? (page.at(-1)?.version ?? null) : null,
      }
    },
  }),
  route({
    method: 'GET',
    path: '/api/videos/:id/failures',
    group: 'videos',
    summary: 'Which of a video’s events tell that something went wrong.',
    params: { id: Name },
    answers: { 200: { says: 'Their versions, in order.' }, 404: { says: 'There is no such video.' } },
    async handle(asked, { db }) {
      const { id } = asked.params
      const versions = await versionsOf(db, id, failures)
      if (versions.length === 0 && !(await readRow(db, id))) return noVideo(asked)
      return { versions }
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
      const replayed = await replay(db, id, { from: version, upTo: version }, checkpoints)
      if (isLeft(replayed)) {
        const { version: unreadable, why } = replayed.left
        return refusal(request, reply, 409, `event ${unreadable} of ${id} cannot be read here: ${why}`)
      }
      const { steps, row } = replayed.right
      const last = steps.at(-1)
      if (!row) return noVideo(asked)
      if (!last)
        return refusal(request, reply, 404, `${id} has ${row.version} events: there is no event ${version} yet`)
      const { event, before, after, changed, effects } = last
      return { video: id, version, state: after, before, event, changed, effects, row: shown(row) }
    },
  }),
]

/** What each event of a span made of the video; of a history that cannot be read, of none. */
async function stepsOf(
  db: Queryable,
  id: string,
  span: Span,
): Promise<ReadonlyMap<number, Pick<Replayed, 'changed' | 'effects'>>> {
  const replayed = await replay(db, id, span, checkpoints)
  if (isLeft(replayed)) return new Map()
  return new Map(replayed.right.steps.map(({ version, changed, effects }) => [version, { changed, effects }]))
}

/** As the row of now is shown: without the chart's own snapshot, ranges as pairs of times. */
function shown({ snapshot, ...row }: VideoRow): Record<string, unknown> {
  const ranges = row['video_ranges'] as readonly { readonly start: string; readonly end: string }[] | null
  return {
    ...row,
    video_ranges: ranges?.map(({ start, end }) => [start, end]) ?? null,
    published_location: snapshot.context.published?.upload_location ?? null,
  }
}
