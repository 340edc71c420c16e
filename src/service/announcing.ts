/**
 * The announcing loop of one webhook: tells it of what happens, in the log's order. One node does, in the whole cluster: whoever
 * holds the webhook's lock. Its place is noted on the connection that holds the lock, so whoever has lost that moves nothing.
 */
import type { PoolClient } from 'pg'
import { isLeft } from 'fp-ts/lib/Either.js'
import { due } from '../announce/due.js'
import type { Message } from '../announce/message.js'
import { retryMs } from '../announce/retry.js'
import { isDelivered, send, type SendOptions, usualSend } from '../announce/send.js'
import type { Webhook } from '../announce/webhook.js'
import type { Db } from '../log/database.js'
import type { Cursor } from '../log/tail.js'
import { lockWebhook, noteDelivered, noteFailed, noteGone, notePassed, noteSkipped, placeOf } from '../log/webhooks.js'
import { sweepMs } from './loop.js'
import { Wake } from './wake.js'

/** How often those who don't tell it try to: so long may a webhook be without anybody. */
const TAKE_OVER_MS = 5_000
/** The notification comes with the commit, yet an older transaction may still hide the event. */
const HIDDEN_MS = 50
const GIVE_UP_MS = 24 * 3_600_000
/** HTTP's word for what does not come back. */
const GONE = 410

export interface AnnouncingOptions {
  readonly db: Db
  readonly hook: Webhook
  readonly onNotice: (line: string) => void
  /** A number in [0, 1), for the jitter of retries. */
  readonly random: () => number
  /** Nothing more is sent once it is aborted; what is on its way is seen to the end. */
  readonly stopping: AbortSignal
  readonly sending?: SendOptions
  /** How long one event is tried; a day by default. */
  readonly giveUpMs?: number
}

export class Announcing {
  readonly wake = new Wake()
  #lock: PoolClient | null = null
  #gone = false
  #lookAgainMs = sweepMs
  /** What is wrong, said once. */
  #trouble: string | null = null

  constructor(private readonly options: AnnouncingOptions) {}

  /** Of the webhook. */
  get name(): string {
    return this.options.hook.name
  }

  /** Something may have happened that the webhook is to be told of. */
  hear(): void {
    this.#lookAgainMs = HIDDEN_MS
    this.wake.ring()
  }

  /** One round of the loop: all that is due. @returns when to look again, in milliseconds. */
  async round(): Promise<number> {
    try {
      const on = await this.#hold()
      if (on === null) return TAKE_OVER_MS
      return this.#gone ? sweepMs : await this.#tellAll(on)
    } catch (error) {
      this.close()
      throw error
    }
  }

  /** Lets others tell it. */
  close(): void {
    const lock = this.#lock
    this.#lock = null
    lock?.release(true)
  }

  async #hold(): Promise<PoolClient | null> {
    if (this.#lock !== null) return this.#lock
    const { db, hook } = this.options
    const client = await db.connect()
    // a connection that breaks with nobody listening would end the process
    const onLost = (): void => {
      if (this.#lock === client) this.close()
    }
    client.on('error', onLost)
    const locked = await lockWebhook(client, hook.name).catch((error: unknown) => {
      client.release(true)
      throw error
    })
    if (!locked) {
      client.off('error', onLost)
      client.release()
      return null
    }
    return (this.#lock = client)
  }

  async #tellAll(on: PoolClient): Promise<number> {
    const { hook, stopping } = this.options
    const place = await placeOf(on, hook.name)
    if (place.waitMs > 0) return place.waitMs
    let { cursor, failures } = place
    for await (const next of due(on, hook, cursor)) {
      if (stopping.aborted) return sweepMs
      if (next.message !== null) {
        const againMs = await this.#tell(on, next.message, next.cursor, failures)
        if (againMs !== null) return againMs
        failures = 0
      } else if (!isSame(next.cursor, cursor)) await notePassed(on, hook.name, next.cursor)
      cursor = next.cursor
    }
    const againMs = this.#lookAgainMs
    this.#lookAgainMs = Math.min(sweepMs, againMs * 2)
    return againMs
  }

  /** @returns null where the message is done with, else when to try again, in milliseconds. */
  async #tell(on: PoolClient, message: Message, cursor: Cursor, failures: number): Promise<number | null> {
    const { hook, random, sending = usualSend, giveUpMs = GIVE_UP_MS } = this.options
    const answer = await send(hook, message, sending)
    if (!isLeft(answer) && isDelivered(answer.right)) {
      await noteDelivered(on, hook.name, cursor)
      if (this.#trouble !== null) this.#say(`${message.id} was delivered, the rest follows`)
      this.#trouble = null
      return null
    }
    if (!isLeft(answer) && answer.right === GONE) {
      this.#gone = true
      await noteGone(on, hook.name, 'it answered 410: it is gone')
      this.#say('it is gone (410): nothing more is sent to it until this node is started anew')
      return sweepMs
    }
    const why = isLeft(answer) ? answer.left : `it answered ${answer.right}`
    const waitMs = retryMs(failures + 1, random)
    if ((await noteFailed(on, hook.name, why, waitMs)) < giveUpMs) {
      if (this.#trouble !== why) this.#say(`${why}; ${message.id} is tried again`)
      this.#trouble = why
      return waitMs
    }
    const skipped = `${message.id} was skipped, tried in vain for too long: ${why}`
    await noteSkipped(on, hook.name, skipped, cursor)
    this.#say(skipped)
    return null
  }

  #say(line: string): void {
    this.options.onNotice(`webhook ${this.options.hook.name}: ${line}`)
  }
}

const isSame = (one: Cursor, other: Cursor): boolean => one.txid === other.txid && one.position === other.position
