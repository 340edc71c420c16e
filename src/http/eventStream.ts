/**
 * `GET /api/stream`: the log as server-sent events. Each event of the log has its cursor as id, so a client that comes back
 * goes on where it was (`Last-Event-ID`, or `?after=`). Beside them, without ids: `counts`, `progress` (running cuts),
 * `standing` (whether this is up to date), and `restart` where the client's place is none of this log.
 */
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type Cursor, endOfLog } from '../log/tail.js'
import type { Db } from '../log/database.js'
import { CursorText, isAfter } from './cursor.js'
import { refusal } from './errors.js'
import type { Feed } from './feed.js'
import { queried, wholeNumber } from './query.js'
import { type Route, route } from './route.js'

/** A client that takes nothing for so long is gone. */
const stuckMs = 60_000

export const eventStreamRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/stream',
    group: 'events',
    summary: 'The events as they happen, with the counts and the progress of running cuts beside them.',
    query: { back: wholeNumber(0, 500), after: CursorText },
    answers: {
      200: {
        says: 'Server-sent events. `Last-Event-ID` takes a stream up where it broke off.',
        type: 'text/event-stream',
      },
      503: { says: 'As many are listening as this node serves.' },
    },
    async handle({ query, request, reply }, { db, feed, heartbeatMs }) {
      const { from, restarted } = await beginAt(db, query, request.headers['last-event-id'])
      const leave = feed.join()
      if (leave === null) {
        void reply.header('retry-after', '10')
        return refusal(request, reply, 503, 'as many are listening already as this node serves; come back later')
      }
      reply.hijack()
      reply.raw.once('close', leave)
      // what other parts have set is sent, too
      for (const [name, value] of Object.entries(reply.getHeaders())) reply.raw.setHeader(name, value ?? '')
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        // proxies would keep back what is to be seen at once
        'x-accel-buffering': 'no',
      })
      const client = new Client(reply.raw)
      // how soon a browser that was cut off comes back
      await client.send('retry: 1000\n\n')
      if (restarted) await client.send('event: restart\ndata: {}\n\n')
      await stream(client, feed, from, heartbeatMs)
      return reply
    },
  }),
]

async function beginAt(
  db: Db,
  { back = 50, after }: { readonly back?: number; readonly after?: Cursor },
  header: string | string[] | undefined,
): Promise<{ from: Cursor; restarted: boolean }> {
  const { 'Last-Event-ID': last = after } = queried(
    { 'Last-Event-ID': CursorText },
    { 'Last-Event-ID': header === '' ? undefined : header },
  )
  // the log of another server may have taken this one's place: its transactions count differently
  const restarted = last !== undefined && isAfter(last, await endOfLog(db))
  return { from: last && !restarted ? last : await endOfLog(db, back), restarted }
}

/** One listener. What it doesn't take is not piled up: whoever sends waits for it. */
class Client {
  readonly #gone = new AbortController()
  readonly signal = this.#gone.signal

  constructor(private readonly response: ServerResponse) {
    response.once('close', () => this.#gone.abort())
    if (response.destroyed) this.#gone.abort()
  }

  async send(text: string): Promise<void> {
    if (this.signal.aborted || this.response.write(text)) return
    const stuck = setTimeout(() => this.response.destroy(), stuckMs)
    // that it has gone meanwhile is no error
    await once(this.response, 'drain', { signal: this.signal }).catch(() => undefined)
    clearTimeout(stuck)
  }

  end(): void {
    this.response.destroy()
  }
}

async function stream(client: Client, feed: Feed, from: Cursor, heartbeatMs: number): Promise<void> {
  const { signal } = client
  let cursor = from
  let sent = { counts: '', progress: '', standing: '' }
  let beatAt = Date.now() + heartbeatMs
  while (!signal.aborted && !feed.closed) {
    const { revision } = feed
    const page = await feed.after(cursor).catch(() => null)
    for (const event of page?.events ?? []) await client.send(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`)
    cursor = page?.cursor ?? cursor
    const now = {
      counts: JSON.stringify(feed.counts),
      progress: JSON.stringify(feed.cuts),
      standing: JSON.stringify({ live: feed.trouble === null, why: feed.trouble }),
    }
    for (const kind of ['standing', 'counts', 'progress'] as const)
      if (now[kind] !== sent[kind]) await client.send(`event: ${kind}\ndata: ${now[kind]}\n\n`)
    sent = now
    if (page && page.events.length > 0) continue
    if (Date.now() >= beatAt) {
      // the comment keeps proxies awake; the event lets a page see that its connection still stands
      await client.send(`: heartbeat\nevent: standing\ndata: ${now.standing}\n\n`)
      beatAt = Date.now() + heartbeatMs
    }
    // a failed reading is tried again with the next change, or the next heartbeat
    await feed.changed(revision, AbortSignal.any([signal, AbortSignal.timeout(Math.max(0, beatAt - Date.now()))]))
  }
  client.end()
}
