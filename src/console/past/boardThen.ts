/** The board at an instant, asked so that whoever drags through days asks no more than the node can answer. */
import { useEffect, useState } from 'react'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import type { BoardThen as Board } from '../../http/api/board.js'
import { api } from '../api.js'

/** What commits late may still change the board of so long ago. */
const settledMs = 60_000
/** Somebody who waits at an instant does not wait longer than so for the answer about another one. */
const patienceMs = 300
const keptMs = 120_000

export const boardQuery = (ms: number) =>
  queryOptions({
    queryKey: ['board', 'then', ms],
    queryFn: ({ signal }) => api.boardAt(new Date(ms).toISOString(), signal),
    staleTime: Date.now() - ms > settledMs ? Infinity : 1_000,
    gcTime: keptMs,
  })

export interface BoardThen {
  /** Until that of the instant is there, the one before. */
  readonly board: Board | undefined
  readonly error: Error | null
  readonly again: () => void
  /** The instant that is asked for, milliseconds since 1970. */
  readonly asked: number | null
  /** Whether the board is of the instant that is wanted. */
  readonly isThere: boolean
}

/**
 * The board of `ms`, and until it is there the one before; none is asked for where it is null. One question is under way at a time: when it
 * is answered the instant that is wanted by then is asked for; one that takes long is given up.
 */
export function useBoardThen(ms: number | null): BoardThen {
  const [asked, setAsked] = useState(ms)
  const query = useQuery({ ...boardQuery(asked ?? 0), placeholderData: keepPreviousData, enabled: asked !== null })
  const { isFetching } = query
  useEffect(() => {
    if (asked === ms) return
    const timer = setTimeout(() => setAsked(ms), isFetching ? patienceMs : 0)
    return () => clearTimeout(timer)
  }, [asked, ms, isFetching])
  const { data, error, refetch } = query
  return {
    ...{ board: data, error, asked, again: () => void refetch() },
    isThere: asked !== null && asked === ms && !query.isPlaceholderData && data !== undefined,
  }
}
