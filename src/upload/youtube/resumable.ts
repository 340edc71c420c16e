/**
 * One upload by the resumable protocol (https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol): chunks of
 * a multiple of 256 KiB, their total unknown until the last; after a broken connection the server is asked what it has, and the
 * upload goes on from there out of what is still held here.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Api } from './api.js'
import { Backlog } from './backlog.js'
import { YoutubeError, errorOf } from './errors.js'
import type { HttpAnswer } from './http.js'
import type { Sending } from './sending.js'

export const MULTIPLE_BYTES = 256 * 1024

export interface ResumableOptions {
  /** A multiple of 256 KiB: so much is held in memory, twice at the most. */
  readonly chunkBytes: number
  /** Failures one after another without a byte in between, until it is given up. */
  readonly patience: number
  /** The first wait; doubled each time, at most a minute. In milliseconds. */
  readonly waitMs: number
  readonly random: () => number
}

export const usualResumable: ResumableOptions = {
  chunkBytes: 32 * MULTIPLE_BYTES,
  patience: 12,
  waitMs: 1000,
  random: Math.random,
}

/** What the server says of an upload. */
export type Standing =
  | { readonly _tag: 'complete'; readonly body: unknown }
  | { readonly _tag: 'incomplete'; readonly stored: number }
  | { readonly _tag: 'cancelled' }
  | { readonly _tag: 'gone' }

const LONGEST_WAIT_MS = 60_000
/** A request that the client has closed: how a cancelled upload is answered. */
export const CANCELLED = 499

/** Asks how far it is; `total` where it has been told. Throws a YoutubeError for any other answer. */
export async function standing(api: Api, url: string, total: number | null, signal?: AbortSignal): Promise<Standing> {
  const answer = await api.answer({
    method: 'PUT',
    url,
    headers: { 'Content-Range': `bytes */${total ?? '*'}`, 'Content-Length': '0' },
    ...(signal !== undefined && { signal }),
  })
  return told(answer, 'the question how far an upload is')
}

function told(answer: HttpAnswer, doing: string): Standing {
  if (answer.status === 200 || answer.status === 201) return { _tag: 'complete', body: answer.body }
  if (answer.status === 308) return { _tag: 'incomplete', stored: storedIn(answer) }
  if (answer.status === CANCELLED) return { _tag: 'cancelled' }
  if (answer.status === 404 || answer.status === 410) return { _tag: 'gone' }
  throw errorOf(doing, answer)
}

/** `bytes=0-n`: without it nothing is stored. */
function storedIn(answer: HttpAnswer): number {
  const end = /^bytes=0-(\d+)$/.exec(answer.header('range') ?? '')?.[1]
  return end === undefined ? 0 : Number(end) + 1
}

export class Resumable implements Sending {
  /** What has not been acknowledged. */
  readonly #held = new Backlog()
  /** What the server has. */
  #stored = 0
  #failures = 0
  /** The chunk that is being sent. */
  #sending: Promise<unknown> | undefined
  #underWay = 0
  readonly #closed = new AbortController()

  constructor(
    private readonly api: Api,
    private readonly url: string,
    private readonly options: ResumableOptions,
    /** All bytes, where that is known from the beginning. */
    private readonly total: number | null = null,
  ) {}

  get taken(): number {
    return this.#stored + this.#held.bytes
  }

