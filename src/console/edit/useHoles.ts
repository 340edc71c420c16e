/** What this node has no footage of, of each range: by the range's key. */
import { useQueries } from '@tanstack/react-query'
import { api } from '../api.js'
import { ApiError } from '../asking.js'
import { entriesOf, holesIn, type Span } from '../player/mediaPlaylist.js'
import { type FormRange, isWhole } from './ranges.js'

export function useHoles(
  channel: string,
  quality: string,
  ranges: readonly FormRange[],
): ReadonlyMap<number, readonly Span[]> {
  const asked = channel === '' || quality === '' ? [] : ranges.filter(isWhole)
  return useQueries({
    queries: asked.map(({ startMs, endMs }) => ({
      queryKey: ['segments', channel, quality, startMs, endMs],
      queryFn: ({ signal }: { signal: AbortSignal }) => playlistOr404(channel, quality, { startMs, endMs }, signal),
      staleTime: 60_000,
    })),
    combine: (results) =>
      new Map(
        results.flatMap(({ data }, i) => {
          const range = asked[i]
          return data === undefined || range === undefined
            ? []
            : [[range.key, holesIn(entriesOf(data), range)] as const]
        }),
      ),
  })
}

/** Where nothing of a quality was ever recorded, all of it is missing. */
async function playlistOr404(channel: string, quality: string, span: Span, signal: AbortSignal): Promise<string> {
  try {
    return await api.segments({ channel, quality, ...span }, signal)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return ''
    throw error
  }
}
