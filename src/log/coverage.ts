/** What each node has of each hour of footage: noted by the node itself, asked for of any. */
import type { Queryable } from './database.js'

/** An hour's name, such as `2026-01-31T18`, and the instant that it begins at (SQL). */
const hourName = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24')`
const hourStart = (parameter: string): string => `(${parameter} || ':00:00Z')::timestamptz`

export interface Kept {
  readonly stamp: string
  readonly spill: unknown
}

/** Of a quality, what is kept of each of the node's hours. */
export async function keptHours(
  db: Queryable,
  node: string,
  channel: string,
  quality: string,
): Promise<ReadonlyMap<string, Kept>> {
  const { rows } = await db.query<Kept & { hour: string }>(
    `select ${hourName('hour')} as hour, stamp, spill from reelstate.coverage where node = $1 and channel = $2 and quality = $3`,
    [node, channel, quality],
  )
  return new Map(rows.map(({ hour, ...kept }) => [hour, kept]))
}

export interface NewHour extends Kept {
  readonly node: string
  readonly channel: string
  readonly quality: string
  readonly hour: string
  readonly figures: unknown
  readonly pieces: string
}

export async function noteHour(db: Queryable, hour: NewHour): Promise<void> {
  await db.query(
    `insert into reelstate.coverage (node, channel, quality, hour, stamp, figures, pieces, spill, noted_at)
     values ($1, $2, $3, ${hourStart('$4')}, $5, $6, $7, $8, clock_timestamp())
     on conflict (node, channel, quality, hour) do update set stamp = excluded.stamp, figures = excluded.figures,
       pieces = excluded.pieces, spill = excluded.spill, noted_at = excluded.noted_at`,
    [
      ...[hour.node, hour.channel, hour.quality, hour.hour, hour.stamp],
      ...[JSON.stringify(hour.figures), hour.pieces, JSON.stringify(hour.spill)],
    ],
  )
}

/** Removes what the node no longer has of a quality. @returns the hours that were removed. */
export async function keepOnlyHours(
  db: Queryable,
  node: string,
  {
    channel,
    quality,
    hours,
  }: { readonly channel: string; readonly quality: string; readonly hours: readonly string[] },
): Promise<string[]> {
  const { rows } = await db.query<{ hour: string }>(
    `delete from reelstate.coverage c where node = $1 and channel = $2 and quality = $3
       and not exists (select from unnest($4::text[]) kept where ${hourStart('kept')} = c.hour)
     returning ${hourName('hour')} as hour`,
    [node, channel, quality, hours],
  )
  return rows.map(({ hour }) => hour)
}

/**
 * Removes the qualities that the node no longer has.
 * @param unknown channels of which it could not see what they have.
 * @returns the hours that were removed.
 */
export async function keepOnlyQualities(
  db: Queryable,
  node: string,
  kept: readonly { readonly channel: string; readonly quality: string }[],
  unknown: readonly string[],
): Promise<{ channel: string; quality: string; hour: string }[]> {
  const { rows } = await db.query<{ channel: string; quality: string; hour: string }>(
    `delete from reelstate.coverage c where node = $1 and c.channel <> all($4)
       and not exists (select from unnest($2::text[], $3::text[]) kept(channel, quality)
         where kept.channel = c.channel and kept.quality = c.quality)
     returning channel, quality, ${hourName('hour')} as hour`,
    [node, kept.map(({ channel }) => channel), kept.map(({ quality }) => quality), unknown],
  )
  return rows
}

export interface Round {
  readonly hours: number
  readonly done: number
  /** Of those done, how many were not as they had been. */
  readonly read: number
  readonly unreadable: readonly string[]
}

