/** Locations in the log: where each stands, and the one way to append to its stream. */
import { type Either, isLeft, left, right } from 'fp-ts/lib/Either.js'
import { stateName } from '../../machines/decide.js'
import {
  decideLocation,
  foldLocation,
  type LocationNotAllowed,
  type LocationSnapshot,
  newLocation,
  projectLocation,
  restoreLocation,
  type StoredLocation,
} from '../../machines/decideLocation.js'
import type { Envelope } from '../../machines/events.js'
import { LOCATION_CHART_VERSION } from '../../machines/location.js'
import {
  type LocationDataOf,
  type LocationEvent,
  locationEvents,
  type LocationEventType,
} from '../../machines/locationEvents.js'
import type { By } from './act.js'
import type { Conflict } from './append.js'
import type { Queryable } from './database.js'
import { readableEvents, readStream, type Recorded, type Unreadable } from './read.js'
import { statement } from './statement.js'

export type LocationRefusal = LocationNotAllowed | Unreadable | Conflict

export interface ActOnLocation<T extends LocationEventType> {
  readonly type: T
  /** The event's data, built on what the location is and on the database's time. */
  readonly data: (now: LocationSnapshot, at: string) => LocationDataOf<T>
  readonly by: By
  /** What would become of it: nothing is appended. */
  readonly isTrial?: boolean
  /** Only on this version: a Conflict is then returned. */
  readonly expected?: number
}

export interface ActedOnLocation {
  readonly version: number
  readonly event: LocationEvent
  readonly before: LocationSnapshot
  readonly snapshot: LocationSnapshot
}

export interface CurrentLocation {
  readonly snapshot: LocationSnapshot
  /** 0 where nothing has been noted of it. */
  readonly version: number
  /** The database's time as of the reading. */
  readonly now: string
}

export const locationStream = (name: string): string => `location/${name}`

/** Every loser has seen another one's event go in: so many would be a bug. */
const attempts = 50
const appendStatement = statement('append-location')

/** Appends one event of `type` if the chart takes it; where somebody else was faster, the decision is made anew. */
export async function actOnLocation<T extends LocationEventType>(
  db: Queryable,
  name: string,
  { type, data, by, isTrial = false, expected: wanted }: ActOnLocation<T>,
): Promise<Either<LocationRefusal, ActedOnLocation>> {
  const stream = locationStream(name)
  let expected = 0
  for (let i = 0; i < attempts; i++) {
    const read = await readLocation(db, name)
    if (isLeft(read)) return read
    const { snapshot: before, version, now: at } = read.right
    if (wanted !== undefined && version !== wanted) return left({ _tag: 'Conflict', stream, expected: wanted })
    expected = version
    const envelope: Envelope = { at, actor: by.actor ?? null, node: by.node ?? null, cause: by.cause ?? null }
    const event = { type, data: data(before, at), ...envelope } as LocationEvent
    const decided = decideLocation(before, event)
    if (isLeft(decided)) return decided
    const snapshot = decided.right
    if (isTrial) return right({ version, event, before, snapshot })
    const { rowCount } = await db.query({
      ...appendStatement,
      values: [
        stream,
        version,
        JSON.stringify(stored(event, version + 1, stateName(snapshot))),
        JSON.stringify(projectLocation(snapshot, version + 1)),
      ],
    })
    if (rowCount === 1) return right({ version: version + 1, event, before, snapshot })
  }
  return left({ _tag: 'Conflict', stream, expected })
}

const stored = ({ type, data, at, actor, node, cause }: LocationEvent, version: number, state: string) => ({
  version,
  type,
  schema: locationEvents[type].schema,
  state,
  chart: LOCATION_CHART_VERSION,
  data,
  actor,
  node,
  cause,
  recorded_at: at,
})