  /** A chunk is under way while the next one is put together. */
  async send(chunk: Buffer, signal: AbortSignal): Promise<void> {
    this.#held.add(chunk)
    // one byte stays, so that what is sent here is never the end
    while (this.#held.bytes - this.#underWay > this.options.chunkBytes) {
      await this.#settled()
      if (this.#held.bytes > this.options.chunkBytes) this.#begin(signal)
    }
  }

  /** With the last bytes the server learns how many there are in all. */
  async finish(last: Buffer, signal: AbortSignal): Promise<unknown> {
    this.#held.add(last)
    const total = this.taken
    await this.#settled()
    while (this.#held.bytes > this.options.chunkBytes) await this.#put(this.options.chunkBytes, this.total, signal)
    for (;;) {
      const left = this.#held.bytes
      const answer = left === 0 ? await this.#outcome(total, signal) : await this.#put(left, total, signal)
      if (answer !== undefined) return answer
    }
  }

  /** The server has every byte, and has not said yet what has become of them: it can only be asked. */
  #outcome(total: number, signal: AbortSignal): Promise<unknown> {
    const unfinished = new YoutubeError('YouTube has the whole upload, and does not say that it is complete', {
      _tag: 'backOff',
    })
    return this.#resume(unfinished, total, total, signal)
  }

  #begin(signal: AbortSignal): void {
    this.#underWay = this.options.chunkBytes
    const either = AbortSignal.any([signal, this.#closed.signal])
    this.#sending = this.#put(this.options.chunkBytes, this.total, either).finally(() => (this.#underWay = 0))
    // it is told when its turn comes
    this.#sending.catch(() => undefined)
  }

  async #settled(): Promise<void> {
    await this.#sending
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the upload is over'))
    await this.#sending?.catch(() => undefined)
  }

  /** Once so many bytes, or as many as the server keeps. Returns its answer where the upload is complete. */
  async #put(bytes: number, total: number | null, signal: AbortSignal): Promise<unknown> {
    const from = this.#stored
    const body = this.#held.first(bytes)
    try {
      const answer = await this.api.answer({
        method: 'PUT',
        url: this.url,
        headers: { 'Content-Range': `bytes ${from}-${from + bytes - 1}/${total ?? '*'}` },
        body,
        signal,
      })
      const done = this.#settle(told(answer, 'a part of the upload'), from + bytes, total)
      // once may happen: it need not keep all that was sent
      if (done === undefined && this.#stored === from)
        throw new YoutubeError('YouTube keeps nothing of what is sent to it', { _tag: 'backOff' })
      return done
    } catch (error) {
      if (!(error instanceof YoutubeError) || error.reaction._tag !== 'backOff') throw error
      return this.#resume(error, from + bytes, total, signal)
    }
  }

  /** Waits, and asks what has arrived; until an answer comes or patience ends. */
  async #resume(first: YoutubeError, sent: number, total: number | null, signal: AbortSignal): Promise<unknown> {
    let last = first
    for (;;) {
      if (++this.#failures > this.options.patience) throw last
      await pause(this.#waitMs(last), undefined, { signal }).catch(() => signal.throwIfAborted())
      try {
        return this.#settle(await standing(this.api, this.url, total, signal), sent, total)
      } catch (error) {
        if (!(error instanceof YoutubeError) || error.reaction._tag !== 'backOff') throw error
        last = error
      }
    }
  }

  #settle(now: Standing, sent: number, total: number | null): unknown {
    switch (now._tag) {
      case 'complete':
        if (total === null || sent !== total)
          throw new YoutubeError('YouTube says that the upload is complete before its end', { _tag: 'operator' })
        return now.body
      case 'incomplete':
        if (now.stored < this.#stored || now.stored > sent)
          throw new YoutubeError(
            `YouTube says that it has ${now.stored} bytes, where ${this.#stored} to ${sent} are possible`,
            { _tag: 'backOff' },
          )
        if (now.stored > this.#stored) this.#failures = 0
        this.#held.drop(now.stored - this.#stored)
        this.#stored = now.stored
        return undefined
      case 'cancelled':
        throw new YoutubeError('the upload was cancelled', { _tag: 'startOver' }, CANCELLED)
      case 'gone':
        throw new YoutubeError('YouTube does not know the upload any more', { _tag: 'startOver' }, 404)
    }
  }

  #waitMs({ retryAfterSeconds = 0 }: YoutubeError): number {
    const { waitMs, random } = this.options
    const ownMs = Math.min(LONGEST_WAIT_MS, waitMs * 2 ** (this.#failures - 1)) * (0.5 + random())
    return Math.max(ownMs, Math.min(retryAfterSeconds * 1000, LONGEST_WAIT_MS))
  }
}
