/** Who says what of its footage, and of when that is. */
import * as t from 'io-ts'
import { notedRounds } from '../../log/coverage.js'
import type { Queryable } from '../../log/database.js'
import { listNodes } from '../../log/nodes.js'

const orNull = (codec: t.Mixed) => t.union([codec, t.null])

export const ToldRound = t.type({
  node: t.string,
  /** running, silent or stopped. */
  state: t.string,
  begunAt: t.string,
  /** Null while it goes on. */
  endedAt: orNull(t.string),
  hours: t.number,
  done: t.number,
  read: t.number,
  unreadable: t.array(t.string),
})
export interface ToldRound {
  readonly node: string
  readonly state: string
  readonly begunAt: string
  readonly endedAt: string | null
  /** How many there are, how many of them it has been through, how many of those it had to read. */
  readonly hours: number
  readonly done: number
  readonly read: number
  readonly unreadable: readonly string[]
}

/** In order of name. Of a node that is not running, what it has is what it last said. */
export async function toldRounds(db: Queryable): Promise<ToldRound[]> {
  const states = new Map((await listNodes(db)).map(({ name, state }) => [name, state]))
  return (await notedRounds(db)).map((round) => ({ ...round, state: states.get(round.node) ?? 'stopped' }))
}
