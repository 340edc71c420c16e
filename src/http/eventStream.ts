/**
 * `GET /api/stream`: the log as server-sent events. Each event of the log has its cursor as id, so a client that comes back
 * goes on where it was (`Last-Event-ID`, or `?after=`). Beside them, without ids: `counts`, `attention` (how many videos have a warning or
 * an orphan), `progress` (running cuts), `standing` (whether this is up to date), and `restart` where the client's place is none of this log.
 */
import { videoStream } from '../log/append.js'
import type { Db } from '../log/database.js'
import { type Cursor, endOfLog } from '../log/tail.js'
import { Text } from '../../machines/codecs.js'
import { CursorText, isAfter } from './cursor.js'
import { refusal } from './errors.js'
import { wholeNumber } from './query.js'
import { type Route, route } from './route.js'

export const eventStreamRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/stream',
    group: 'events',
    summary: 'The events as they happen, with the counts and the progress of running cuts beside them.',
    query: { back: wholeNumber(0, 500), after: CursorText, video: Text },
    headers: { 'Last-Event-ID': CursorText },
    answers: {
      200: {
        says: 'Server-sent events. Beside those of the log: `counts`, `attention` (how many videos have a warning, how many have left something behind), `progress`, `standing`. `Last-Event-ID` takes a stream up where it broke off; of one `video` there are only its own.',
        type: 'text/event-stream',
      },
      503: { says: 'As many are listening as this node serves.' },
    },
    async handle({ query, headers, signal, request, reply }, { db, feed, broadcast }) {
      const { video = null } = query
      const { from, restarted } = await beginAt(db, query, headers['Last-Event-ID'])
      // a client that has gone meanwhile would never leave
      if (signal.aborted) return reply.hijack()
      const leave = feed.join()
      if (leave === null) {
        void reply.header('retry-after', '10')
        return refusal(request, reply, 503, 'as many are listening already as this node serves; come back later')
      }
      reply.hijack()
      reply.raw.once('close', leave)
      // what other parts have set is sent, too
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '')
      // it ends with its connection, so it needs no chunks: what is sent to a thousand is one write each
      reply.raw.removeHeader('transfer-encoding')
      reply.raw.writeHead(200, {
        connection: 'close',
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // proxies would keep back what is to be seen at once
        'x-accel-buffering': 'no',
      })
      // how soon a browser that was cut off comes back
      reply.raw.write(`retry: 1000\n\n${restarted ? 'event: restart\ndata: {}\n\n' : ''}`)
      broadcast.add(reply.raw, { from, video })
      return reply
    },
  }),
]

async function beginAt(
  db: Db,
  { back = 50, after, video }: { readonly back?: number; readonly after?: Cursor; readonly video?: string },
  last = after,
): Promise<{ from: Cursor; restarted: boolean }> {
  // the log of another server may have taken this one's place: its transactions count differently
  const restarted = last !== undefined && isAfter(last, await endOfLog(db))
  if (last && !restarted) return { from: last, restarted }
  return { from: await endOfLog(db, back, video === undefined ? null : videoStream(video)), restarted }
}