/** Where the location stands. Its row holds the folded state; where another version of the chart folded it, its history is folded anew. */
export async function readLocation(db: Queryable, name: string): Promise<Either<Unreadable, CurrentLocation>> {
  const { rows } = await db.query<{
    now: Date
    version: number | null
    chart: number | null
    snapshot: StoredLocation | null
  }>(
    `select clock_timestamp() as now, version, chart, snapshot from (select) one left join reelstate.locations on name = $1`,
    [name],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  const now = row.now.toISOString()
  if (row.version === null || row.snapshot === null) return right({ snapshot: newLocation(name), version: 0, now })
  const { version } = row
  if (row.chart === LOCATION_CHART_VERSION) return right({ snapshot: restoreLocation(row.snapshot), version, now })
  const folded = await replayLocation(db, name, version)
  return isLeft(folded) ? folded : right({ ...folded.right, now })
}

/** The location as its events alone give it. */
export async function replayLocation(
  db: Queryable,
  name: string,
  upTo?: number,
): Promise<Either<Unreadable, Omit<CurrentLocation, 'now'>>> {
  const stream = locationStream(name)
  const history = await readStream(db, stream, upTo === undefined ? {} : { upTo })
  const events = readableEvents(stream, history as Recorded<LocationEvent>[])
  if (isLeft(events)) return events
  return right({ snapshot: foldLocation(name, events.right), version: history.at(-1)?.version ?? 0 })
}

/** Whether videos may be claimed for the location `l`: any, one to try, or none. A probe is over when nobody is at work on it any more. */
export const gateOf = (l: string): string => `case
  when ${l}.name is null or ${l}.state = 'READY' then 'open'
  when ${l}.state = 'PAUSED' then case when ${l}.until <= clock_timestamp() then 'probe' else 'closed' end
  when ${l}.probe_attempt is null then 'probe'
  when ${l}.probe_at > clock_timestamp() - interval '30 seconds' then 'closed'
  when exists (select from reelstate.videos v where v.id = ${l}.probe_video and v.attempt = ${l}.probe_attempt
      and v.state in ('CLAIMED', 'FINALIZING'))
    and exists (select from reelstate.nodes n where n.name = ${l}.probe_node and n.stopped_at is null
      and n.beat_at > clock_timestamp() - interval '30 seconds') then 'closed'
  else 'probe' end`

export interface Gate {
  readonly gate: 'open' | 'probe' | 'closed'
  /** The attempt that is, or was, tried. */
  readonly probe: string | null
}

export async function readGate(db: Queryable, name: string): Promise<Gate> {
  const { rows } = await db.query<Gate>(
    `select ${gateOf('l')} as gate, probe_attempt as probe from (select) one left join reelstate.locations l on l.name = $1`,
    [name],
  )
  const [row] = rows
  if (!row) throw new Error('the database answered without a row')
  return row
}

/** A location as it stands in a list. */
export interface ListedLocation {
  readonly name: string
  /** null where no registered node offers it any more. */
  readonly type: string | null
  readonly account: string | null
  readonly state: string
  /** Of its stream; 0 where nothing has been noted of it. */
  readonly version: number
  readonly reason: string | null
  /** UTC, as is `pausedAt`. */
  readonly until: string | null
  readonly pausedBy: string | null
  readonly pausedAt: string | null
  /** Videos that are ready to be cut for it. */
  readonly waiting: number
  /** Attempts that failed in a row without pausing it yet. */
  readonly failures: number
  /** The one video that is tried now, and by which node. */
  readonly probe: { readonly video: string; readonly node: string | null } | null
}

/** Every location that a registered node offers or of which the log knows, by name. */
export async function listLocations(db: Queryable): Promise<ListedLocation[]> {
  const { rows } = await db.query<
    Omit<ListedLocation, 'until' | 'pausedAt'> & { readonly until: Date | null; readonly paused_at: Date | null }
  >(
    `with offered as (
       select distinct on (o.name) o.name, location from reelstate.nodes n, jsonb_each(n.locations) as o(name, location)
       order by o.name, n.started_at desc
     )
     select coalesce(offered.name, l.name) as name, location->>'type' as type, location->>'account' as account,
       coalesce(nullif(concat_ws('.', l.state, l.substate), ''), 'READY') as state, coalesce(l.version, 0) as version, l.reason, l.until, l.paused_by as "pausedBy", l.paused_at,
       (select count(*)::integer from reelstate.videos v
        where v.state = 'EDITED' and v.upload_location = coalesce(offered.name, l.name)) as waiting,
       coalesce(l.failures, 0) as failures,
       case when l.probe_video is not null then json_build_object('video', l.probe_video, 'node', l.probe_node) end as probe
     from offered full join reelstate.locations l on l.name = offered.name
     order by 1`,
  )
  return rows.map(({ until, paused_at, ...row }) => ({
    ...row,
    until: until?.toISOString() ?? null,
    pausedAt: paused_at?.toISOString() ?? null,
  }))
}
