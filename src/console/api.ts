/** All that the console asks of the node, and nothing else does: a new question gets a function here. */
import type { Machine } from '../diagram/json.js'
import type { Picture } from '../diagram/picture.js'
import type { ListedVideo } from '../log/list.js'
import type { ShownLocation } from '../http/api/locations.js'
import type { ToldFilled } from '../http/coverage/filled.js'
import type { ToldHour } from '../http/coverage/hours.js'
import type { ToldRound } from '../http/coverage/rounds.js'
import type { OpenTransaction } from '../log/heldUp.js'
import type { InHand } from '../log/inHand.js'
import type { SeenNode } from '../log/nodes.js'
import type { QuotaStanding } from '../log/quota.js'

/** The node, or what stands before it, has refused; `message` is what it says. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  constructor(
    readonly status: number,
    message: string,
    /** The whole answer, where it was JSON. */
    readonly answer: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }
}

export interface About {
  readonly node: string
  readonly version: string
  readonly streamStart: string | null
}

export interface Health {
  /** Why the node is not well; null while it is. */
  readonly reason: string | null
  readonly warnings: readonly string[]
}

export interface RecordedEvent {
  readonly version: number
  readonly type: string
  readonly schema: number
  readonly state: string
  readonly data: Readonly<Record<string, unknown>>
  readonly actor: string | null
  readonly node: string | null
  readonly cause: string | null
  readonly recordedAt: string
  readonly unreadable: string | null
  /** Where it was asked for. */
  readonly changed?: readonly Change[]
  readonly effects?: readonly Effect[]
}

/** A column of the row that says something else since. */
export interface Change {
  readonly column: string
  readonly from: unknown
  readonly to: unknown
}

/** What an event asked the service to do. */
export interface Effect {
  readonly type: string
}

export type Row = Readonly<Record<string, unknown>>

export interface VideoThen {
  readonly row: Row
  readonly state: string
  readonly effects: readonly Effect[]
  readonly changed: readonly Change[]
}

export interface ShownNode extends Omit<SeenNode, 'videos'> {
  readonly holds: readonly Omit<InHand, 'node'>[]
}

export interface Fleet {
  readonly nodes: readonly ShownNode[]
  readonly silentAfterSeconds: number
  /** Transactions that hold up all who follow the log. */
  readonly heldUp: readonly (OpenTransaction & { readonly remedy: string })[]
}

export interface Quality {
  readonly channel: string
  readonly quality: string
}

export interface Coverage {
  readonly nodes: readonly ToldRound[]
  readonly coverage: readonly ToldHour[]
  readonly qualities: readonly Quality[]
  readonly next: string | null
}

export type LocationEvent = Pick<RecordedEvent, 'version' | 'type' | 'state' | 'data' | 'actor' | 'node' | 'recordedAt'>

const timeoutMs = 30_000
let credential: string | null = null

/** Whoever has signed in says so here: each question from then on is asked in their name. */
export function signInWith(token: string | null): void {
  credential = token
}

const headers = (): Record<string, string> => (credential === null ? {} : { authorization: `Bearer ${credential}` })

/** A path of the API; `query` without what is null. */
function pathOf(path: string, query: Readonly<Record<string, string | number | null | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

const id = encodeURIComponent

/** @throws ApiError where the node refuses; TypeError where nobody answers. */
async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const impatient = AbortSignal.timeout(timeoutMs)
  const response = await fetch(path, {
    headers: headers(),
    signal: signal ? AbortSignal.any([signal, impatient]) : impatient,
  })
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as T
}

/** Sends `body` as JSON. @throws ApiError where the node refuses; TypeError where nobody answers. */
async function post<T>(path: string, body: unknown): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(timeoutMs),
  })
  if (!response.ok) throw await errorOf(response)
  return (await response.json()) as T
}

async function errorOf(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  try {
    const answer = JSON.parse(text) as Record<string, unknown>
    const said = typeof answer['error'] === 'string' ? answer['error'] : `the node answered ${response.status}`
    return new ApiError(response.status, said, answer)
  } catch {
    return new ApiError(response.status, `the node answered ${response.status} ${response.statusText}`.trim())
  }
}

