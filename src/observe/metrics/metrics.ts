/** A node's metrics, and how they are shown to Prometheus. Nothing here is shared between two nodes of one process. */
import { setTimeout as delay } from 'node:timers/promises'
import { Gauge, Registry } from 'prom-client'
import type { Meter } from '../meter.js'
import type { Observer } from '../observer.js'
import { type Instruments, makeInstruments } from './instruments.js'
import { LogFold } from './logFold.js'
import type { Sample, Sampler } from './sample.js'

const CACHE_MS = 1_000
/** A scrape is answered with what there is: nobody waits longer for what is still to be asked. */
const PATIENCE_MS = 2_000

export interface Answered {
  /** As it is declared: `/api/videos/:id`; null where there is none. */
  readonly route: string | null
  readonly method: string
  readonly status: number
  /** Null of what is never at its end. */
  readonly seconds: number | null
}

export interface Looks {
  listeners: () => number
  behindSeconds: () => number
}

export interface Metrics {
  readonly meter: Meter
  readonly observer: Observer
  /** Whoever has gauges of its own adds what asks for them. */
  readonly samplers: Sampler[]
  /** A request was answered. */
  answered(answer: Answered): void
  /** What is counted elsewhere, and looked up when somebody asks; 0 for as long as nobody does. */
  readonly looks: Looks
  readonly contentType: string
  /** In Prometheus' text format. Never rejects, and never takes long. */
  expose(): Promise<string>
}

export function openMetrics({ node, version }: { readonly node: string; readonly version: string }): Metrics {
  const registry = new Registry()
  const instruments = makeInstruments(registry)
  instruments.node.set({ node, version }, 1)
  const { cutSeconds, sentBytes, heldUp, wubloader } = instruments
  const samplers: Sampler[] = []
  const looks: Looks = { listeners: () => 0, behindSeconds: () => 0 }
  const sampled = new Set<string>()

  const expose = async (): Promise<string> => {
    instruments.listeners.set(looks.listeners())
    instruments.behind.set(looks.behindSeconds())
    const answers = await Promise.all(samplers.map((sampler) => asked(sampler)))
    if (answers.includes(null)) instruments.scrapeFailures.inc()
    replace(
      registry,
      sampled,
      answers.flatMap((samples) => samples ?? []),
    )
    // the client writes `Nan`, which is no number of the format
    return (await registry.metrics()).replace(/ Nan$/gm, ' NaN')
  }

  return {
    meter: {
      cut: (type, seconds) => cutSeconds.inc({ type }, seconds),
      sent: (location, bytes) => sentBytes.inc({ location }, bytes),
      foundNothing: () => wubloader.noCandidates.inc({}),
      heldUp: (transactions) => heldUp.set(transactions),
    },
    observer: new LogFold(node, instruments),
    samplers,
    answered: (answer) => countAnswer(instruments, answer),
    looks,
    contentType: registry.contentType,
    expose: once(expose, CACHE_MS),
  }
}

/** A client may call its method anything. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])

function countAnswer({ requests, requestSeconds }: Instruments, { route, seconds, status, ...answer }: Answered): void {
  const labels = { route: route ?? '', method: METHODS.has(answer.method) ? answer.method : 'other' }
  requests.inc({ ...labels, status: String(status) })
  if (seconds !== null) requestSeconds.observe(labels, seconds)
}

async function asked(sampler: Sampler): Promise<readonly Sample[] | null> {
  return Promise.race([sampler().catch(() => null), delay(PATIENCE_MS, null, { ref: false })])
}

/** What was sampled before and is not there any more must not stand for ever. */
function replace(registry: Registry, sampled: Set<string>, samples: readonly Sample[]): void {
  for (const name of sampled) registry.removeSingleMetric(name)
  sampled.clear()
  const families = new Map<string, Sample[]>()
  for (const sample of samples) {
    const family = families.get(sample.name)
    if (family === undefined) families.set(sample.name, [sample])
    else family.push(sample)
  }
  for (const [name, family] of families) {
    if (registry.getSingleMetric(name) !== undefined) throw new Error(`two metrics are called ${name}`)
    const labelNames = [...new Set(family.flatMap(({ labels }) => Object.keys(labels)))]
    const gauge = new Gauge({ name, help: family[0]?.help ?? '', labelNames, registers: [registry] })
    for (const { labels, value } of family) gauge.set({ ...labels }, value)
    sampled.add(name)
  }
}

/** Those who ask while it is made, or soon after, get the same. */
function once<A>(make: () => Promise<A>, keepMs: number): () => Promise<A> {
  let made: Promise<A> | null = null
  let untilMs = Infinity
  return () => {
    if (made === null || performance.now() > untilMs) {
      untilMs = Infinity
      made = make().finally(() => (untilMs = performance.now() + keepMs))
    }
    return made
  }
}
