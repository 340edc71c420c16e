/** Webhooks of specs, the loop that tells them, and videos that there is something to tell of. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Webhook } from '../../src/announce/webhook.js'
import { connect, type Db } from '../../src/log/database.js'
import { listen } from '../../src/log/listen.js'
import { listPlaces, type Place } from '../../src/log/webhooks.js'
import { Announcing, type AnnouncingOptions } from '../../src/service/announcing.js'
import { runLoop } from '../../src/service/loop.js'
import { happens } from './log.js'
import { edit, source } from './moment.js'

export const webhook = (url: string, over: Partial<Webhook> = {}): Webhook => ({
  name: 'chat',
  url,
  secretFile: null,
  on: ['done', 'attention'],
  locations: null,
  ...over,
})

/** A file with the secret in it. */
export async function secretFile(secret: string): Promise<{ path: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-secret-'))
  const path = join(folder, 'secret')
  await writeFile(path, `${secret}\n`)
  return { path, remove: () => rm(folder, { recursive: true, force: true }) }
}

/** The loop as a node runs it, woken by notifications, on connections of its own. */
export class Teller implements AsyncDisposable {
  readonly notices: string[] = []
  readonly #stopping = new AbortController()
  #died: Error | null = null
  readonly #loop: Promise<void>

  private constructor(
    private readonly announcing: Announcing,
    private readonly closing: () => Promise<void>,
    notices: string[],
    stopping: AbortController,
  ) {
    this.notices = notices
    this.#stopping = stopping
    this.#loop = runLoop({
      name: 'announcing',
      wake: announcing.wake,
      round: () => announcing.round(),
      signal: stopping.signal,
      trouble: { begun: (error) => void notices.push(`trouble: ${error.message}`), over: () => undefined },
    }).catch((error: unknown) => {
      this.#died = error instanceof Error ? error : new Error(String(error))
    })
  }

  static async start(
    url: string,
    hook: Webhook,
    over: Partial<Pick<AnnouncingOptions, 'sending' | 'giveUpMs'>> = {},
  ): Promise<Teller> {
    const notices: string[] = []
    const stopping = new AbortController()
    const db = connect({ url, name: `spec teller ${hook.name}`, connections: 2 })
    const onNotice = (line: string) => void notices.push(line)
    const announcing = new Announcing({ db, hook, onNotice, random: () => 0, stopping: stopping.signal, ...over })
    const hear = (): void => announcing.hear()
    const listening = await listen(
      { url, name: 'spec listener', db },
      { onNotice: hear, onConnected: hear, onLost: () => undefined },
    )
    const closing = async (): Promise<void> => {
      await listening.close()
      await db.end()
    }
    return new Teller(announcing, closing, notices, stopping)
  }

  /** As a node that stops; throws what the loop died of. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#loop
    this.announcing.close()
    await this.closing()
    if (this.#died !== null) throw this.#died
  }
}

export async function placeIn(db: Db, name: string): Promise<Place | undefined> {
  return (await listPlaces(db)).find((place) => place.name === name)
}

/** A video that became DONE with its second event. */
export async function doneVideo(db: Db, id: string, location = 'local'): Promise<void> {
  await happens(db, id, 'Created', { source })
  await happens(db, id, 'ManualLinked', {
    video_link: `https://example.org/${id}`,
    video_id: `of-${id}`,
    upload_location: location,
    location_is_manual: false,
  })
}

/** A video that waits for a node of a location that there is not. */
export async function waitingVideo(db: Db, id: string, location = 'elsewhere'): Promise<void> {
  await happens(db, id, 'Created', { source })
  await happens(db, id, 'Edited', { edit: { ...edit, upload_location: location } })
}

/** A video that FAILED with its third event. */
export async function failedVideo(db: Db, id: string, location = 'elsewhere'): Promise<void> {
  await waitingVideo(db, id, location)
  await happens(db, id, 'Failed', { attempt: null, cause: 'nobody has the footage', proof: null })
}
