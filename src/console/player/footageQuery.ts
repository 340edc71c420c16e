/** How the page asks what a node has of a stretch of footage. */
import { queryOptions } from '@tanstack/react-query'
import { api, type Footage } from '../api.js'
import { ApiError } from '../asking.js'

/**
 * Its playlist; empty where nothing of a quality was ever recorded. Another playlist is another player, which loads anew: nobody who
 * only looked at another tab gets one. Whoever wants newer footage says so.
 */
export const footageQuery = (footage: Footage) =>
  queryOptions({
    queryKey: ['segments', footage.channel, footage.quality, footage.startMs, footage.endMs],
    queryFn: ({ signal }) => playlistOr404(footage, signal),
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })

async function playlistOr404(footage: Footage, signal: AbortSignal): Promise<string> {
  try {
    return await api.segments(footage, signal)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return ''
    throw error
  }
}
