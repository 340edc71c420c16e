/** What a webhook is still to be told of: the log from a cursor on, without what does not concern it. */
import type { Queryable } from '../log/database.js'
import type { Recorded } from '../log/read.js'
import { type Cursor, readTail } from '../log/tail.js'
import { readStateBefore, readTelling } from '../log/webhooks.js'
import { mayPause, messageOfPause } from './locationMessage.js'
import { kindOf, mayBeAnnounced, type Message, messageOf } from './message.js'
import type { Webhook } from './webhook.js'

const PAGE = 200
const VIDEO = 'video/'
const LOCATION = 'location/'

export interface Due {
  /** The cursor behind it. */
  readonly cursor: Cursor
  /** null where nothing up to `cursor` concerns the webhook. */
  readonly message: Message | null
}

/** In the log's order, up to its present end. Each message is made as it is asked for. */
export async function* due(db: Queryable, hook: Webhook, from: Cursor): AsyncGenerator<Due, void> {
  for (let cursor = from; ;) {
    const page = await readTail(db, cursor, PAGE)
    if (page.events.length === 0) return
    for (const event of page.events) {
      const message = await messageFor(db, hook, event)
      if (message) yield { cursor: { txid: event.txid, position: event.position }, message }
    }
    cursor = page.cursor
    yield { cursor, message: null }
  }
}

async function messageFor(db: Queryable, hook: Webhook, event: Recorded): Promise<Message | null> {
  if (event.stream.startsWith(VIDEO)) return ofVideo(db, hook, event, event.stream.slice(VIDEO.length))
  if (event.stream.startsWith(LOCATION)) return ofLocation(db, hook, event, event.stream.slice(LOCATION.length))
  return null
}

async function ofVideo(db: Queryable, hook: Webhook, event: Recorded, video: string): Promise<Message | null> {
  if (!mayBeAnnounced(event)) return null
  const telling = await readTelling(db, video, event.version)
  const kind = kindOf(event, telling.before)
  if (kind === null || !hook.on.includes(kind) || !concerns(hook, telling.location)) return null
  return messageOf(video, event, kind, telling)
}

async function ofLocation(db: Queryable, hook: Webhook, event: Recorded, location: string): Promise<Message | null> {
  if (!mayPause(event) || !hook.on.includes('attention') || !concerns(hook, location)) return null
  return messageOfPause(location, event, await readStateBefore(db, event.stream, event.version))
}

const concerns = ({ locations }: Webhook, location: string | null): boolean =>
  locations === null || locations.includes(location ?? '')
