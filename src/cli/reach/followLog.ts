/** The events of the log as they happen, from the database: each once and in order, however often the connection is lost. */
import { setTimeout as delay } from 'node:timers/promises'
import { isConnectionError } from '../../log/connectionError.js'
import type { Db } from '../../log/database.js'
import { follow } from '../../log/follow.js'
import { listen } from '../../log/listen.js'
import type { Recorded } from '../../log/read.js'
import type { Cursor } from '../../log/tail.js'
import { Troubles } from '../../service/health.js'
import type { Following } from './reached.js'

const PAUSE_MS = 250

export async function* followLog(
  { url, db }: { readonly url: string; readonly db: Db },
  after: Cursor,
  { stream, signal, note }: Following,
): AsyncGenerator<Recorded, void> {
  const troubles = new Troubles(note)
  const [listeningTrouble, readingTrouble] = [troubles.of('listening'), troubles.of('log')]
  const wakes = new Set<() => void>()
  const ring = (): void => wakes.forEach((wake) => wake())
  const wakeups = (wake: () => void) => (wakes.add(wake), () => wakes.delete(wake))
  const listening = await listen(
    { url, name: 'reelstate log', db },
    {
      onNotice: ring,
      onConnected() {
        listeningTrouble.over()
        ring()
      },
      onLost: listeningTrouble.begun,
    },
  )
  let cursor = after
  try {
    while (!signal.aborted) {
      try {
        await db.query('select')
        readingTrouble.over()
        for await (const event of follow(db, cursor, wakeups, signal)) {
          cursor = { txid: event.txid, position: event.position }
          if (stream === null || event.stream === stream) yield event
        }
      } catch (error) {
        if (!isConnectionError(error)) throw error
        readingTrouble.begun(error)
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined)
      }
    }
  } finally {
    await listening.close()
  }
}
