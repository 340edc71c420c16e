/**
 * Everything in one request of a length that nobody knows, as it is made: nothing is held, so nothing can be sent again. After a broken
 * connection the upload begins anew, with another session.
 */
import { PassThrough } from 'node:stream'
import type { Api } from './api.js'
import { errorOf, YoutubeError } from './errors.js'
import type { HttpAnswer } from './http.js'
import type { Sending } from './sending.js'

export class SingleRequest implements Sending {
  readonly #body = new PassThrough({ highWaterMark: 1 << 20 })
  readonly #closed = new AbortController()
  #answer: Promise<HttpAnswer> | undefined
  #failed: unknown
  taken = 0

  constructor(
    private readonly api: Api,
    private readonly url: string,
  ) {}

  async send(chunk: Buffer, signal: AbortSignal): Promise<void> {
    void this.#begin(signal)
    this.taken += chunk.length
    if (this.#failed === undefined && !this.#body.write(chunk)) await this.#drained(signal)
    if (this.#failed !== undefined) throw startingOver(this.#failed)
  }

  async finish(last: Buffer, signal: AbortSignal): Promise<unknown> {
    const answering = this.#begin(signal)
    this.taken += last.length
    this.#body.end(last)
    const answer = await answering
    if (answer.status === 200 || answer.status === 201) return answer.body
    throw errorOf('the upload', answer)
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('the upload is over'))
    this.#body.destroy()
    await this.#answer?.catch(() => undefined)
  }

  #begin(signal: AbortSignal): Promise<HttpAnswer> {
    if (this.#answer !== undefined) return this.#answer
    const answering = this.api.answer({
      method: 'POST',
      url: this.url,
      body: this.#body,
      signal: AbortSignal.any([signal, this.#closed.signal]),
    })
    // an answer before the end is none that was asked for
    const ended = (why: unknown): void => {
      this.#failed ??= why
      this.#body.emit('drain')
    }
    void answering.then((answer) => ended(errorOf('the upload', answer)), ended)
    return (this.#answer = answering)
  }

  #drained(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        this.#body.off('drain', done)
        signal.removeEventListener('abort', aborted)
        resolve()
      }
      const aborted = (): void => {
        this.#body.off('drain', done)
        reject(signal.reason as Error)
      }
      this.#body.once('drain', done)
      signal.addEventListener('abort', aborted, { once: true })
    })
  }
}

/** Of what was sent nothing is held here: whatever may pass, passes with another upload. */
function startingOver(error: unknown): unknown {
  if (!(error instanceof YoutubeError) || error.reaction._tag !== 'backOff') return error
  return new YoutubeError(error.message, { _tag: 'startOver' }, error.status, error.retryAfterSeconds)
}
