/** What this node has no footage of, of each range: by the range's key. */
import { useQueries } from '@tanstack/react-query'
import { footageQuery } from '../player/footageQuery.js'
import { entriesOf, holesIn, type Span } from '../player/mediaPlaylist.js'
import { type FormRange, isWhole } from './ranges.js'

export function useHoles(
  channel: string,
  quality: string,
  ranges: readonly FormRange[],
): ReadonlyMap<number, readonly Span[]> {
  const asked = channel === '' || quality === '' ? [] : ranges.filter(isWhole)
  return useQueries({
    queries: asked.map(({ startMs, endMs }) => footageQuery({ channel, quality, startMs, endMs })),
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
