/** A peer that does what it should not. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What it answers to a request, by its decoded path. */
export type Answer = (path: string, response: ServerResponse, request: IncomingMessage) => void

export class HostileServer implements AsyncDisposable {
  readonly #server: Server
  readonly asked: string[] = []
  /** How many answers are under way. */
  open = 0

  private constructor(answer: Answer) {
    this.#server = createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '')
      this.asked.push(path)
      this.open++
      response.once('close', () => this.open--)
      answer(path, response, request)
    })
  }

  static async start(answer: Answer): Promise<HostileServer> {
    const hostile = new HostileServer(answer)
    await new Promise<void>((resolve) => hostile.#server.listen(0, '127.0.0.1', resolve))
    return hostile
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
