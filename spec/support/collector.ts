/** A collector of traces, as OpenTelemetry's own takes them: OTLP over HTTP, in JSON. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './processes.js'

export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: { readonly code?: number; readonly message?: string }
  readonly events: readonly { readonly name: string }[]
  readonly attributes: Readonly<Record<string, unknown>>
  /** Which node sent it. */
  readonly from: string
}

interface KeyValue {
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
}
type Sent = Omit<Span, 'attributes' | 'from'> & { readonly attributes: readonly KeyValue[] }
interface Export {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] }
    readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[]
  }[]
}

export class Collector implements AsyncDisposable {
  readonly spans: Span[] = []
  readonly #server: Server

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
      )
    })
  }

  static async start(): Promise<Collector> {
    const collector = new Collector()
    collector.#server.listen(0, '127.0.0.1')
    await once(collector.#server, 'listening')
    return collector
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Of a video, once there are so many. */
  async has(video: string, count: number, seconds = 30): Promise<Span[]> {
    const of = () => this.spans.filter(({ attributes }) => attributes['reelstate.video'] === video)
    await until(async () => of().length >= count, `${count} spans of ${video} have come`, seconds)
    return of()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #take(request: IncomingMessage): Promise<number> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.method !== 'POST' || request.url !== '/v1/traces') return 404
    if (request.headers['content-type'] !== 'application/json') return 415
    const sent = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Export
    for (const { resource, scopeSpans } of sent.resourceSpans)
      for (const { attributes, ...span } of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({
          ...span,
          attributes: valuesOf(attributes),
          from: String(valuesOf(resource.attributes)['service.instance.id']),
        })
    return 200
  }
}

const valuesOf = (attributes: readonly KeyValue[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
