/** All that the console asks of the node, and nothing else does: a new question gets a function here. */
import type { Machine } from '../diagram/json.js'
import type { ChartName } from '../diagram/graph.js'
import type { Picture } from '../diagram/picture.js'
import type { Draft, Modification } from '../../machines/edit.js'
import type { Playlist } from '../../machines/playlist.js'
import type { BoardNow, BoardThen } from '../http/api/board.js'
import type { ShownEvent } from '../http/feed.js'
import type { LogSpan } from '../log/board.js'
import type { VideoOfThen } from '../log/instant.js'
import type { Attention } from '../log/attention.js'
import type { ShownLocation } from '../http/api/locations.js'
import type { ToldFilled } from '../http/coverage/filled.js'
import type { ToldHour } from '../http/coverage/hours.js'
import type { QuotaStanding } from '../log/quota.js'
import type {
  About,
  Health,
  RecordedEvent,
  Row,
  VideoThen,
  Me,
  EditingSettings,
  Receipt,
  WhyOf,
  DoneTo,
  Template,
  WouldBe,
  VideoPage,
  BulkRow,
  BulkEnd,
  BulkAsked,
  Fleet,
  Quality,
  Coverage,
  LocationEvent,
} from './answers.js'
import { headers, pathOf, id, ask, asked, post, posted, inPath, errorOf, lines, timeoutMs } from './asking.js'

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
  /** @param forSeconds null: until somebody resumes it. @throws ApiError with 412 where the location has another version. */
  pauseLocation: (name: string, version: number, why: string, forSeconds: number | null) =>
    post(`/api/locations/${id(name)}/pause`, { why, ...(forSeconds !== null && { for_seconds: forSeconds }) }, version),
  resumeLocation: (name: string, version: number, why: string) =>
    post(`/api/locations/${id(name)}/resume`, { why }, version),
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
  editors: (signal?: AbortSignal) =>
    ask<{ readonly editors: readonly string[]; readonly more: boolean }>('/api/editors', signal),
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
