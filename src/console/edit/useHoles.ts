/** What this node has no footage of, of each range: by the range's key. */
import { useQueries, useQueryClient } from '@tanstack/react-query'
import { footageQuery } from '../player/footageQuery.js'
import { entriesOf, holesIn, type Span } from '../player/mediaPlaylist.js'
import { type FormRange, isWhole } from './ranges.js'

/** The holes, or why they aren't known: not known is not the same as none. */
export type Looked = readonly Span[] | 'asking' | 'failed'

/** Whoever submits waits no longer for it. */
const patienceMs = 10_000

export function useHoles(channel: string, quality: string, ranges: readonly FormRange[]) {
  const queries = useQueryClient()
  const asked = channel === '' || quality === '' ? [] : ranges.filter(isWhole)
  const questions = asked.map(({ startMs, endMs }) => footageQuery({ channel, quality, startMs, endMs }))
  const holes = useQueries({
    queries: questions,
    combine: (results) =>
      new Map(
        results.flatMap(({ data, isError }, i) => {
          const range = asked[i]
          return range === undefined ? [] : [[range.key, lookedAt(range, data, isError)] as const]
        }),
      ),
  })
  /** Asks once more for what failed or is old, and waits, though not for ever. @returns what is known then. */
  const look = async (): Promise<ReadonlyMap<number, Looked>> => {
    const all = Promise.allSettled(questions.map((question) => queries.fetchQuery(question)))
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, patienceMs))])
    return new Map(
      asked.map((range, i) => {
        const { data, status } = queries.getQueryState<string>(questions[i]?.queryKey ?? []) ?? {}
        return [range.key, lookedAt(range, data, status === 'error')]
      }),
    )
  }
  return { holes, look }
}

/** @param playlist undefined: there is none yet. */
const lookedAt = (range: Span, playlist: string | undefined, hasFailed: boolean): Looked =>
  playlist === undefined ? (hasFailed ? 'failed' : 'asking') : holesIn(entriesOf(playlist), range)

/** What is known of ranges, by their numbers as people count them. */
export interface Missing {
  /** Something is missing in them. */
  readonly holey: readonly number[]
  /** Nobody knows whether something is. */
  readonly unchecked: readonly number[]
}

export function missingIn(
  ranges: readonly FormRange[],
  holes: ReadonlyMap<number, Looked>,
  isUnchecked: (looked: Looked) => boolean,
): Missing {
  const numbersOf = (is: (looked: Looked) => boolean): readonly number[] =>
    ranges.flatMap(({ key }, i) => {
      const looked = holes.get(key)
      return looked !== undefined && is(looked) ? [i + 1] : []
    })
  return { holey: numbersOf((looked) => Array.isArray(looked) && looked.length > 0), unchecked: numbersOf(isUnchecked) }
}
