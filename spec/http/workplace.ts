/** A real server on a free port over a database of its own, and videos that live in it. */
import type { AddressInfo } from 'node:net'
import type { DataOf, EventType } from '../../machines/events.js'
import { createServer, type ServerOptions } from '../../src/http/server.js'
import { noSignIn } from '../../src/http/signIn/signIn.js'
import type { Acted } from '../../src/log/act.js'
import type { Db } from '../../src/log/database.js'
import { listen } from '../../src/log/listen.js'
import { happens, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

export interface Workplace extends AsyncDisposable {
  readonly db: Db
  /** Of its database. */
  readonly databaseUrl: string
  readonly url: string
  readonly port: number
  append<T extends EventType>(video: string, type: T, data: DataOf<T>, node?: string): Promise<Acted>
  /** A video that has been created and edited. */
  edited(video: string, title?: string): Promise<void>
  /** A server beside the first, over the same database. */
  serve(
    options?: Partial<ServerOptions>,
    port?: number,
  ): Promise<{ url: string; port: number; close: () => Promise<void> }>
}

/** @param isLived see `testLog`. */
export async function openWorkplace(options: Partial<ServerOptions> = {}, isLived = true): Promise<Workplace> {
  const log = await testLog(isLived)
  const { db } = log
  const wakes = new Set<() => void>()
  const wakeAll = () => wakes.forEach((wake) => wake())
  const listening = await listen(
    { url: log.url, name: 'spec', db: log.db },
    {
      onNotice: wakeAll,
      onConnected: wakeAll,
      onLost: () => undefined,
    },
  )
  const wakeups = (wake: () => void) => {
    wakes.add(wake)
    return () => void wakes.delete(wake)
  }
  const closings: (() => Promise<unknown>)[] = []
  const serve: Workplace['serve'] = async (own = {}, port = 0) => {
    const server = createServer({
      db,
      segments: '/nowhere',
      node: 'spec',
      signIn: noSignIn,
      wakeups,
      version: '1.2.3',
      health: () => ({ reason: null, warnings: [] }),
      ...options,
      ...own,
    })
    await server.listen({ host: '127.0.0.1', port })
    const close = () => server.close().then(() => undefined)
    closings.push(close)
    const taken = (server.server.address() as AddressInfo).port
    return { url: `http://127.0.0.1:${taken}`, port: taken, close }
  }
  const append: Workplace['append'] = (video, type, data, node) => happens(db, video, type, data, node)
  const first = await serve()
  return {
    db,
    databaseUrl: log.url,
    ...first,
    serve,
    append,
    async edited(video, title = `The title of ${video}`) {
      await append(video, 'Created', { source })
      await append(video, 'Edited', { edit: { ...edit, video_title: title } })
    },
    async [Symbol.asyncDispose]() {
      for (const close of closings) await close()
      await listening.close()
      await log.close()
    },
  }
}
