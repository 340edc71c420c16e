/** What happened around an instant. */
import { queryOptions } from '@tanstack/react-query'
import { api } from '../api.js'

/** So many are shown on each side. */
const shown = 12
const keptMs = 60_000

export const aroundQuery = (ms: number) =>
  queryOptions({
    queryKey: ['board', 'around', ms],
    queryFn: ({ signal }) => api.eventsAround(new Date(ms).toISOString(), shown, signal),
    ...{ staleTime: keptMs, gcTime: keptMs },
  })
