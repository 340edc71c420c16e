/** Spans by OTLP over HTTP, as JSON. OpenTelemetry is loaded here, for those alone who have configured an address. */
import type { IdGenerator } from '@opentelemetry/sdk-trace-node'
import { redacting } from '../redact.js'
import type { AttemptSpan } from './spans.js'

/** What has not gone out after so long when the node ends is lost. */
const CLOSE_MS = 2_000

export interface ExportingOptions {
  /** The whole address: `http://collector:4318/v1/traces`. */
  readonly endpoint: string
  readonly node: string
  readonly version: string
}

export interface Exporting {
  /** Spans go out in batches, and are lost where nobody takes them for long. */
  send(span: AttemptSpan): void
  close(): Promise<void>
}

export async function openExporting({ endpoint, node, version }: ExportingOptions): Promise<Exporting> {
  const [{ ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags }, { OTLPTraceExporter }, sdk, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/resources'),
    ])
  const ids = new GivenIds()
  const redact = redacting()
  const provider = new sdk.BasicTracerProvider({
    idGenerator: ids,
    // all of them, whatever the environment says of sampling: an attempt is rare
    sampler: new sdk.AlwaysOnSampler(),
    resource: resourceFromAttributes({
      'service.name': 'reelstate',
      'service.version': version,
      'service.instance.id': node,
    }),
    spanProcessors: [
      new sdk.BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint, timeoutMillis: 5_000 }), {
        scheduledDelayMillis: 1_000,
      }),
    ],
  })
  const tracer = provider.getTracer('reelstate', version)
  return {
    send({ name, traceId, spanId, parentId, from, to, error, attributes, happened }) {
      const parent =
        parentId === null
          ? ROOT_CONTEXT
          : trace.setSpanContext(ROOT_CONTEXT, {
              ...{ traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED, isRemote: true },
            })
      ids.next = { traceId, spanId }
      const span = tracer.startSpan(name, { startTime: new Date(from), attributes }, parent)
      for (const { type, at } of happened) span.addEvent(type, new Date(at))
      if (error !== null) {
        const message = redact(error)
        span.setStatus({ code: SpanStatusCode.ERROR, message })
        span.addEvent('exception', { 'exception.message': message }, new Date(to))
      }
      span.end(new Date(to))
    },
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([provider.shutdown().catch(() => undefined), late])
    },
  }
}

/** A span's names are given, not drawn: every node that adds to a trace comes to the same ones. */
class GivenIds implements IdGenerator {
  next = { traceId: '', spanId: '' }
  readonly generateTraceId = (): string => this.next.traceId
  readonly generateSpanId = (): string => this.next.spanId
}
