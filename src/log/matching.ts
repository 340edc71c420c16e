/** Which videos a filter means. */
import type { Queryable } from './database.js'
import { type ListPlace, listVideos, type VideoFilter } from './list.js'

const PAGE = 1_000

/** Those that have been in their state for the longest come first; at most `limit`. */
export async function idsMatching(db: Queryable, filter: VideoFilter, limit: number): Promise<string[]> {
  const ids: string[] = []
  let after: ListPlace | null = null
  do {
    const page = await listVideos(db, { filter, order: 'state', after, limit: Math.min(PAGE, limit - ids.length) })
    ids.push(...page.videos.map(({ id }) => id))
    after = page.next
  } while (after !== null && ids.length < limit)
  return ids
}
