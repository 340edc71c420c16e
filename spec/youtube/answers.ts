/** How it answers, and what it keeps of who asked what. */
import type { ServerResponse } from 'node:http'
import type { Answer } from './sessions.js'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly contentRange: string | undefined
  /** Which of the access tokens that were given out; each process asks for its own. */
  readonly token: string | undefined
  /** Undefined where the connection was broken. */
  status: number | undefined
  readonly atMs: number
}

export const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=UTF-8' },
  body: JSON.stringify(body),
})

export async function send(
  response: ServerResponse,
  { status, headers = {}, body = '' }: Answer,
  entry: Seen,
): Promise<void> {
  entry.status = status
  await new Promise<void>((resolve) => {
    const type = body === '' ? {} : { 'Content-Type': 'application/json; charset=UTF-8' }
    response.writeHead(status, { ...type, ...headers, 'Content-Length': Buffer.byteLength(body) })
    response.end(body, resolve)
  })
}
