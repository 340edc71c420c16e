/** What else there is to say of an instant of the past: what happened around it, and which videos were in a state then. */
import type { Queryable } from './database.js'
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

/**
 * The videos that were in `state` at a time (UTC), by id, after the id `after`. One that has been in its state since before is known
 * without its events being read; of the others the last event until then is looked up.
 */
export async function videosThen(
  db: Queryable,
  { time, state, after, limit }: { time: string; state: string; after: string; limit: number },
): Promise<{ readonly videos: readonly VideoOfThen[]; readonly next: string | null }> {
  const { rows } = await db.query<VideoOfThen>(
    `select v.id, coalesce(v.video_title, v.description) as title, last.state, last.version
     from reelstate.videos v cross join lateral (
       select e.state, e.version from reelstate.events e
       where e.stream = 'video/' || v.id and e.recorded_at <= $1 order by e.version desc limit 1
     ) last
     where (v.state = $2 or v.state_since > $1) and split_part(last.state, '.', 1) = $2 and v.id > $3
     order by v.id limit $4`,
    [time, state, after, limit + 1],
  )
  const videos = rows.slice(0, limit)
  return { videos, next: rows.length > limit ? (videos.at(-1)?.id ?? null) : null }
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
