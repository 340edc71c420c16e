/** LISTEN with a connection of its own that is never given up. A notification is a hint: whoever needs every event sweeps. */
import pgListen from 'pg-listen'
import * as t from 'io-ts'
import { isLeft } from 'fp-ts/lib/Either.js'

/** What a NOTIFY carries: never the event's data. */
const Said = t.intersection([
  t.type({ version: t.number, position: t.number, type: t.string, state: t.string }),
  // a video's id, or the name of a stream of another kind
  t.partial({ id: t.string, stream: t.string }),
])

export interface Notice {
  /** The video; null where it is of another stream. */
  readonly id: string | null
  readonly stream: string
  readonly version: number
  readonly position: number
  readonly type: string
  readonly state: string
}

function noticeOf(payload: unknown): Notice | null {
  const said = Said.decode(payload)
  if (isLeft(said)) return null
  const { id = null, version, position, type, state } = said.right
  const stream = id === null ? said.right.stream : `video/${id}`
  return stream === undefined ? null : { id, stream, version, position, type, state }
}

export interface Listener {
  readonly onNotice: (notice: Notice) => void
  /** The connection stands (again): what was missed meanwhile has to be looked for. */
  readonly onConnected: () => void
  readonly onLost: (error: Error) => void
}

const channel = 'video_events'

// pg-listen is CommonJS: its default export arrives wrapped
const createSubscriber = pgListen.default

/** Listens until closed. Resolves once it listens for the first time; rejects if the very first connection fails. */
export async function listen(
  url: string,
  name: string,
  { onNotice, onConnected, onLost }: Listener,
): Promise<{ close(): Promise<void> }> {
  const subscriber = createSubscriber<{ video_events: unknown }>(
    { connectionString: url, application_name: name, keepAlive: true, connectionTimeoutMillis: 8_000 },
    {
      // it would give up for good after three seconds without a database
      retryTimeout: 0,
      retryInterval: (attempt) => Math.min(5_000, 100 * 2 ** Math.min(attempt, 6)),
      paranoidChecking: 15_000,
    },
  )
  subscriber.notifications.on(channel, (payload) => {
    const notice = noticeOf(payload)
    if (notice) onNotice(notice)
  })
  subscriber.events.on('error', onLost)
  subscriber.events.on('reconnect', () => undefined)
  await subscriber.connect()
  await subscriber.listenTo(channel)
  subscriber.events.on('connected', onConnected)
  onConnected()
  return { close: () => subscriber.close() }
}
