/** One connection that listens, for as long as it lasts. Whoever wants to go on listening afterwards makes another one. */
import { Socket } from 'node:net'
import pgListen from 'pg-listen'
import { session, type SessionOptions } from './session.js'

export interface Subscription {
  /** Resolves once the connection is gone, whoever ended it. */
  readonly lost: Promise<Error>
  /** Ends the connection without waiting for a server that may not answer. */
  end(): void
}

const impatienceMs = 8_000

// pg-listen is CommonJS: its default export arrives wrapped
const createSubscriber = pgListen.default

/**
 * Resolves once it listens on every channel, and lasts until `signal` at the latest. What NOTIFY carried is given on as JSON, and
 * as null where it is none. @throws what keeps it from listening.
 */
export async function subscribe(
  options: SessionOptions,
  channels: Readonly<Record<string, (said: unknown) => void>>,
  signal: AbortSignal,
): Promise<Subscription> {
  // ours, so that it can be cut: a goodbye to a server that is frozen would wait for an answer
  const socket = new Socket()
  const subscriber = createSubscriber<Record<string, unknown>>(
    { ...session({ ...options, statementMs: impatienceMs }), stream: () => socket },
    // Left to itself it stops trying for good where LISTEN fails on its second connection, goes on trying after `close`, and
    // its check has no time-out: it gets one connection (`retryLimit` counts from one), and no check.
    { retryLimit: 1, paranoidChecking: false, parse: parsed },
  )
  const lost = new Promise<Error>((resolve) => {
    // why, the server has told the client, who keeps it to itself
    const ended = (): void => resolve(new Error('the connection that listens has ended'))
    subscriber.events.on('error', ended)
    socket.once('error', resolve).once('close', ended)
  })
  let giveUp: (why: unknown) => void = () => undefined
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject))
  givenUp.catch(() => undefined)
  const end = (): void => {
    signal.removeEventListener('abort', end)
    // a client that is told to end while it connects never says what became of that
    giveUp(signal.reason)
    void subscriber.close().catch(() => undefined)
    socket.destroy()
  }
  signal.addEventListener('abort', end)
  const begin = async (): Promise<void> => {
    await subscriber.connect()
    for (const [channel, onSaid] of Object.entries(channels)) {
      subscriber.notifications.on(channel, onSaid)
      await subscriber.listenTo(channel)
    }
  }
  try {
    signal.throwIfAborted()
    await Promise.race([begin(), givenUp])
  } catch (error) {
    end()
    throw error
  }
  return { lost, end }
}

/** Anybody may notify with anything. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return null
  }
}
