/** What else there is to say of an instant of the past: what happened around it, and which videos were in a state then. */
import type { Queryable } from './database.js'
import { statement } from './statement.js'
import { eventColumns, type EventRecord, type Recorded, recorded } from './read.js'

export interface Around {
  /** At the instant and before, the newest first. */
  readonly before: readonly Recorded[]
  /** After it, the oldest first. */
  readonly after: readonly Recorded[]
}

/** The `limit` events on each side of a time (UTC); what is spent of quotas is left out. */
export async function eventsAround(db: Queryable, time: string, limit: number): Promise<Around> {
  const side = async (beyond: '<=' | '>', order: 'desc' | 'asc'): Promise<Recorded[]> => {
    const { rows } = await db.query<EventRecord>(
      `select ${eventColumns} from reelstate.events
       where recorded_at ${beyond} $1 and stream not like 'account/%'
       order by recorded_at ${order}, position ${order} limit $2`,
      [time, limit],
    )
    return rows.map(recorded)
  }
  return { before: await side('<=', 'desc'), after: await side('>', 'asc') }
}

export interface VideoOfThen {
  readonly id: string
  /** As it is now. */
  readonly title: string | null
  /** With its substate. */
  readonly state: string
  /** Of the last event until then. */
  readonly version: number
}

/** Behind which video of a list of then the next page begins. */
export interface PlaceThen {
  /** How many were before it. */
  readonly seen: number
  /** Of the event that led there. */
  readonly position: string
}

const then = statement('videos-then')

/**
 * The videos that were in `state` at a time (UTC), the last moved first.
 * @param count how many there are, as the board has it: when all are found no other is looked for. Null where that is not known.
 */
export async function videosThen(
  db: Queryable,
  asked: {
    readonly time: string
    readonly state: string
    readonly count: number | null
    readonly after: PlaceThen | null
    readonly limit: number
  },
): Promise<{ readonly videos: readonly VideoOfThen[]; readonly next: PlaceThen | null }> {
  const { time, state, count, after, limit } = asked
  const seen = after?.seen ?? 0
  const wanted = Math.min(limit + 1, count === null ? Infinity : count - seen)
  if (wanted <= 0) return { videos: [], next: null }
  const { rows } = await db.query<VideoOfThen & { readonly position: string }>({
    ...then,
    values: [time, state, after?.position ?? null, wanted],
  })
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    videos: page.map(({ position: _, ...video }) => video),
    next: last && rows.length > limit ? { seen: seen + limit, position: last.position } : null,
  }
}

export interface LocationOfThen {
  readonly name: string
  /** With its substate. */
  readonly state: string
}

/** The locations of which the log knows, as they were at a time (UTC). One of which it had said nothing yet was ready. */
export async function locationsThen(db: Queryable, time: string): Promise<LocationOfThen[]> {
  const { rows } = await db.query<LocationOfThen>(
    `select l.name, coalesce(last.state, 'READY') as state from reelstate.locations l left join lateral (
       select e.state from reelstate.events e
       where e.stream = 'location/' || l.name and e.recorded_at <= $1 order by e.version desc limit 1
     ) last on true order by l.name`,
    [time],
  )
  return rows
}

/** How much moved in each hour, as far as the hours have been counted; hours in which nothing did are left out. */
export async function movesByHour(db: Queryable): Promise<{ readonly hour: string; readonly moves: number }[]> {
  const { rows } = await db.query<{ hour: Date; moves: number }>(
    'select hour, sum(moves)::float8 as moves from reelstate.board_moves group by hour order by hour',
  )
  return rows.map(({ hour, moves }) => ({ hour: hour.toISOString(), moves }))
}
