/** All that the console asks of the node, and nothing else does: a new question gets a function here. */
import type { Machine } from '../diagram/json.js'
import type { ChartName } from '../diagram/graph.js'
import type { Picture } from '../diagram/picture.js'
import type { Draft, Modification } from '../../machines/edit.js'
import type { Playlist } from '../../machines/playlist.js'
import type { CutReceipt } from '../cut/receipt.js'
import type { BoardNow, BoardThen } from '../http/api/board.js'
import type { ShownEvent } from '../http/feed.js'
import type { LogSpan } from '../log/board.js'
import type { VideoOfThen } from '../log/instant.js'
import type { Why } from '../../machines/why.js'
import type { Attention } from '../log/attention.js'
import type { ListedVideo, Total } from '../log/list.js'
import type { OfferedLocation } from '../log/nodes.js'
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

/** Who the node takes us for. */
export interface Me {
  /** Whoever asks may do everything: nobody signs in. */
  readonly asksNobody: boolean
  readonly readsAreClosed: boolean
  /** Whose ID tokens are good; null: keys alone are. */
  readonly issuer: string | null
  readonly actor: string | null
  readonly roles: readonly string[]
  /** Why what we have sent does not say who we are. */
  readonly why: string | null
}

/** What editors begin with, and what is put around their texts. */
export interface EditingSettings {
  readonly channel: string | null
  readonly title_prefix: string
  readonly description_footer: string
  readonly archive_sheets: readonly string[]
  readonly locations: Readonly<Record<string, OfferedLocation>>
}

