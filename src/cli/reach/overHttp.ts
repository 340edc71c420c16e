/** The same over a node's HTTP. What the node refuses is a Failure with its words, and the exit code that the database's way has. */
import { decodeEvent } from '../../../machines/upcasters.js'
import { describeProblem, type FieldProblem } from '../../../machines/problems.js'
import type { Why } from '../../../machines/why.js'
import { videoStream } from '../../log/append.js'
import { inPath } from '../../log/byHand.js'
import type { QuotaStanding } from '../../log/quota.js'
import type { SeenNode } from '../../log/nodes.js'
import type { ListedOrphan } from '../../log/orphans.js'
import { beginning } from '../../log/tail.js'
import { formatCursor } from '../../http/cursor.js'
import type { ListedLocation } from '../../log/locations.js'
import type { Recorded } from '../../log/read.js'
import { fieldsOf } from '../../http/api/listQuery.js'
import type { FilledHole } from '../../log/filledHoles.js'
import type { ListedVideo, Total } from '../../log/list.js'
import { type ExitCode, exitCodes, Failure } from '../failure.js'
import type { Done, LocationDone, Reached } from './reached.js'
import { streamed } from './streamed.js'

/** A node that says nothing for so long will not. */
const TIMEOUT_MS = 60_000

/** As many as a node gives at once. */
const PAGE = 1_000

interface ListPage {
  readonly videos: readonly ListedVideo[]
  readonly next: string | null
  readonly total: Total | null
}

interface Page {
  readonly events: readonly Omit<Recorded, 'stream' | 'event'>[]
  readonly next: number | null
}

/** Events that a node gives at once. */
const EVENTS = 500

interface LogQuestion {
  readonly order: 'newest' | 'oldest'
  readonly limit: number
  readonly stream?: string
  /** Default: from the beginning, or the end. */
  readonly after?: string
}

interface LogPage {
  readonly events: Recorded[]
  readonly next: string | null
}

type ToldEvent = Omit<Recorded, 'event' | 'txid'> & { readonly id: string; readonly unreadable: string | null }

interface OrphanPage {
  readonly orphans: readonly ListedOrphan[]
  readonly next: string | null
}

type HoldingNode = Omit<SeenNode, 'videos'> & { readonly holds: readonly { readonly video: string }[] }

function recordedOf({ id, unreadable: _, ...told }: ToldEvent): Recorded {
  const { stream, type, schema, data, recordedAt, actor, node, cause } = told
  const [txid = ''] = id.split('.')
  return { ...told, txid, event: decodeEvent(stream, type, schema, data, { at: recordedAt, actor, node, cause }) }
}

