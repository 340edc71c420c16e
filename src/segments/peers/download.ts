/** What a peer sends, as it comes: from somebody who may be slow, silent, wrong or hostile. */
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import axios, { isAxiosError } from 'axios'
import { type Peer, PeerFailure } from './peer.js'

/** How long a peer is waited for. What we don't take ourselves, because of a limit of ours, is no waiting. */
export interface Patience {
  /** Until its answer begins, and then without a byte. */
  readonly stallMs: number
  /** A body has this long, */
  readonly leastMs: number
  /** and longer by what comes, at least so fast. */
  readonly bytesPerSecond: number
}

export const usualPatience: Patience = { stallMs: 10_000, leastMs: 10_000, bytesPerSecond: 32 << 10 }

// a connection that is kept may have been closed by the other side: then a request fails that is nobody's fault
const agents = { httpAgent: new Agent({ keepAlive: false }), httpsAgent: new TlsAgent({ keepAlive: false }) }

export interface Asked {
  readonly peer: Peer
  /** Below the peer's address, in parts that are not encoded yet. */
  readonly path: readonly string[]
  readonly maxBytes: number
  readonly patience: Patience
}

/**
 * The body of an answer 200, in pieces. Follows no redirect. Throws a PeerFailure, and the reason of an aborted signal; leaving the
 * loop ends the connection.
 */
export async function* download(asked: Asked, signal: AbortSignal): AsyncGenerator<Buffer, void, undefined> {
  const { peer, maxBytes, patience } = asked
  signal.throwIfAborted()
  const body = await answerOf(asked, signal)
  const stop = (): void => void body.destroy(new Error('stopped'))
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    const pieces = (body as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let bytes = 0
    let waitedMs = 0
    for (;;) {
      const allowedMs = Math.min(
        patience.stallMs,
        patience.leastMs + (bytes / patience.bytesPerSecond) * 1000 - waitedMs,
      )
      const begunMs = performance.now()
      const piece = await nextPiece(pieces, body, peer, allowedMs, signal)
      waitedMs += performance.now() - begunMs
      if (piece === null) return
      bytes += piece.length
      if (bytes > maxBytes) throw new PeerFailure(peer, `it sent more than ${maxBytes} bytes`, 'file')
      yield piece
    }
  } finally {
    signal.removeEventListener('abort', stop)
    // aborting axios leaves the stream of the answer alive
    body.on('error', () => undefined).destroy()
  }
}

async function answerOf({ peer, path, patience, maxBytes }: Asked, signal: AbortSignal): Promise<Readable> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), patience.stallMs)
  try {
    const { status, headers, data } = await axios.get<Readable>(addressOf(peer, path), {
      headers: {
        'User-Agent': 'reelstate',
        'Accept-Encoding': 'identity',
        // a redirect, which would take it elsewhere, is not followed
        ...(peer.key && { Authorization: `Bearer ${peer.key}` }),
      },
      responseType: 'stream',
      // what is small on the way could be of any size here
      decompress: false,
      // it could lead anywhere, on and on
      maxRedirects: 0,
      validateStatus: () => true,
      proxy: false,
      signal: AbortSignal.any([signal, late.signal]),
      ...agents,
    })
    const fail = (reason: string, concerns: PeerFailure['concerns']): never => {
      data.on('error', () => undefined).destroy()
      throw new PeerFailure(peer, reason, concerns)
    }
    if (status >= 300 && status < 400) fail(`it answered ${status}: redirects are not followed`, 'peer')
    if (status === 401 || status === 403)
      fail(`it answered ${status}: it serves only those whom it knows (fetch.key_file in the configuration)`, 'peer')
    if (status !== 200) fail(`it answered ${status}`, status === 404 || status === 410 ? 'file' : 'peer')
    if (Number(headers['content-length'] ?? 0) > maxBytes) fail(`it has more than ${maxBytes} bytes`, 'file')
    return data
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof PeerFailure) throw error
    if (late.signal.aborted) throw new PeerFailure(peer, `no answer within ${patience.stallMs / 1000} s`, 'peer')
    throw new PeerFailure(peer, `it can't be reached (${codeOf(error)})`, 'peer')
  } finally {
    clearTimeout(timer)
  }
}

async function nextPiece(
  pieces: AsyncIterator<Buffer>,
  body: Readable,
  peer: Peer,
  allowedMs: number,
  signal: AbortSignal,
): Promise<Buffer | null> {
  let isLate = false
  const timer = setTimeout(
    () => {
      isLate = true
      body.destroy(new Error('late'))
    },
    Math.max(1, allowedMs),
  )
  try {
    const next = await pieces.next()
    return next.done === true ? null : next.value
  } catch (error) {
    signal.throwIfAborted()
    throw new PeerFailure(peer, isLate ? 'it sends too slowly' : `the connection broke (${codeOf(error)})`, 'peer')
  } finally {
    clearTimeout(timer)
  }
}

function addressOf({ url }: Peer, path: readonly string[]): string {
  return [url.replace(/\/+$/, ''), ...path.map(encodeURIComponent)].join('/')
}

/** The errors of axios hold the whole request. */
function codeOf(error: unknown): string {
  if (isAxiosError(error)) return error.code ?? 'the connection failed'
  return error instanceof Error ? (('code' in error ? String(error.code) : undefined) ?? error.message) : String(error)
}