export const api = {
  about: (signal?: AbortSignal) => ask<About>('/api/about', signal),
  machine: (signal?: AbortSignal) => ask<Machine>('/api/machine', signal),
  picture: (signal?: AbortSignal) => ask<Picture>('/api/machine/layout', signal),
  locations: (signal?: AbortSignal) => ask<{ readonly locations: readonly ShownLocation[] }>('/api/locations', signal),
  nodes: (signal?: AbortSignal) => ask<Fleet>('/api/nodes', signal),
  accounts: (signal?: AbortSignal) => ask<{ readonly accounts: readonly QuotaStanding[] }>('/api/accounts', signal),
  /** What happened to a location, after version `after`. */
  locationEvents: (name: string, after: number, signal?: AbortSignal) =>
    ask<{ readonly events: readonly LocationEvent[]; readonly next: number | null }>(
      pathOf(`/api/locations/${id(name)}`, { after, limit: 500 }),
      signal,
    ),
  /** @param forSeconds null: until somebody resumes it. */
  pauseLocation: (name: string, why: string, forSeconds: number | null) =>
    post(`/api/locations/${id(name)}/pause`, { why, ...(forSeconds !== null && { for_seconds: forSeconds }) }),
  resumeLocation: (name: string, why: string) => post(`/api/locations/${id(name)}/resume`, { why }),
  coverage: (
    of: { readonly channel?: string; readonly quality?: string; readonly hours: number; readonly to?: string | null },
    signal?: AbortSignal,
  ) => ask<Coverage>(pathOf('/api/coverage', { ...of }), signal),
  /** An hour of footage of all nodes, two seconds a piece. */
  piecesOf: ({ channel, quality }: Quality, from: string, to: string, signal?: AbortSignal) =>
    ask<{ readonly hours: readonly (ToldHour & { readonly pieces: string })[] }>(
      pathOf(`/coverage/${id(channel)}/${id(quality)}.json`, { from, to }),
      signal,
    ),
  /** @param video null: of all. */
  filledHoles: (video: string | null, signal?: AbortSignal) =>
    ask<{ readonly filled: readonly ToldFilled[] }>(pathOf('/api/coverage/filled', { video }), signal),
  /** Back to UNEDITED whatever is published, which becomes an orphan. */
  resetByForce: (video: string, reason: string) => post(`/api/videos/${id(video)}/reset`, { force: true, reason }),
  /** Which events of a video tell that something went wrong. */
  failures: (video: string, signal?: AbortSignal) =>
    ask<{ readonly versions: readonly number[] }>(`/api/videos/${id(video)}/failures`, signal),
  videos: (filter: { readonly state: string | null; readonly limit: number }, signal?: AbortSignal) =>
    ask<{ readonly videos: readonly ListedVideo[] }>(pathOf('/api/videos', filter), signal),
  video: (video: string, signal?: AbortSignal) => ask<Row>(`/api/videos/${id(video)}`, signal),
  /** The events of a video after version `after`, at most `limit` of them. @param changes also what each changed. */
  events: (video: string, after: number, limit: number, changes: boolean, signal?: AbortSignal) =>
    ask<{ readonly events: readonly RecordedEvent[]; readonly next: number | null }>(
      pathOf(`/api/videos/${id(video)}/events`, { after, limit, changes: changes ? 'true' : null }),
      signal,
    ),
  /** The video as it was at `version`. */
  videoAt: (video: string, version: number, signal?: AbortSignal) =>
    ask<VideoThen>(`/api/videos/${id(video)}/at/${version}`, signal),
  /** A node that is not well says so with a status of 503, which is an answer all the same. */
  async health(signal?: AbortSignal): Promise<Health> {
    const response = await fetch('/healthz', { signal: signal ?? AbortSignal.timeout(timeoutMs) })
    const { reason = null, warnings = [] } = (await response.json()) as Partial<Health>
    return { reason, warnings }
  },
} as const

/** The events as they happen, after `after`; null: the newest first of all. @throws ApiError where the node refuses. */
export async function openStream(after: string | null, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const path = pathOf('/api/stream', after === null ? { back: 50 } : { after })
  const response = await fetch(path, { headers: headers(), signal, cache: 'no-store' })
  if (!response.ok || response.body === null) throw await errorOf(response)
  return response.body
}