/** @param key null: nobody in particular asks. */
export function overHttp(url: string, key: string | null): Reached {
  const base = url.replace(/\/+$/, '')
  const credential = key === null ? {} : { authorization: `Bearer ${key}` }
  async function ask<A>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<A> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...credential,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      throw new Failure(`${base} does not answer: ${reasonOf(error)}`)
    })
    const said = (await response.json().catch(() => null)) as Record<string, unknown> | null
    if (!response.ok || said === null) throw failed(base, response.status, said)
    return said as A
  }
  const found = async <A>(path: string): Promise<A | null> => {
    try {
      return await ask<A>('GET', path)
    } catch (error) {
      if (error instanceof Failure && error.code === exitCodes.notFound) return null
      throw error
    }
  }
  async function page({ limit, ...asked }: LogQuestion): Promise<LogPage> {
    const query = new URLSearchParams({ ...asked, limit: String(Math.min(EVENTS, limit)) })
    const { events, next } = await ask<{ events: ToldEvent[]; next: string | null }>(
      'GET',
      `/api/events?${query.toString()}`,
    )
    return { events: events.map(recordedOf), next }
  }
  /** In the order that is asked for, until there are so many. */
  async function pages({ limit, ...asked }: Omit<LogQuestion, 'after'>): Promise<Recorded[]> {
    const events: Recorded[] = []
    for (let after: string | null | undefined; after !== null && events.length < limit;) {
      const got: LogPage = await page({ ...asked, ...(after && { after }), limit: limit - events.length })
      events.push(...got.events)
      after = got.next
    }
    return events
  }
  const onLocation = async (name: string, what: 'pause' | 'resume', body: object): Promise<LocationDone> => {
    const { version, event, state, until } = await ask<LocationDone>(
      'POST',
      `/api/locations/${encodeURIComponent(name)}/${what}`,
      body,
    )
    return { name, version, event, state, until }
  }
  const at = (id: string, rest = ''): string => `/api/videos/${encodeURIComponent(id)}${rest}`
  return {
    async videos({ filter, order, limit }) {
      const videos: ListedVideo[] = []
      let total: Total | null = null
      for (let after: string | null = ''; after !== null && videos.length < limit;) {
        const most = String(Math.min(PAGE, limit - videos.length))
        const query = new URLSearchParams({ ...fieldsOf(filter), order, limit: most, ...(after !== '' && { after }) })
        const page: ListPage = await ask<ListPage>('GET', `/api/videos?${query.toString()}`)
        videos.push(...page.videos)
        total ??= page.total
        after = page.next
      }
      return { videos, total: videos.length < limit ? null : total }
    },
    row: (id) => found(at(id)),
    why: (id) => found<Why>(at(id, '/why')),
    filled: async (id) =>
      (await ask<{ filled: FilledHole[] }>('GET', `/api/coverage/filled?video=${encodeURIComponent(id)}`)).filled,
    async locations() {
      return (await ask<{ locations: ListedLocation[] }>('GET', '/api/locations')).locations
    },
    async history(id) {
      const history: Recorded[] = []
      for (let after: number | null = 0; after !== null;) {
        const page: Page | null = await found<Page>(at(id, `/events?limit=500&after=${after}`))
        const stream = videoStream(id)
        for (const one of page?.events ?? []) {
          const { type, schema, data, recordedAt, actor, node, cause } = one
          const event = decodeEvent(stream, type, schema, data, { at: recordedAt, actor, node, cause })
          history.push({ ...one, stream, event })
        }
        after = page?.next ?? null
      }
      return history
    },
    past: async (of) =>
      'newest' in of
        ? (await pages({ order: 'newest', limit: of.newest })).reverse()
        : pages({ order: 'oldest', limit: Infinity, stream: of.stream }),
    async end() {
      const last = (await page({ order: 'newest', limit: 1 })).events[0]
      return last === undefined ? beginning : { txid: last.txid, position: last.position }
    },
    async *follow(after, { stream, signal, note }) {
      const open = (last: string, until: AbortSignal): Promise<Response> =>
        fetch(`${base}/api/stream`, { headers: { ...credential, 'last-event-id': last }, signal: until })
      const streaming = {
        open,
        async refused(response: Response) {
          // a proxy says such things while the node is started anew
          if (response.status >= 500 || response.status === 429) return response.body?.cancel().then(() => null) ?? null
          const said = (await response.json().catch(() => null)) as Record<string, unknown> | null
          return failed(base, response.status, said)
        },
        onLost: (why: string) => note(`${base} is lost (${why}); trying again`),
        onBack: () => note(`${base} is back`),
      }
      for await (const event of streamed(streaming, formatCursor(after), signal))
        if (stream === null || event.stream === stream) yield event
    },
    async orphans() {
      const orphans: ListedOrphan[] = []
      for (let after: string | null = ''; after !== null;) {
        const got: OrphanPage = await ask<OrphanPage>(
          'GET',
          `/api/orphans?limit=${PAGE}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
        )
        orphans.push(...got.orphans)
        after = got.next
      }
      return orphans.sort((one, other) => (one.since < other.since ? -1 : 1))
    },
    async nodes() {
      const { nodes } = await ask<{ nodes: HoldingNode[] }>('GET', '/api/nodes')
      return nodes.map(({ holds, ...node }) => ({ ...node, videos: holds.map(({ video }) => video) }))
    },
    quota: async () => (await ask<{ accounts: QuotaStanding[] }>('GET', '/api/accounts')).accounts,
    pause: (name, why, end) =>
      onLocation(name, 'pause', {
        why,
        ...(end !== null && ('until' in end ? { until: end.until } : { for_seconds: Math.ceil(end.forMs / 1000) })),
      }),
    resume: (name, why) => onLocation(name, 'resume', { why }),
    create: (id, source) => ask<Done>('POST', '/api/videos', { ...source, ...(id !== null && { id }) }),
    act: (event, id, body) => ask<Done>('POST', at(id, `/${inPath(event)}`), body),
  }
}

const codes: Readonly<Record<number, ExitCode>> = {
  400: exitCodes.invalid,
  404: exitCodes.notFound,
  409: exitCodes.notAllowed,
  412: exitCodes.notAllowed,
}

function failed(base: string, status: number, said: Record<string, unknown> | null): Failure {
  const { error, problems } = said ?? {}
  const lines = Array.isArray(problems) ? (problems as FieldProblem[]).map(describeProblem).join('\n') : null
  const why = lines ?? (typeof error === 'string' ? error : `${base} answers with ${status}, and not as a node does`)
  return new Failure(why, codes[status] ?? exitCodes.failed, { ...said })
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message || String((cause as { code?: unknown }).code) : String(cause)
}
