/** Sends a request as it stands: `fetch` would put it right first. */
import { type Agent, request } from 'node:http'
import type { BadRequest } from './badRequests.js'

export interface Answered {
  readonly status: number
  /** The first of its bytes. */
  readonly body: string
}

const MOST_BYTES = 64 * 1024
/** An answer that goes on for ever, as the stream of events does, has been seen by then. */
const MOST_MS = 1_500

export const send = (port: number, agent: Agent, { method, path, headers, body }: BadRequest): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const sent = request(
      {
        ...{ host: '127.0.0.1', port, agent, method, path },
        headers: { ...headers, ...(body !== null && { 'content-length': String(body.length) }) },
      },
      (response) => {
        const chunks: Buffer[] = []
        const answer = () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') })
        const timer = setTimeout(() => {
          answer()
          sent.destroy()
        }, MOST_MS)
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          if (chunks.reduce((sum, one) => sum + one.length, 0) < MOST_BYTES) return
          answer()
          sent.destroy()
        })
        response.once('end', answer)
        response.once('close', () => {
          clearTimeout(timer)
          answer()
        })
        response.once('error', answer)
      },
    )
    sent.once('error', (error: NodeJS.ErrnoException) => {
      // a server that refuses a body that is too large may close before all of it is sent
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: 0, body: '' })
      else reject(error)
    })
    sent.end(body ?? undefined)
  })
