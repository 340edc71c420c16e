/** What surrounds a video: read in one round trip, or two where something keeps readers from the log's end. */
import { type Either, isLeft, right } from 'fp-ts/lib/Either.js'
import type { Circumstances, SeenLocation } from '../../machines/why.js'
import type { Db } from './database.js'
import { describeOpen, openTransactions } from './heldUp.js'
import { isManualType } from './link.js'
import { gateOf } from './locations.js'
import { isLive } from './nodes.js'
import { publishedAt } from './publishedAt.js'
import { readCurrent, type Unreadable } from './read.js'

/** A transaction that has been open for so long is no accident. */
const HELD_UP_MS = 10_000
/** Nobody counts how many thousands are before it. */
const COUNTED_AHEAD = 1_000

type Around = Omit<Circumstances, 'snapshot' | 'now' | 'heldUp' | 'location'> & {
  readonly location: (Omit<SeenLocation, 'byHand'> & { readonly type: string | null }) | null
}

/** `version`: the one of the video that this is said of. */
export type Surrounded = Circumstances & { readonly version: number }

/** Right null where there is no such video. */
export async function readCircumstances(db: Db, id: string): Promise<Either<Unreadable, Surrounded | null>> {
  const [read, around, open] = await Promise.all([
    readCurrent(db, id),
    readAround(db, id),
    openTransactions(db, HELD_UP_MS),
  ])
  if (isLeft(read)) return read
  const { snapshot, now, version } = read.right
  if (snapshot === null || around === null) return right(null)
  const [oldest] = open
  const { location, ...rest } = around
  const byHand = (type: string | null, name: string) =>
    isManualType(type ?? undefined) || (type === null && name === 'manual')
  return right({
    ...{ ...rest, snapshot, now, version },
    location: location && { ...location, byHand: byHand(location.type, location.name) },
    heldUp: oldest === undefined ? null : describeOpen(oldest),
  })
}

async function readAround(db: Db, id: string): Promise<Around | null> {
  const { rows } = await db.query<Around>(
    `with v as (
       select id, state, ${publishedAt('o')} as upload_location, edit_time, not_before, attempt from reelstate.videos o where id = $1
     ), held as (
       select case when substate = 'RECONCILING' then snapshot->'context'->'reconcile'->>'node' else uploader end as node, id
       from reelstate.videos where state in ('CLAIMED', 'FINALIZING') and id <> $1
     ), seen as (
       select n.name, case when n.stopped_at is not null then 'stopped' when ${isLive('n')} then 'running' else 'silent' end as state,
         extract(epoch from clock_timestamp() - n.beat_at)::float8 as silent,
         coalesce(n.locations ? v.upload_location, false) as offers, n.locations->v.upload_location->>'type' as type,
         n.started_at, n.only_named, f.missing_seconds as missing,
         (select coalesce(jsonb_agg(held.id order by held.id), '[]') from held where held.node = n.name) as busy
       from v cross join reelstate.nodes n
       left join reelstate.footage f on f.video = v.id and f.node = n.name and f.edit_time = v.edit_time
     )
     select
       (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'state', state, 'silentSeconds', silent, 'offers', offers,
         'onlyNamed', only_named, 'missingSeconds', missing, 'busyWith', busy) order by name), '[]') from seen) as nodes,
       case when v.upload_location is not null then jsonb_build_object('name', v.upload_location,
         'type', (select type from seen where type is not null order by started_at desc limit 1),
         'gate', ${gateOf('l')}, 'state', coalesce(nullif(concat_ws('.', l.state, l.substate), ''), 'READY'),
         'reason', l.reason, 'until', l.until, 'probe', l.probe_video) end as location,
       (select jsonb_build_object('doneSeconds', p.done_seconds, 'totalSeconds', p.total_seconds,
          'silentSeconds', extract(epoch from clock_timestamp() - p.noted_at))
        from reelstate.progress p where p.stream = 'video/' || v.id and p.attempt = v.attempt) as cut,
       (select count(*)::int from (
          select from reelstate.videos o where v.state = 'EDITED' and o.state = 'EDITED'
            and o.upload_location = v.upload_location
            and (coalesce(o.not_before, o.edit_time), o.id) < (coalesce(v.not_before, v.edit_time), v.id)
          limit ${COUNTED_AHEAD}) before) as ahead
     from v left join reelstate.locations l on l.name = v.upload_location`,
    [id],
  )
  return rows[0] ?? null
}
