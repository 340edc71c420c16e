/** Every metric that a node keeps: names and what they mean. docs/operations.md has a table of them, which a spec compares. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** A claim takes milliseconds where a node is free, and hours where none is. */
const WAITED = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 28_800]
const LAGGED = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]
const ANSWERED = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800]

export type Instruments = ReturnType<typeof makeInstruments>

export function makeInstruments(registry: Registry) {
  const registers = [registry]
  const counter = <L extends string = never>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
    new Counter({ name, help, labelNames, registers })
  const gauge = <L extends string = never>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
    new Gauge({ name, help, labelNames, registers })
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    ...labelNames: L[]
  ): Histogram<L> => new Histogram({ name, help, buckets, labelNames, registers })

  /** Prometheus' client for Python, which wubloader has, puts `_total` behind such names; both are there. */
  const asWubloader = <L extends string = never>(name: string, help: string, ...labelNames: L[]) => {
    const both = [name, `${name}_total`].map((each) =>
      counter(each, `As wubloader’s cutter has it: ${help}`, ...labelNames),
    )
    return { inc: (labels: Record<L, string>) => both.forEach((each) => each.inc(labels)) }
  }

  collectDefaultMetrics({ register: registry })
  return {
    node: gauge('reelstate_node_info', 'Always 1; its labels say which node this is.', 'node', 'version'),
    requests: counter(
      'reelstate_http_requests_total',
      'Requests answered, by route (as it is declared, empty where there is none), method and status.',
      ...(['route', 'method', 'status'] as const),
    ),
    requestSeconds: histogram(
      'reelstate_http_request_seconds',
      'From a request to the end of its answer; streams of events are left out.',
      ANSWERED,
      ...(['route', 'method'] as const),
    ),
    listeners: gauge('reelstate_sse_listeners', 'Who listens to the events of this node now.'),
    appended: counter('reelstate_events_appended_total', 'Events that this node has appended to the log.', 'type'),
    seen: counter('reelstate_events_seen_total', 'Events that this node has read, whoever appended them.', 'type'),
    claimSeconds: histogram(
      'reelstate_claim_seconds',
      'From the time at which a video could be claimed (edited, or due again) until this node claimed it.',
      WAITED,
    ),
    errors: counter(
      'reelstate_errors_total',
      'What has gone wrong, as this node has told the log, by class and the node that it happened to.',
      ...(['class', 'node'] as const),
    ),
    retries: counter('reelstate_retries_total', 'Of those, what is tried again by itself.', 'class'),
    cutSeconds: counter(
      'reelstate_cut_seconds_total',
      'Seconds of video that this node has cut, to publish it or for who asked over HTTP, by the type of cut.',
      'type',
    ),
    sentBytes: counter(
      'reelstate_upload_bytes_total',
      'Bytes that this node has handed over to a location, those of attempts that failed included.',
      'location',
    ),
    notifyLag: histogram(
      'reelstate_notify_lag_seconds',
      'From the time that an event bears until this node heard its notification. Claims, decided on what was read a moment before, are left out.',
      LAGGED,
    ),
    readLag: histogram(
      'reelstate_read_lag_seconds',
      'From the time that an event bears until this node could read it in the log’s order.',
      LAGGED,
    ),
    behind: gauge(
      'reelstate_log_behind_seconds',
      'For how long an event has been announced that cannot be read yet; 0 where there is none.',
    ),
    heldUp: gauge(
      'reelstate_readers_held_up',
      'Transactions, anywhere on the database server, open for so long that they hold up whoever follows the log.',
    ),
    scrapeFailures: counter(
      'reelstate_scrape_failures_total',
      'Scrapes in which gauges are missing because what they are made of could not be asked.',
    ),
    wubloader: {
      uploaded: asWubloader('videos_uploaded', 'videos that this node has uploaded.'),
      uploadErrors: asWubloader(
        'upload_errors',
        'uploads of this node that failed, by the state that the video was left in.',
        'final_state',
      ),
      noCandidates: asWubloader('no_candidates', 'this node has looked for something to cut, and there was nothing.'),
      markedDone: asWubloader('videos_marked_done', 'videos of which this node has seen that they are playable.'),
    },
  }
}
