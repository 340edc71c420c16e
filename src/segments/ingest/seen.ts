import type { ListedSegment } from './playlist.js'

const REMEMBERED_URIS = 10_000

export interface Fresh {
  readonly segments: readonly ListedSegment[]
  /** How many segments came and left the playlist between two loads. */
  readonly missed: number
}

/** Which segments of a live playlist are new, by their sequence numbers; by URI where these begin anew. */
export class Seen {
  #last: number | undefined
  /** The sequence number under which each URI was listed. */
  readonly #uris = new Map<string, number>()

  fresh(segments: readonly ListedSegment[]): Fresh {
    const newest = segments.at(-1)?.sequence
    const oldest = segments[0]?.sequence
    if (newest === undefined || oldest === undefined) return { segments: [], missed: 0 }
    const last = this.#last
    // an older list from a cache has nothing new; a restarted server has other numbers for what it lists again
    const isOlder = segments.some(({ sequence, uri }) => this.#uris.get(uri) === sequence)
    const restarted = last !== undefined && newest < last && !isOlder
    const found = segments.filter(({ sequence, uri }) =>
      last === undefined ? true : restarted ? !this.#uris.has(uri) : sequence > last,
    )
    if (found.length > 0) this.#last = newest
    for (const segment of found) this.#remember(segment)
    return { segments: found, missed: last === undefined || restarted ? 0 : Math.max(0, oldest - last - 1) }
  }

  #remember({ uri, sequence }: ListedSegment): void {
    this.#uris.set(uri, sequence)
    const [first] = this.#uris.keys()
    if (this.#uris.size > REMEMBERED_URIS && first !== undefined) this.#uris.delete(first)
  }
}
