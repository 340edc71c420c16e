import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import axios from 'axios'
import { messageOf } from './failure.js'

const STALL_MS = 15_000

export interface Fetched {
  readonly bytes: Buffer
  /** Where it was found in the end: what is relative in a playlist is relative to this. */
  readonly location: string
}

/** Thrown where a resource can't be had. `status` is HTTP's, where a server answered. */
export class FetchFailure extends Error {
  override readonly name = 'FetchFailure'

  constructor(
    readonly location: string,
    reason: string,
    readonly status?: number,
    options?: ErrorOptions,
  ) {
    super(`${location}: ${reason}`, options)
  }

  /** Whether it may be had a moment later: the network, a busy server, a segment that is not published yet. */
  get passing(): boolean {
    const { status } = this
    return status === undefined || status >= 500 || [404, 408, 425, 429].includes(status)
  }
}

export function isUrl(location: string): boolean {
  return /^https?:\/\//i.test(location)
}

/**
 * Reads a file or an http(s) URL of at most `maxBytes`. Throws FetchFailure; after 15 s without a byte, too. Aborting `signal` closes the
 * connection and throws.
 */
export async function fetchBytes(location: string, maxBytes: number, signal: AbortSignal): Promise<Fetched> {
  signal.throwIfAborted()
  return isUrl(location) ? fetchUrl(location, maxBytes, signal) : fetchFile(location, maxBytes, signal)
}

async function fetchFile(location: string, maxBytes: number, signal: AbortSignal): Promise<Fetched> {
  const stream = createReadStream(location, { highWaterMark: 1 << 20 })
  try {
    return { bytes: await collect(stream, maxBytes, () => undefined), location }
  } catch (error) {
    signal.throwIfAborted()
    throw new FetchFailure(location, `can't be read: ${messageOf(error)}`, undefined, { cause: error })
  } finally {
    stream.destroy()
  }
}

async function fetchUrl(location: string, maxBytes: number, signal: AbortSignal): Promise<Fetched> {
  // axios' own timeout runs while bytes flow: a slow segment is no failure, a silent server is
  const stall = new AbortController()
  const timer = setTimeout(() => stall.abort(new Error(`no byte for ${STALL_MS / 1000} s`)), STALL_MS)
  const either = AbortSignal.any([signal, stall.signal])
  let body: Readable | undefined
  try {
    const response = await axios.get<Readable>(location, {
      responseType: 'stream',
      signal: either,
      maxRedirects: 5,
      validateStatus: () => true,
    })
    body = response.data
    if (response.status !== 200) {
      throw new FetchFailure(location, `the server answered ${response.status}`, response.status)
    }
    const opened = body
    either.addEventListener('abort', () => opened.destroy(asError(either.reason)), { once: true })
    const bytes = await collect(opened, maxBytes, () => timer.refresh())
    return { bytes, location: finalUrl(response.request) ?? location }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof FetchFailure) throw error
    const reason = stall.signal.aborted ? messageOf(stall.signal.reason) : messageOf(error)
    throw new FetchFailure(location, reason, undefined, { cause: error })
  } finally {
    clearTimeout(timer)
    await close(body)
  }
}

async function collect(stream: Readable, maxBytes: number, onBytes: () => void): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  const source: AsyncIterable<Buffer> = stream
  for await (const chunk of source) {
    onBytes()
    size += chunk.length
    if (size > maxBytes) throw new Error(`more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** Aborting axios leaves the stream of the answer alive. */
async function close(body: Readable | undefined): Promise<void> {
  if (body === undefined || body.closed) return
  body.on('error', () => undefined)
  const closed = once(body, 'close').catch(() => undefined)
  body.destroy()
  await closed
}

/** After redirects: follow-redirects notes it on the answer of the last request. */
function finalUrl(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || !('res' in request)) return undefined
  const { res } = request
  if (typeof res !== 'object' || res === null || !('responseUrl' in res)) return undefined
  return typeof res.responseUrl === 'string' ? res.responseUrl : undefined
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
