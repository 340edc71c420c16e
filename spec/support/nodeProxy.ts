/** A way to a server that can be cut at will, and that can lose or keep back a question, or its answer. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

type Loss = 'answer' | 'connection' | 'silence' | 'question'

export class Proxy implements AsyncDisposable {
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>()
  readonly #forgotten = new Set<Socket>()
  readonly #abandoned = new Set<Socket>()
  /** So many times somebody has tried in vain to connect. */
  refused = 0
  #refusing = false
  #silent = false
  #losing: { readonly pattern: string; readonly loss: Loss; readonly lost: () => void } | undefined

  private constructor(
    private readonly listener: Server,
    private target: URL,
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

  /** As where the server's machine is gone: nothing comes by any connection any more, nor by a new one, and nobody is told. */
  goSilent(): void {
    this.#silent = true
    for (const [client, server] of this.#pairs) {
      this.#forgotten.add(client)
      server.destroy()
    }
  }

  /** As where a network is cut in two: clients find their connections broken, and the server finds out nothing. */
  cutClients(): void {
    for (const [client] of this.#pairs) {
      this.#abandoned.add(client)
      client.destroy()
    }
  }

  /** Another server has the address from now on; connections of before stay silent. */
  leadTo(url: string): void {
    this.target = new URL(url)
    this.#silent = false
  }

  /** As where the system finds out by keepalives that nobody is there. */
  cutSilent(): void {
    for (const client of this.#forgotten) client.resetAndDestroy()
    this.#forgotten.clear()
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
      this.refused++
      client.destroy()
      return
    }
    if (this.#silent) {
      client.on('error', () => undefined)
      client.resume()
      this.#forgotten.add(client)
      return
    }
    const server = connect(Number(this.target.port), this.target.hostname)
    const pair = [client, server] as const
    this.#pairs.add(pair)
    let given: Loss | undefined
    let answerLost: (() => void) | undefined
    client.on('data', (bytes) => {
      if (given === 'question' || this.#forgotten.has(client)) return
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
    client.on(
      'close',
      () => given === 'answer' || given === 'connection' || this.#abandoned.has(client) || server.end(),
    )
    server.on('close', () => {
      this.#pairs.delete(pair)
      if (!this.#forgotten.has(client)) client.end()
    })
    for (const socket of pair) socket.on('error', () => undefined)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shut()
    this.cutSilent()
    this.listener.close()
    await once(this.listener, 'close')
  }
}
