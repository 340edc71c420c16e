/** All that the console asks of the node, and nothing else does: a new question gets a function here. */
import type { Machine } from '../diagram/json.js'
import type { Picture } from '../diagram/picture.js'
import type { Why } from '../../machines/why.js'
import type { Attention } from '../log/attention.js'
import type { ListedVideo, Total } from '../log/list.js'
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

/** Of a video: why it is not moving, said of this version of it. */
export interface WhyOf extends Why {
  readonly id: string
  readonly version: number
}

/** What a command has done. */
export interface DoneTo {
  readonly id: string
  readonly version: number
  readonly event: string
  readonly state: string
}

/** What would come of a command. */
export interface WouldBe extends DoneTo {
  readonly from: string | null
  readonly effects: readonly { readonly type: string }[]
  readonly changes: Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>
}

export interface VideoPage {
  readonly videos: readonly ListedVideo[]
  /** Where the next page begins; null at the end. */
  readonly next: string | null
  /** Of the first page alone. */
  readonly total: Total | null
}

/** What became, or would become, of one of many. */
export interface BulkRow {
  readonly id: string
  readonly outcome: 'done' | 'would be done' | 'refused'
  readonly version?: number
  readonly state?: string
  readonly from?: string | null
  readonly why?: string
}

/** The last line of an answer about many. */
export interface BulkEnd {
  readonly event: string
  readonly videos: number
  readonly refused: number
  readonly wouldBeDone?: number
  readonly done?: number
  /** Of a dry run: stands for all that it has shown. */
  readonly token?: string
}

export interface BulkAsked {
  readonly ids?: readonly string[]
  readonly filter?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly token?: string
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

/** An event as it stands in a path: `OrphanAdopted` is `orphan-adopted`. */
const inPath = (event: string): string => event.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

async function post(path: string, body: unknown, more: Record<string, string>, signal?: AbortSignal) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })
  if (!response.ok) throw await errorOf(response)
  return response
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
  /** @param query fields of the filter, with `order`, `after` and `limit`. */
  videos: (query: Readonly<Record<string, string | number | null>>, signal?: AbortSignal) =>
    ask<VideoPage>(pathOf('/api/videos', query), signal),
  attention: (signal?: AbortSignal) => ask<Attention>('/api/attention', signal),
  nodeNames: async (signal?: AbortSignal): Promise<readonly string[]> => {
    const { nodes } = await ask<{ readonly nodes: readonly { readonly name: string }[] }>('/api/nodes', signal)
    return nodes.map(({ name }) => name)
  },
  why: (video: string, signal?: AbortSignal) => ask<WhyOf>(`/api/videos/${id(video)}/why`, signal),
  /** What would come of a command. @param expected the version that it is meant for. */
  async wouldBe(video: string, event: string, body: unknown, expected: number, signal?: AbortSignal): Promise<WouldBe> {
    const path = `/api/videos/${id(video)}/${inPath(event)}?dry-run`
    const response = await post(path, body, { 'if-match': `"${expected}"` }, signal)
    return (await response.json()) as WouldBe
  },
  /** Does it, if the video has the version that it is meant for. @throws ApiError with 412 where it has another. */
  async act(video: string, event: string, body: unknown, expected: number): Promise<DoneTo> {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await post(
      `/api/videos/${id(video)}/${inPath(event)}`,
      body,
      { 'if-match': `"${expected}"` },
      signal,
    )
    return (await response.json()) as DoneTo
  },
  /**
   * One command to many videos, or with `dryRun` what would come of it. @param onRow told of each as it is known.
   * @returns null where the answer was cut off: what became of the rest is not known.
   */
  async toMany(
    { event, dryRun, ...asked }: BulkAsked & { readonly event: string; readonly dryRun: boolean },
    onRow: (row: BulkRow) => void,
    signal: AbortSignal,
  ): Promise<BulkEnd | null> {
    const response = await post(`/api/bulk/${inPath(event)}${dryRun ? '?dry-run' : ''}`, asked, {}, signal)
    let end: BulkEnd | null = null
    for await (const line of lines(response.body)) {
      const said = JSON.parse(line) as BulkRow | BulkEnd
      if ('outcome' in said) onRow(said)
      else end = said
    }
    return end
  },
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

/** Each line of an answer as it comes, as far as it comes. */
async function* lines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string, void, undefined> {
  if (body === null) return
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader()
  let rest = ''
  for (;;) {
    // an answer that breaks off is no mistake of the page: that its last line is missing says it
    const { done, value } = await reader.read().catch(() => ({ done: true, value: '' }))
    if (done) return
    const whole = (rest + value).split('\n')
    rest = whole.pop() ?? ''
    yield* whole.filter((line) => line !== '')
  }
}
