/** A video's events, asked for a page at a time as they are looked at: a history of any length opens at once, at any place. */
import {
  type QueryClient,
  queryOptions,
  useQueries,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from '@tanstack/react-query'
import type { RecordedEvent } from '../answers.js'
import { api } from '../api.js'
import { topOf } from '../machine.js'
import { wayOf } from '../chart/figures.js'
import type { Path } from '../chart/Chart.js'

export const pageSize = 100

/** The page that a version is on. Versions have no gaps: the first of a page follows from its number. */
export const pageOf = (version: number): number => Math.floor((version - 1) / pageSize)

interface Page {
  readonly id: string
  readonly page: number
  /** The newest version that there is on it: a page that has grown is another one. */
  readonly end: number
  /** Also what each event changed, which the node has to fold the video for. */
  readonly changes?: boolean
}

const pageQuery = (client: QueryClient, { id, page, end, changes = false }: Page) =>
  queryOptions<Answer>({
    queryKey: ['events', id, page, changes, end],
    queryFn: ({ signal }): Promise<Answer> => api.events(id, page * pageSize, pageSize, changes, signal),
    // what has happened stays as it is
    staleTime: Infinity,
    // as the page grows, what is known of it stays until the longer one is there
    placeholderData: (): Answer | undefined =>
      longest(client.getQueriesData<Answer>({ queryKey: ['events', id, page, changes] })),
  })

interface Answer {
  readonly events: readonly RecordedEvent[]
  readonly next: number | null
}

const longest = (known: readonly (readonly [unknown, Answer | undefined])[]): Answer | undefined =>
  known
    .map(([, answer]) => answer)
    .reduce((a, b) => ((b?.events.length ?? 0) > (a?.events.length ?? 0) ? b : a), undefined)

const endOf = (page: number, newest: number): number => Math.min(newest, (page + 1) * pageSize)

/** The events on `pages`, by version; what is not there yet comes. @param changes also what each changed of the row. */
export function useEventsOf(id: string, pages: readonly number[], newest: number, changes = false) {
  const client = useQueryClient()
  return useQueries({
    queries: pages.map((page) => pageQuery(client, { id, page, end: endOf(page, newest), changes })),
    combine: (results: readonly UseQueryResult<Answer>[]) => ({
      events: new Map(results.flatMap(({ data }) => data?.events ?? []).map((event) => [event.version, event])),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      refetch: () => results.forEach((result) => void result.refetch()),
    }),
  })
}

/** What the video was at `version`: the row, what the event had changed of it, and the effects that it asked for. */
export const useThen = (id: string, version: number, enabled = true) =>
  useQuery({
    queryKey: ['video-at', id, version],
    queryFn: ({ signal }) => api.videoAt(id, version, signal),
    // the past stays as it was
    staleTime: Infinity,
    enabled,
  })

/** The versions at which something went wrong, the newest first; null while they are not known. */
export function useFailures(id: string, newest: number, enabled: boolean) {
  const { data, error, refetch } = useQuery({
    queryKey: ['failures', id, newest],
    queryFn: ({ signal }) => api.failures(id, signal),
    staleTime: Infinity,
    enabled,
    // as the history grows, those known stay until the others are there
    placeholderData: (before) => before,
  })
  return { versions: data?.versions.toReversed() ?? null, error, refetch: () => void refetch() }
}

/**
 * Where the video had been up to `version`. Of a long history only the page that it is on, and the one before, are looked at: what is lit
 * are the latest steps.
 */
export function usePath(id: string, version: number, newest: number): Path | null {
  const client = useQueryClient()
  const page = pageOf(version)
  const now = useQuery<Answer>(pageQuery(client, { id, page, end: endOf(page, newest) }))
  const before = useQuery<Answer>({
    ...pageQuery(client, { id, page: page - 1, end: page * pageSize }),
    enabled: page > 0,
  })
  if (now.data === undefined) return null
  return pathOf([...(before.data?.events ?? []), ...now.data.events].filter((event) => event.version <= version))
}

function pathOf(events: readonly RecordedEvent[]): Path | null {
  const last = events.at(-1)
  if (last === undefined) return null
  const tops = events.map(({ state }) => topOf(state))
  return {
    now: last.state,
    states: new Set(tops),
    ways: new Set(tops.slice(1).map((state, i) => wayOf(tops[i] ?? state, state))),
  }
}
