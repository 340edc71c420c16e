import { once } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

/** A real HTTP server. Each path answers with what its function makes of the number of requests for it so far. */
export class PlaylistServer {
  readonly #answers: Record<string, (count: number) => Answer>
  readonly #server: Server
  readonly #counts = new Map<string, number>()

  constructor(answers: Record<string, (count: number) => Answer>) {
    this.#answers = answers
    this.#server = createServer((request, response) => {
      const path = request.url ?? ''
      const count = this.requestsFor(path)
      this.#counts.set(path, count + 1)
      const { status = 200, headers = {}, body = '' } = this.#answers[path]?.(count) ?? { status: 404 }
      response.writeHead(status, headers).end(body)
    })
  }

  requestsFor(path: string): number {
    return this.#counts.get(path) ?? 0
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
