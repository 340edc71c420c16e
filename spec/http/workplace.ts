/** A real server on a free port over a database of its own, and videos that live in it. */
import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import type { AddressInfo } from 'node:net'
import type { Edit } from '../../machines/edit.js'
import type { DataOf, EventType } from '../../machines/events.js'
import { createServer, type ServerOptions } from '../../src/http/server.js'
import { act, type Acted } from '../../src/log/act.js'
import { connect, type Db } from '../../src/log/database.js'
import { listen } from '../../src/log/listen.js'
import { migrate } from '../../src/log/migrate.js'
import { testDatabase } from '../support/database.js'

export interface Workplace extends AsyncDisposable {
  readonly db: Db
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

export async function openWorkplace(options: Partial<ServerOptions> = {}): Promise<Workplace> {
  const database = await testDatabase()
  await migrate(database.url)
  const db = connect({ url: database.url, name: 'spec' })
  const wakes = new Set<() => void>()
  const wakeAll = () => wakes.forEach((wake) => wake())
  const listening = await listen(database.url, 'spec', {
    onNotice: wakeAll,
    onConnected: wakeAll,
    onLost: () => undefined,
  })
  const wakeups = (wake: () => void) => {
    wakes.add(wake)
    return () => void wakes.delete(wake)
  }
  const closings: (() => Promise<unknown>)[] = []
  const serve: Workplace['serve'] = async (own = {}, port = 0) => {
    const server = createServer({ db, wakeups, version: '1.2.3', health: () => null, ...options, ...own })
    await server.listen({ host: '127.0.0.1', port })
    const close = () => server.close().then(() => undefined)
    closings.push(close)
    const taken = (server.server.address() as AddressInfo).port
    return { url: `http://127.0.0.1:${taken}`, port: taken, close }
  }
  const append: Workplace['append'] = async (video, type, data, node = 'node-a') => {
    const acted = await act(db, video, { type, data: () => data, by: { node } })
    assert.ok(isRight(acted), JSON.stringify(acted))
    return acted.right
  }
  const first = await serve()
  return {
    db,
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
      await db.end()
      await database.close()
    },
  }
}

const source: DataOf<'Created'>['source'] = {
  sheet_name: 'Day 1',
  event_start: null,
  event_end: null,
  category: '',
  description: 'A moment',
  submitter_winner: '',
  notes: '',
  poster_moment: false,
  image_links: [],
  tags: [],
}

const edit: Edit = {
  video_title: 'A title',
  video_description: '',
  video_tags: [],
  public: true,
  thumbnail_mode: 'NONE',
  thumbnail_time: null,
  thumbnail_template: null,
  thumbnail_image: null,
  thumbnail_crop: null,
  thumbnail_location: null,
  upload_location: 'main',
  video_ranges: [['2026-01-31T18:00:00.000Z', '2026-01-31T18:01:00.000Z']],
  video_transitions: [],
  video_channel: 'channel',
  video_quality: 'source',
  allow_holes: false,
  uploader_whitelist: null,
}
