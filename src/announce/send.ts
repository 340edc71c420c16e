/** One message, sent once. */
import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import type { Readable } from 'node:stream'
import axios, { isAxiosError } from 'axios'
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import type { Message } from './message.js'
import { readSecret } from './secret.js'
import { signature } from './signature.js'
import type { Webhook } from './webhook.js'

/** What an answer says beside its status is of no interest; up to so much is taken, so that the other side is not cut short. */
const LARGEST_ANSWER_BYTES = 64 << 10

export interface SendOptions {
  /** From the first attempt to connect to the answer. */
  readonly timeoutMs: number
  readonly nowMs: () => number
}

export const usualSend: SendOptions = { timeoutMs: 10_000, nowMs: () => Date.now() }

// connections that are kept break between two messages; those come seldom
const agents = { httpAgent: new Agent({ keepAlive: false }), httpsAgent: new TlsAgent({ keepAlive: false }) }

/** Whether a status says that the message was taken. */
export const isDelivered = (status: number): boolean => status >= 200 && status < 300

/**
 * POSTs the message, signed where the webhook has a secret; follows no redirect.
 * @returns the answer's status, or why there is none, which holds neither the address nor the secret.
 */
export async function send(
  { url, secretFile }: Webhook,
  message: Message,
  { timeoutMs, nowMs }: SendOptions = usualSend,
): Promise<Either<string, number>> {
  const body = JSON.stringify(message)
  const timestamp = Math.floor(nowMs() / 1000)
  let signed = {}
  if (secretFile !== null) {
    const secret = await readSecret(secretFile)
    if (isLeft(secret)) return secret
    signed = { 'X-Reelstate-Signature': signature(secret.right, timestamp, body) }
  }
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeoutMs)
  try {
    const answer = await axios.request<Readable>({
      method: 'POST',
      url,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'reelstate',
        // a header has no letters but those of ASCII, an id may
        'X-Reelstate-Event': encodeURI(message.id),
        'X-Reelstate-Timestamp': String(timestamp),
        ...signed,
      },
      data: Buffer.from(body),
      responseType: 'stream',
      decompress: false,
      maxRedirects: 0,
      validateStatus: () => true,
      proxy: false,
      signal: late.signal,
      ...agents,
    })
    await discard(answer.data)
    return right(answer.status)
  } catch (error) {
    if (late.signal.aborted) return left(`no answer within ${timeoutMs / 1000} s`)
    // the error of axios holds the request with its signature and address: it must not go any further
    return left(`it can't be reached (${(isAxiosError(error) ? error.code : undefined) ?? 'the connection failed'})`)
  } finally {
    clearTimeout(timer)
  }
}

async function discard(body: Readable): Promise<void> {
  let bytes = 0
  try {
    // leaving the loop closes the connection
    for await (const piece of body) if ((bytes += (piece as Buffer).length) > LARGEST_ANSWER_BYTES) break
  } catch {
    // the status has come, and says it all
  }
}
