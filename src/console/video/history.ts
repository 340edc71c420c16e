/** A video's events, asked for a page at a time as they are looked at: a history of any length opens at once, at any place. */
import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { api, type RecordedEvent } from '../api.js'
import { topOf } from '../machine.js'
import { wayOf } from '../chart/figures.js'
import type { Path } from '../chart/Chart.js'

export const pageSize = 100

/** The page that a version is on. Versions have no gaps: the first of a page follows from its number. */
export const pageOf = (version: number): number => Math.floor((version - 1) / pageSize)

/** @param end the newest version that there is on the page: a page that has grown is another one. */
const pageQuery = (id: string, page: number, end: number) =>
  queryOptions({
    queryKey: ['events', id, page, end],
    queryFn: ({ signal }) => api.events(id, page * pageSize, pageSize, signal),
    // what has happened stays as it is
    staleTime: Infinity,
  })

const endOf = (page: number, newest: number): number => Math.min(newest, (page + 1) * pageSize)

/** The events on `pages`, by version; what is not there yet comes. */
export function useEventsOf(id: string, pages: readonly number[], newest: number) {
  return useQueries({
    queries: pages.map((page) => pageQuery(id, page, endOf(page, newest))),
    combine: (results) => ({
      events: new Map(results.flatMap(({ data }) => data?.events ?? []).map((event) => [event.version, event])),
      error: results.find(({ error }) => error !== null)?.error ?? null,
      refetch: () => results.forEach((result) => void result.refetch()),
    }),
  })
}

/**
 * Where the video had been up to `version`. Of a long history only the page that it is on, and the one before, are looked at: what is lit
 * are the latest steps.
 */
export function usePath(id: string, version: number): Path | null {
  const page = pageOf(version)
  const now = useQuery(pageQuery(id, page, version))
  const before = useQuery({ ...pageQuery(id, page - 1, page * pageSize), enabled: page > 0 })
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
