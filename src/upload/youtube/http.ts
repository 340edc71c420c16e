/** HTTP to YouTube: each request with a limit on how long nothing may happen, and answers of any status. */
import { Readable } from 'node:stream'
import axios, { type AxiosInstance, type AxiosResponse, isAxiosError } from 'axios'
import { YoutubeError } from './errors.js'

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** Pieces are sent one after another, without being put together; of a stream nobody knows the length. */
  readonly body?: string | readonly Buffer[] | Readable
  readonly signal?: AbortSignal
}

export interface HttpAnswer {
  readonly status: number
  readonly header: (name: string) => string | undefined
  /** JSON where it is, else text. */
  readonly body: unknown
}

export type Http = (request: HttpRequest) => Promise<HttpAnswer>

/** What an answer may be: far more than any is. */
const LARGEST_ANSWER_BYTES = 4 << 20

/**
 * @param stallSeconds so long may neither a byte go out nor an answer come.
 * Throws a YoutubeError to back off where no answer came, and the reason of an aborted signal.
 */
export function openHttp(stallSeconds: number): Http {
  const client: AxiosInstance = axios.create({
    maxRedirects: 0, // else the body would be kept for a second time
    maxBodyLength: Infinity,
    maxContentLength: LARGEST_ANSWER_BYTES,
    validateStatus: () => true,
    proxy: false,
  })
  return async ({ method, url, headers = {}, body, signal }) => {
    const stalled = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const alive = (): void => {
      clearTimeout(timer)
      timer = setTimeout(() => stalled.abort(), stallSeconds * 1000)
    }
    alive()
    const pieces =
      typeof body === 'string' || body === undefined
        ? undefined
        : Readable.from(
            body instanceof Readable ? made(body, alive, () => clearTimeout(timer)) : watched(body, alive),
            { objectMode: false },
          )
    const length = Array.isArray(body) ? { 'Content-Length': String(lengthOf(body as readonly Buffer[])) } : {}
    try {
      const answer: AxiosResponse<unknown> = await client.request({
        method,
        url,
        // an axios of its own mind would call it a form
        headers: { 'Content-Type': 'application/octet-stream', ...length, ...headers },
        ...(body !== undefined && { data: pieces ?? body }),
        signal: signal === undefined ? stalled.signal : AbortSignal.any([signal, stalled.signal]),
      })
      return {
        status: answer.status,
        header: (name) => {
          const value: unknown = answer.headers[name.toLowerCase()]
          return typeof value === 'string' ? value : undefined
        },
        body: answer.data,
      }
    } catch (error) {
      signal?.throwIfAborted()
      const why = stalled.signal.aborted
        ? `nothing happened for ${stallSeconds} s`
        : isAxiosError(error)
          ? (error.code ?? error.message)
          : String(error)
      // the error of axios holds the request with its token: it must not go any further
      throw new YoutubeError(`YouTube can't be reached (${why})`, { _tag: 'backOff' })
    } finally {
      clearTimeout(timer)
      // after an error nobody else does
      pieces?.destroy()
    }
  }
}

/** Telling of progress itself, axios would cut everything into small pieces first. */
function* watched(pieces: readonly Buffer[], alive: () => void): Generator<Buffer> {
  for (const piece of pieces) {
    alive()
    yield piece
  }
}

/** Waiting for a stream that is still being made is nobody's fault at the other side. */
async function* made(stream: Readable, alive: () => void, unwatched: () => void): AsyncGenerator<Buffer> {
  unwatched()
  for await (const piece of stream as AsyncIterable<Buffer>) {
    alive()
    yield piece
    unwatched()
  }
  alive()
}

const lengthOf = (pieces: readonly Buffer[]): number => pieces.reduce((sum, { length }) => sum + length, 0)
