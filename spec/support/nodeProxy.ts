/** A way to a server that can be cut at will, and that can lose or keep back a question, or its answer. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

type Loss = 'answer' | 'connection' | 'silence' | 'question'

export class Proxy implements AsyncDisposable {
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>()
  #refusing = false
  #losing: { readonly pattern: string; readonly loss: Loss; readonly lost: () => void } | undefined

  private constructor(
    private readonly listener: Server,
    private readonly target: URL,
  ) {
    listener.on('connection', (client) => this.#pass(client))
  }

  static async to(url: string): Promise<Proxy> {
    const listener = createServer()
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new Proxy(listener, new URL(url))
  }

  get url(): string {
    const url = new URL(this.target)
    url.host = `127.0.0.1:${(this.listener.address() as AddressInfo).port}`
    return url.href
  }

  /** Cuts every connection and lets none through until `open`. */
  shut(): void {
    this.#refusing = true
    for (const [client, server] of this.#pairs) {
      client.destroy()
      server.destroy()
    }
  }

  open(): void {
    this.#refusing = false
  }

  /** Once: the next question that has `pattern` in it is carried out, and instead of the answer the connection breaks. */
  loseAnswerTo(pattern: string): Promise<void> {
    return this.#lose(pattern, 'answer')
  }

  /** Once: the connection breaks as the question has been asked; the server goes on with it. */
  loseConnectionAt(pattern: string): Promise<void> {
    return this.#lose(pattern, 'connection')
  }

  /** Once: the question is carried out, its answer kept back, and the connection stays. */
  keepAnswerTo(pattern: string): Promise<void> {
    return this.#lose(pattern, 'silence')
  }

  /** Once: the question is kept back, and the connection stays. */
  keepQuestion(pattern: string): Promise<void> {
    return this.#lose(pattern, 'question')
  }

  #lose(pattern: string, loss: Loss): Promise<void> {
    return new Promise((lost) => (this.#losing = { pattern, loss, lost }))
  }

  #pass(client: Socket): void {
    if (this.#refusing) {
      client.destroy()
      return
    }
    const server = connect(Number(this.target.port), this.target.hostname)
    const pair = [client, server] as const
    this.#pairs.add(pair)
    let given: Loss | undefined
    let answerLost: (() => void) | undefined
    client.on('data', (bytes) => {
      if (given === 'question') return
      if (!this.#losing || !bytes.includes(this.#losing.pattern)) {
        server.write(bytes)
        return
      }
      const { loss, lost } = this.#losing
      this.#losing = undefined
      given = loss
      if (loss !== 'question') server.write(bytes)
      if (loss === 'connection') client.destroy()
      if (loss === 'answer' || loss === 'silence') answerLost = lost
      else lost()
    })
    server.on('data', (bytes) => {
      if (given === undefined) {
        client.write(bytes)
        return
      }
      if (given !== 'silence') {
        client.destroy()
        server.end()
      }
      answerLost?.()
    })
    // what was asked is carried out, whether its client is there or not
    client.on('close', () => given === 'answer' || given === 'connection' || server.end())
    server.on('close', () => {
      this.#pairs.delete(pair)
      client.end()
    })
    for (const socket of pair) socket.on('error', () => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shut()
    this.listener.close()
    await once(this.listener, 'close')
  }
}
