/** All that the console asks of the node, and nothing else does: a new question gets a function here. */
import type { Machine } from '../diagram/json.js'
import type { Picture } from '../diagram/picture.js'
import type { ListedVideo } from '../log/list.js'
import type { ListedLocation } from '../log/locations.js'

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
  /** Some of the videos are made up. */
  readonly isDemo: boolean
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
}

export type Row = Readonly<Record<string, unknown>>

export interface VideoThen {
  readonly row: Row
  readonly state: string
  readonly effects: readonly unknown[]
  readonly changes: unknown
}

const timeoutMs = 30_000
let credential: string | null = null

/** Whoever has signed in says so here: each question from then on is asked in their name. */
export function signInWith(token: string | null): void {
  credential = token
}

const headers = (): Record<string, string> => (credential === null ? {} : { authorization: `Bearer ${credential}` })

/** A path of the API; `query` without what is null. */
function pathOf(path: string, query: Readonly<Record<string, string | number | null>> = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)]]))
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
  locations: (signal?: AbortSignal) => ask<{ readonly locations: readonly ListedLocation[] }>('/api/locations', signal),
  videos: (filter: { readonly state: string | null; readonly limit: number }, signal?: AbortSignal) =>
    ask<{ readonly videos: readonly ListedVideo[] }>(pathOf('/api/videos', filter), signal),
  video: (video: string, signal?: AbortSignal) => ask<Row>(`/api/videos/${id(video)}`, signal),
  /** The events of a video after version `after`, at most `limit` of them. */
  events: (video: string, after: number, limit: number, signal?: AbortSignal) =>
    ask<{ readonly events: readonly RecordedEvent[]; readonly next: number | null }>(
      pathOf(`/api/videos/${id(video)}/events`, { after, limit }),
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
