/** The same over a node's HTTP. What the node refuses is a Failure with its words, and the exit code that the database's way has. */
import { decodeEvent } from '../../../machines/upcasters.js'
import { describeProblem, type FieldProblem } from '../../../machines/problems.js'
import type { Why } from '../../../machines/why.js'
import { videoStream } from '../../log/append.js'
import { inPath } from '../../log/byHand.js'
import type { ListedLocation } from '../../log/locations.js'
import type { Recorded } from '../../log/read.js'
import { fieldsOf } from '../../http/api/listQuery.js'
import type { FilledHole } from '../../log/filledHoles.js'
import type { ListedVideo, Total } from '../../log/list.js'
import { type ExitCode, exitCodes, Failure } from '../failure.js'
import type { Done, Reached } from './reached.js'

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

/** @param key null: nobody in particular asks. */
export function overHttp(url: string, key: string | null): Reached {
  const base = url.replace(/\/+$/, '')
  async function ask<A>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<A> {
    const response = await fetch(`${base}${path}`, {
      method,
      headers: {
        ...(key !== null && { authorization: `Bearer ${key}` }),
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