export interface Receipt {
  readonly version: number
  readonly at: string
  readonly node: string | null
  readonly attempt: string
  readonly bytes: number
  readonly sha256: string | null
  readonly receipt: CutReceipt | null
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

export interface Template {
  readonly name: string
  readonly description: string
  readonly attribution: string
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
let needsSignIn: (why: string, toWrite: boolean) => void = () => undefined

/** Calls `told` whenever the node does not know who we are, and would have to. */
export function onSignInNeeded(told: typeof needsSignIn): void {
  needsSignIn = told
}

/** Whoever has signed in says so here: each question from then on is asked in their name. */
export function signInWith(token: string | null): void {
  credential = token
}

/** What says who asks, for whoever has to ask by itself, as a player does. */
export const headers = (): Record<string, string> =>
  credential === null ? {} : { authorization: `Bearer ${credential}` }

/** A path of the API; `query` without what is null. */
function pathOf(path: string, query: Readonly<Record<string, string | number | null | undefined>> = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === null || value === undefined ? [] : [[key, String(value)]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

const id = encodeURIComponent

/** Of a channel in a quality, in milliseconds since 1970. */
export interface Footage {
  readonly channel: string
  readonly quality: string
  readonly startMs: number
  readonly endMs: number
}

interface Look extends Record<string, string> {
  /** `1024x64` */
  readonly size: string
  /** Six hexadecimal digits. */
  readonly color: string
}

const instant = (ms: number): string => new Date(ms).toISOString()
const between = (startMs: number, endMs: number) => ({ start: instant(startMs), end: instant(endMs) })

/** @throws ApiError where the node refuses; TypeError where nobody answers. */
async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await (await asked(path, signal)).json()) as T
}

async function asked(path: string, signal?: AbortSignal): Promise<Response> {
  const impatient = AbortSignal.timeout(timeoutMs)
  const response = await fetch(path, {
    headers: headers(),
    signal: signal ? AbortSignal.any([signal, impatient]) : impatient,
  })
  if (!response.ok) throw await errorOf(response)
  return response
}

/** @param version that the video has to have still. @throws ApiError 412 where it has another one, 409 where its state refuses. */
async function post<T>(path: string, body: unknown, version: number | null = null, signal?: AbortSignal): Promise<T> {
  const more: Record<string, string> = version === null ? {} : { 'if-match': `"${version}"` }
  return (await (await posted(path, body, more, signal ?? AbortSignal.timeout(timeoutMs))).json()) as T
}

async function posted(path: string, body: unknown, more: Record<string, string>, signal: AbortSignal) {
  const response = await fetch(path, {
    method: 'POST',
    headers: { ...headers(), 'content-type': 'application/json', ...more },
    body: JSON.stringify(body),
    signal,
  })
  if (!response.ok) throw await errorOf(response, true)
  return response
}

/** An event as it stands in a path: `OrphanAdopted` is `orphan-adopted`. */
const inPath = (event: string): string => event.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

async function errorOf(response: Response, toWrite = false): Promise<ApiError> {
  const error = await readError(response)
  if (error.status === 401) needsSignIn(error.message, toWrite)
  return error
}

async function readError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  // the paths of footage say it to people
  if (response.headers.get('content-type')?.startsWith('text/plain') === true && text.trim() !== '')
    return new ApiError(response.status, text.trim())
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
  picture: (of: ChartName, signal?: AbortSignal) => ask<Picture>(pathOf('/api/machine/layout', { of }), signal),
  board: (signal?: AbortSignal) => ask<BoardNow>('/api/board', signal),
  /** As it was at a time (UTC). */
  boardAt: (at: string, signal?: AbortSignal) => ask<BoardThen>(pathOf('/api/board', { at }), signal),
  boardHours: (signal?: AbortSignal) =>
    ask<{ readonly log: LogSpan; readonly hours: readonly { readonly hour: string; readonly moves: number }[] }>(
      '/api/board/hours',
      signal,
    ),
  eventsAround: (at: string, limit: number, signal?: AbortSignal) =>
    ask<{ readonly before: readonly ShownEvent[]; readonly after: readonly ShownEvent[] }>(
      pathOf('/api/board/events', { at, limit }),
      signal,
    ),
  videosThen: (at: string, state: string, limit: number, signal?: AbortSignal) =>
    ask<{ readonly videos: readonly VideoOfThen[]; readonly next: string | null }>(
      pathOf('/api/board/videos', { at, state, limit }),
      signal,
    ),
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
  wouldBe: (video: string, event: string, body: unknown, expected: number, signal?: AbortSignal) =>
    post<WouldBe>(`/api/videos/${id(video)}/${inPath(event)}?dry-run`, body, expected, signal),
  /** Does it, if the video has the version that it is meant for. @throws ApiError with 412 where it has another. */
  act: (video: string, event: string, body: unknown, expected: number) =>
    post<DoneTo>(`/api/videos/${id(video)}/${inPath(event)}`, body, expected),
  /**
   * One command to many videos, or with `dryRun` what would come of it. @param onRow told of each as it is known.
   * @returns null where the answer was cut off: what became of the rest is not known.
   */
  async toMany(
    { event, dryRun, ...asked }: BulkAsked & { readonly event: string; readonly dryRun: boolean },
    onRow: (row: BulkRow) => void,
    signal: AbortSignal,
  ): Promise<BulkEnd | null> {
    const response = await posted(`/api/bulk/${inPath(event)}${dryRun ? '?dry-run' : ''}`, asked, {}, signal)
    let end: BulkEnd | null = null
    for await (const line of lines(response.body)) {
      const said = JSON.parse(line) as BulkRow | BulkEnd
      if ('outcome' in said) onRow(said)
      else end = said
    }
    return end
  },
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
  me: (signal?: AbortSignal) => ask<Me>('/api/me', signal),
  editing: (signal?: AbortSignal) => ask<EditingSettings>('/api/editing', signal),
  playlists: (signal?: AbortSignal) => ask<{ readonly playlists: readonly Playlist[] }>('/api/playlists', signal),
  templates: (signal?: AbortSignal) => ask<readonly Template[]>('/thrimshim/templates', signal),
  channels: (signal?: AbortSignal) => ask<readonly string[]>('/files', signal),
  qualities: (channel: string, signal?: AbortSignal) => ask<readonly string[]>(`/files/${id(channel)}`, signal),
  /** Each as `2026-01-31T18`. */
  hours: (channel: string, quality: string, signal?: AbortSignal) =>
    ask<readonly string[]>(`/files/${id(channel)}/${id(quality)}`, signal),
  /** The HLS playlist of what this node has of a range, as text. */
  segments: async ({ channel, quality, startMs, endMs }: Footage, signal?: AbortSignal): Promise<string> =>
    (await asked(pathOf(`/playlist/${id(channel)}/${id(quality)}.m3u8`, between(startMs, endMs)), signal)).text(),
  waveform: async ({ channel, quality, startMs, endMs }: Footage, look: Look, signal?: AbortSignal): Promise<Blob> =>
    (
      await asked(
        pathOf(`/waveform/${id(channel)}/${id(quality)}.png`, { ...between(startMs, endMs), ...look }),
        signal,
      )
    ).blob(),
  /** @param template null: the bare picture. */
  frame: async (
    { channel, quality, atMs }: { readonly channel: string; readonly quality: string; readonly atMs: number },
    template: string | null,
    signal?: AbortSignal,
  ): Promise<Blob> => {
    const query = { timestamp: instant(atMs), template }
    const kind = template === null ? 'frame' : 'thumbnail'
    return (await asked(pathOf(`/${kind}/${id(channel)}/${id(quality)}.png`, query), signal)).blob()
  },
  receipt: (video: string, version: number, signal?: AbortSignal) =>
    ask<Receipt>(pathOf(`/api/videos/${id(video)}/receipt`, { version }), signal),
  create: (source: Readonly<Record<string, unknown>>) => post<DoneTo>('/api/videos', source),
  edit: (video: string, edit: Draft, version: number) => post<DoneTo>(`/api/videos/${id(video)}/edited`, edit, version),
  /** Changes what is published. */
  modify: (video: string, modification: Modification, version: number) =>
    post<DoneTo>(`/api/videos/${id(video)}/modified`, modification, version),
  saveDraft: (video: string, draft: Draft, version: number) =>
    post<DoneTo>(`/api/videos/${id(video)}/draft-saved`, draft, version),
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