/** How far the node is with its hours, or that it has been through them. */
export async function noteRound(
  db: Queryable,
  node: string,
  round: Round,
  part: 'begun' | 'goes on' | 'ended',
): Promise<void> {
  await db.query(
    `insert into reelstate.coverage_rounds as r (node, begun_at, ended_at, hours, done, read, unreadable)
     values ($1, clock_timestamp(), case when $6 = 'ended' then clock_timestamp() end, $2, $3, $4, $5)
     on conflict (node) do update set hours = excluded.hours, done = excluded.done, read = excluded.read,
       unreadable = excluded.unreadable, ended_at = excluded.ended_at,
       begun_at = case when $6 = 'begun' then excluded.begun_at else r.begun_at end`,
    [node, round.hours, round.done, round.read, round.unreadable, part],
  )
}

/** A node that says nothing of its coverage any more, since its configuration says so. */
export async function forgetCoverage(db: Queryable, node: string): Promise<void> {
  for (const table of ['coverage', 'coverage_rounds', 'filled_holes'])
    await db.query(`delete from reelstate.${table} where node = $1`, [node])
}

export interface Wanted {
  readonly node?: string | undefined
  readonly channel?: string | undefined
  readonly quality?: string | undefined
  /** Hours that have something at or after this instant, UTC. */
  readonly from?: string | undefined
  /** Hours that begin before this instant, UTC. */
  readonly to?: string | undefined
}

export interface NotedHour {
  readonly node: string
  readonly channel: string
  readonly quality: string
  readonly hour: string
  readonly notedAt: string
  /** As the node has made them: of its version's form. */
  readonly figures: unknown
  readonly pieces: string
}

export interface NotedHours {
  /** In order of channel, quality, node and time. */
  readonly hours: readonly NotedHour[]
  /** Whether there are earlier ones that were left out. */
  readonly isCut: boolean
}

/** The latest hours that are wanted, at most `most` different ones, of all nodes that have any of them. */
export async function notedHours(db: Queryable, wanted: Wanted, most: number): Promise<NotedHours> {
  const { node, channel, quality, from, to } = wanted
  const matches = `($1::text is null or node = $1) and ($2::text is null or channel = $2) and ($3::text is null or quality = $3)
    and ($4::timestamptz is null or hour > $4::timestamptz - interval '1 hour') and ($5::timestamptz is null or hour < $5)`
  const { rows } = await db.query<NotedHour & { place: string; notedAt: Date }>(
    `with latest as (
       select hour, row_number() over (order by hour desc) as place
       from (select distinct hour from reelstate.coverage where ${matches}) found order by hour desc limit $6 + 1
     )
     select node, channel, quality, ${hourName('c.hour')} as hour, noted_at as "notedAt", figures, pieces, place
     from reelstate.coverage c join latest using (hour) where ${matches}
     order by channel, quality, node, c.hour`,
    [node ?? null, channel ?? null, quality ?? null, from ?? null, to ?? null, most],
  )
  const isCut = rows.some(({ place }) => Number(place) > most)
  return {
    isCut,
    hours: rows
      .filter(({ place }) => Number(place) <= most)
      .map(({ place: _place, notedAt, ...row }) => ({ ...row, notedAt: notedAt.toISOString() })),
  }
}

/** Every channel and quality of which some node has something. */
export async function notedQualities(db: Queryable): Promise<{ channel: string; quality: string }[]> {
  const { rows } = await db.query<{ channel: string; quality: string }>(
    'select distinct channel, quality from reelstate.coverage order by channel, quality',
  )
  return rows
}

export interface NotedRound extends Round {
  readonly node: string
  readonly begunAt: string
  /** Null while it goes on, or where the node was stopped amid it. */
  readonly endedAt: string | null
}

export async function notedRounds(db: Queryable): Promise<NotedRound[]> {
  const { rows } = await db.query<Round & { node: string; begun_at: Date; ended_at: Date | null }>(
    'select node, begun_at, ended_at, hours, done, read, unreadable from reelstate.coverage_rounds order by node',
  )
  return rows.map(({ begun_at, ended_at, ...round }) => ({
    ...round,
    begunAt: begun_at.toISOString(),
    endedAt: ended_at?.toISOString() ?? null,
  }))
}
