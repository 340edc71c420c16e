/** Who is told by a webhook: an HTTP server that keeps what it gets, and answers as a spec wants it to. */
import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Message } from '../../src/announce/message.js'
import { until } from './processes.js'

export interface Got {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly message: Message
  readonly atMs: number
}

/** A status, or what to do instead: `hang` never answers. */
export type Answer = number | 'hang' | ((response: ServerResponse) => void)

export class HookServer implements AsyncDisposable {
  readonly got: Got[] = []
  answer: (got: Got) => Answer = () => 204
  #port = 0
  #server: Server | null = null

  static async start(): Promise<HookServer> {
    const server = new HookServer()
    await server.up()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** The ids of the events that it was told of, in order. */
  ids(): string[] {
    return this.got.map(({ message }) => message.id)
  }

  async has(count: number, seconds = 10): Promise<void> {
    await until(() => Promise.resolve(this.got.length >= count), `${count} messages have come`, seconds)
  }

  /** Again where it was before. */
  async up(): Promise<void> {
    this.#server = createServer((request, response) => void this.#take(request, response))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async down(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = null
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = ''
    for await (const piece of request.setEncoding('utf8')) body += piece as string
    const { method = '', url = '', headers } = request
    const got = { method, path: url, headers, body, message: JSON.parse(body) as Message, atMs: Date.now() }
    this.got.push(got)
    const answer = this.answer(got)
    if (typeof answer === 'function') answer(response)
    else if (answer !== 'hang') response.writeHead(answer).end()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down()
  }
}
