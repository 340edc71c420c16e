/** A line between two programs that does what lines do: it is slow, breaks, falls silent, or can't be had at all. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** What becomes of the bytes of one connection on their way to the client. Called once for each connection. */
export type Filter = () => (bytes: Buffer) => Buffer

export interface TcpProxyOptions {
  readonly filter?: Filter
  /** So long after a line has fallen silent the server gives a connection up, as TCP's keepalives have it; in milliseconds. */
  readonly keepaliveMs?: number
}

export class TcpProxy implements AsyncDisposable {
  readonly #lines = new Set<Line>()
  #state: 'open' | 'silent' | 'shut' = 'open'
  #delayMs = 0

  private constructor(
    private readonly listener: Server,
    private target: { readonly host: string; readonly port: number },
    private readonly options: TcpProxyOptions,
  ) {
    listener.on('connection', (client) => this.#pass(client))
  }

  /** From a free port of this machine to `port` of `host`. */
  static async to(port: number, host = '127.0.0.1', options: TcpProxyOptions = {}): Promise<TcpProxy> {
    const listener = createServer({ noDelay: true })
    listener.listen(0, '127.0.0.1')
    await once(listener, 'listening')
    return new TcpProxy(listener, { host, port }, options)
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port
  }

  /** New connections lead to another port from now on. */
  leadTo(port: number): void {
    this.target = { ...this.target, port }
  }

  /** Whether the connection that the target sees come from this port comes through here. */
  carries(port: number): boolean {
    return [...this.#lines].some((line) => line.serverSidePort === port)
  }

  /** From now on bytes take so long in each direction, in milliseconds. What was sent before its sender died still arrives. */
  delay(ms: number): void {
    this.#delayMs = ms
  }

  /** Breaks every connection. New ones are had at once. */
  drop(): void {
    for (const line of this.#lines) line.break()
  }

  /** No connection that stands carries a byte ever again, and neither end is told; nor does any that is made until `open`. */
  halfOpen(): void {
    this.#state = 'silent'
    for (const line of this.#lines) line.silence(this.options.keepaliveMs)
  }

  /** Breaks every connection and lets none through. */
  shut(): void {
    this.#state = 'shut'
    this.drop()
  }

  /** New connections get through again, and without delay. */
  open(): void {
    this.#state = 'open'
    this.#delayMs = 0
  }

  #pass(client: Socket): void {
    if (this.#state === 'shut') {
      client.resetAndDestroy()
      return
    }
    const line = new Line(client, this.#state === 'silent' ? null : this.target, this.options.filter, {
      delayMs: () => this.#delayMs,
      onGone: () => this.#lines.delete(line),
    })
    this.#lines.add(line)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.shut()
    this.listener.close()
    await once(this.listener, 'close')
  }
}

interface Around {
  readonly delayMs: () => number
  readonly onGone: () => void
}

/** One connection: its two ends. */
class Line {
  readonly #server: Socket | null
  #silent = false
  #givingUp: NodeJS.Timeout | undefined

  constructor(
    private readonly client: Socket,
    target: { readonly host: string; readonly port: number } | null,
    filter: Filter | undefined,
    private readonly around: Around,
  ) {
    this.#server = target && connect({ ...target, noDelay: true })
    for (const socket of [client, this.#server]) socket?.on('error', () => undefined)
    client.on('close', () => this.#server?.closed !== false && this.#gone())
    if (!this.#server) {
      this.#silent = true
      client.resume()
      return
    }
    this.#server.on('close', () => client.closed && this.#gone())
    const filtered = filter?.() ?? ((bytes: Buffer) => bytes)
    this.#carry(client, this.#server, (bytes) => bytes)
    this.#carry(this.#server, client, filtered)
  }

  get serverSidePort(): number | undefined {
    return this.#server?.localPort
  }

  break(): void {
    clearTimeout(this.#givingUp)
    for (const socket of [this.client, this.#server]) socket?.resetAndDestroy()
  }

  silence(keepaliveMs: number | undefined): void {
    this.#silent = true
    if (keepaliveMs === undefined) return
    this.#givingUp ??= setTimeout(() => this.#server?.resetAndDestroy(), keepaliveMs)
  }

  /** In order, whatever happens to the delay in between: bytes, and at last the end. */
  #carry(from: Socket, to: Socket, filtered: (bytes: Buffer) => Buffer): void {
    let dueMs = 0
    const later = (step: () => void): void => {
      dueMs = Math.max(dueMs, performance.now() + this.around.delayMs())
      const waitMs = dueMs - performance.now()
      const unlessSilent = (): void => {
        if (!this.#silent) step()
      }
      if (waitMs <= 0.5) unlessSilent()
      else setTimeout(unlessSilent, waitMs)
    }
    from.on('data', (bytes: Buffer) => {
      const passing = filtered(bytes)
      if (passing.length > 0) later(() => to.write(passing))
    })
    from.on('close', (broken: boolean) => later(() => (broken ? to.resetAndDestroy() : to.end())))
    from.on('end', () => later(() => to.end()))
  }

  #gone(): void {
    clearTimeout(this.#givingUp)
    this.around.onGone()
  }
}
