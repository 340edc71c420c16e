/**
 * Where videos with long histories stood at some of their events, kept in memory so that whoever steps through one does not wait until
 * it is folded from its beginning each time. Each is kept by the hash of its event: the chain of hashes vouches for all that was before.
 */
import type { Standing } from '../../machines/fold.js'
import { videoStream } from './append.js'
import type { Queryable } from './database.js'

/** There is one for each so many events; shorter histories have none. */
export const STRIDE = 250

export class Checkpoints {
  readonly #kept = new Map<string, Standing>()

  /** @param most how many are kept: those that were used last, some kilobytes each. */
  constructor(private readonly most = 400) {}

  get(hash: string): Standing | undefined {
    const found = this.#kept.get(hash)
    if (found) this.keep(hash, found)
    return found
  }

  keep(hash: string, standing: Standing): void {
    this.#kept.delete(hash)
    this.#kept.set(hash, standing)
    for (const [oldest] of this.#kept) {
      if (this.#kept.size <= this.most) break
      this.#kept.delete(oldest)
    }
  }
}

/** The hashes of those events up to `upTo` at which there may be checkpoints, by their versions, the last first. */
export async function hashesOf(db: Queryable, id: string, upTo: number): Promise<ReadonlyMap<number, string>> {
  if (upTo < STRIDE) return new Map()
  const { rows } = await db.query<{ version: number; hash: string }>(
    `select version, encode(hash, 'hex') as hash from reelstate.events
     where stream = $1 and version = any(array(select generate_series($2::integer, least($3::integer,
       (select max(version) from reelstate.events where stream = $1)), $2)))
     order by version desc`,
    [videoStream(id), STRIDE, upTo],
  )
  return new Map(rows.map(({ version, hash }) => [version, hash]))
}
