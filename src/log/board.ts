/** The whole at a glance: how many videos are in each state and for how long, what moves, and the same of the past. */
import { type Either, left, right } from 'fp-ts/lib/Either.js'
import { instantMs } from '../../machines/codecs.js'
import { FEW_UNCOUNTED, MOST_UNCOUNTED, uncounted } from './boardHours.js'
import { countsByState } from './counts.js'
import type { Queryable } from './database.js'
import { statement } from './statement.js'

export interface StateOnBoard {
  readonly count: number
  /** Since when the video is there that has been there for the longest (UTC), and how long that is; null where there is none. */
  readonly oldestSince: string | null
  readonly oldestSeconds: number | null
  /** Of all that left the state in the last hours, 95 of 100 had been there no longer; to 10 %. Null where none left it. */
  readonly stay95Seconds: number | null
  /** So many left it. */
  readonly left: number
}

/** What moved from one state to another. */
export interface Flow {
  /** null: it was created. */
  readonly from: string | null
  readonly to: string
  readonly moves: number
}

/** UTC; null while the log is empty. */
export interface LogSpan {
  readonly first: string | null
  readonly last: string | null
}

export interface Board {
  /** The database's time. */
  readonly now: string
  readonly log: LogSpan
  readonly states: Readonly<Record<string, StateOnBoard>>
  /** In the last hour. */
  readonly flow: readonly Flow[]
}

/** @param hours over how many the stays are looked at; whole hours, the present one included. */
export async function readBoard(db: Queryable, states: readonly string[], hours: number): Promise<Board> {
  const counts = await countsByState(db)
  const names = [...new Set([...states, ...Object.keys(counts)])]
  const { rows: oldest } = await db.query<{ state: string; since: Date | null; seconds: number | null; now: Date }>(
    `select name as state, since, greatest(0, extract(epoch from statement_timestamp() - since))::float8 as seconds,
       statement_timestamp() as now
     from unnest($1::text[]) name left join lateral (
       select state_since as since from reelstate.videos where state = name order by state_since limit 1) v on true`,
    [names],
  )
  const stays = await longStays(db, hours)
  return {
    now: (oldest[0]?.now ?? new Date()).toISOString(),
    log: await readSpan(db),
    states: Object.fromEntries(
      oldest.map(({ state, since, seconds }) => [
        state,
        {
          count: counts[state] ?? 0,
          oldestSince: since?.toISOString() ?? null,
          oldestSeconds: seconds,
          stay95Seconds: stays.get(state)?.seconds ?? null,
          left: stays.get(state)?.stays ?? 0,
        },
      ]),
    ),
    flow: await flowOfLastHour(db),
  }
}

async function longStays(
  db: Queryable,
  hours: number,
): Promise<ReadonlyMap<string, { readonly seconds: number; readonly stays: number }>> {
  const { rows } = await db.query<{ state: string; seconds: number; stays: number }>(
    `with lengths as (
       select state, length, sum(stays) as stays from reelstate.board_stays
       where hour > statement_timestamp() - make_interval(hours => $1) group by state, length
     ), running as (
       select state, length, sum(stays) over (partition by state order by length) as up_to,
         sum(stays) over (partition by state) as stays
       from lengths
     )
     select distinct on (state) state, power(1.1::float8, length + 1) as seconds, stays::float8 as stays
     from running where up_to >= 0.95 * stays order by state, length`,
    [hours],
  )
  return new Map(rows.map(({ state, ...found }) => [state, found]))
}

async function flowOfLastHour(db: Queryable): Promise<Flow[]> {
  const { rows } = await db.query<Flow>(
    `select nullif(from_state, '') as "from", to_state as "to", count(*)::integer as moves from (
       select * from reelstate.moves where recorded_at > statement_timestamp() - interval '1 hour' offset 0) m
     group by from_state, to_state order by from_state, to_state`,
  )
  return rows
}

/** When the first and the last event of the log happened. */
export async function readSpan(db: Queryable): Promise<LogSpan> {
  const { rows } = await db.query<{ first: Date | null; last: Date | null }>(
    'select min(recorded_at) as first, max(recorded_at) as last from reelstate.events',
  )
  return { first: rows[0]?.first?.toISOString() ?? null, last: rows[0]?.last?.toISOString() ?? null }
}

/** The hours of the log are being counted, as after a move to this server; that takes a while. */
export interface NotCounted {
  readonly _tag: 'NotCounted'
  /** At least so many events are left. */
  readonly left: number
}

/** The time is still to come. */
export interface NotYet {
  readonly _tag: 'NotYet'
  /** The database's time, UTC. */
  readonly now: string
}

const at = statement('board-at')

/**
 * How many videos were in each state at a time (UTC), as the log had it: what happened at that very moment included. It only reads: nodes
 * count the hours, and a standby has them from there.
 */
export async function readBoardAt(
  db: Queryable,
  time: string,
): Promise<Either<NotCounted | NotYet, Record<string, number>>> {
  const { rows: clock } = await db.query<{ now: Date }>('select clock_timestamp() as now')
  const now = clock[0]?.now.toISOString() ?? time
  if (instantMs(time) > instantMs(now)) return left({ _tag: 'NotYet', now })
  const behind = await uncounted(db)
  if (behind > FEW_UNCOUNTED) return left({ _tag: 'NotCounted', left: behind })
  const { rows } = await db.query<{ state: string; count: number }>({ ...at, values: [time, MOST_UNCOUNTED] })
  return right(Object.fromEntries(rows.map(({ state, count }) => [state, count])))
}
