/** The nodes that share the database: who they are, what they offer, and when they were last heard of. */
import type { Queryable } from './database.js'

/** What a node says of a location: its name is the key that it stands under. */
export interface OfferedLocation {
  readonly type: string
  readonly cut: string
  readonly account?: string
  /** Whatever an edit says, nothing of it is listed. */
  readonly unlisted_only?: boolean
  /** Of every video, beside those of its edit. */
  readonly tags?: readonly string[]
  /** What it has published can be changed. */
  readonly updates?: boolean
}

export interface NodeRecord {
  readonly name: string
  readonly host: string
  readonly pid: number
  readonly version: string
  readonly locations: Readonly<Record<string, OfferedLocation>>
  /** Where other nodes reach its HTTP; null where they cannot. */
  readonly url?: string | null
  /** Of which it has footage. */
  readonly channels?: readonly string[]
  /** It takes only videos whose edit names it. */
  readonly onlyNamed?: boolean
}

/** So long after its last beat a node that says nothing is not shown as running any more; in seconds. */
export const SILENT_SECONDS = 30
/** SQL: whether the node `n` of the table `nodes` is running, as far as anybody can tell: by its last beat, on the database's clock. */
export const isLive = (n: string): string =>
  `(${n}.stopped_at is null and ${n}.beat_at > clock_timestamp() - interval '${SILENT_SECONDS} seconds')`

export interface SeenNode extends Required<NodeRecord> {
  /** `silent`: it did not say that it stopped, but has not been heard of for 30 s. */
  readonly state: 'running' | 'silent' | 'stopped'
  readonly startedAt: string
  /** Since its last beat, on the database's clock. */
  readonly silentSeconds: number
  /** The videos that it has in hand. */
  readonly videos: readonly string[]
}

export async function registerNode(
  db: Queryable,
  { name, host, pid, version, locations, url = null, channels = [], onlyNamed = false }: NodeRecord,
): Promise<void> {
  await db.query(
    `insert into reelstate.nodes (name, host, pid, version, locations, url, channels, only_named, started_at, beat_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp(), clock_timestamp())
     on conflict (name) do update set host = excluded.host, pid = excluded.pid, version = excluded.version,
       locations = excluded.locations, url = excluded.url, channels = excluded.channels, only_named = excluded.only_named,
       started_at = excluded.started_at, beat_at = excluded.beat_at, stopped_at = null`,
    [name, host, pid, version, JSON.stringify(locations), url, channels, onlyNamed],
  )
}

/** A sign of life: neither an event nor a notification, so that it wakes nobody. @param withinMs after which it has failed. */
export async function beat(db: Queryable, name: string, withinMs: number): Promise<void> {
  const statement = {
    text: 'update reelstate.nodes set beat_at = clock_timestamp() where name = $1',
    values: [name],
    query_timeout: withinMs,
  }
  await db.query(statement)
}

/** Of which channels the node has footage now. */
export async function noteChannels(db: Queryable, name: string, channels: readonly string[]): Promise<void> {
  await db.query('update reelstate.nodes set channels = $2 where name = $1 and channels <> $2', [name, channels])
}

/** Where other nodes reach the node's HTTP: it knows only once it listens. */
export async function noteUrl(db: Queryable, name: string, url: string): Promise<void> {
  await db.query('update reelstate.nodes set url = $2 where name = $1', [name, url])
}

export async function signOff(db: Queryable, name: string): Promise<void> {
  await db.query('update reelstate.nodes set stopped_at = clock_timestamp() where name = $1', [name])
}

export async function listNodes(db: Queryable): Promise<SeenNode[]> {
  const { rows } = await db.query<Omit<SeenNode, 'startedAt'> & { started_at: Date }>(
    `with held as (
       select case when substate = 'RECONCILING' then snapshot->'context'->'reconcile'->>'node' else uploader end as node, id
       from reelstate.videos where state in ('CLAIMED', 'FINALIZING')
     )
     select n.name, host, pid, version, locations, url, channels, only_named as "onlyNamed", started_at,
       case when stopped_at is not null then 'stopped' when ${isLive('n')} then 'running' else 'silent' end as state,
       extract(epoch from clock_timestamp() - beat_at)::float8 as "silentSeconds",
       array(select id from held where held.node = n.name order by id) as videos
     from reelstate.nodes n order by n.name`,
  )
  return rows.map(({ started_at, ...node }) => ({ ...node, startedAt: started_at.toISOString() }))
}

/** Other nodes that run, as far as anybody can tell. */
export const liveNodes = async (db: Queryable, own: string): Promise<SeenNode[]> =>
  (await listNodes(db)).filter(({ name, state }) => state === 'running' && name !== own)

/** Every location that some registered node offers, by name. Where nodes differ in its type, the one last started counts. */
export async function offeredLocations(db: Queryable): Promise<Record<string, OfferedLocation>> {
  const { rows } = await db.query<{ locations: Record<string, OfferedLocation> }>(
    'select locations from reelstate.nodes order by started_at',
  )
  return Object.assign({}, ...rows.map(({ locations }) => locations)) as Record<string, OfferedLocation>
}

/** The locations of an account, or the one of this name where no account is named, as the registered nodes say. */
export const locationsOf = (
  offered: Readonly<Record<string, OfferedLocation>>,
  who: { readonly account: string } | { readonly location: string },
): string[] =>
  Object.entries(offered).flatMap(([name, { account }]) =>
    ('account' in who ? account === who.account : name === who.location) ? [name] : [],
  )

/** Makes the account's watching this connection's alone, until it ends. False where another has it. */
export async function lockAccount(on: Queryable, account: string): Promise<boolean> {
  const { rows } = await on.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('reelstate account ' || $1, 0)) as locked`,
    [account],
  )
  return rows[0]?.locked === true
}

const nameKey = (name: string): string => `hashtextextended('reelstate node ' || ${name}, 0)`

/**
 * The session-level advisory lock that makes a node's name its own: it falls with the connection that holds it.
 * @returns the server's process that holds it now; null where another one does.
 */
export async function lockName(on: Queryable, name: string): Promise<number | null> {
  const { rows } = await on.query<{ locked: boolean; pid: number }>(
    `select pg_try_advisory_lock(${nameKey('$1')}) as locked, pg_backend_pid() as pid`,
    [name],
  )
  return rows[0]?.locked === true ? rows[0].pid : null
}

/** SQL: whether the lock on the node's name is held, by whatever is left of it. */
export const isNameLocked = (name: string): string => `exists (${lockHolders(name)})`

// a bigint key stands in two columns
const lockHolders = (name: string): string =>
  `select l.pid from pg_locks l where l.locktype = 'advisory' and l.granted and l.objsubid = 1
   and l.database = (select oid from pg_database where datname = current_database())
   and (l.classid::bigint << 32 | l.objid::bigint) = ${nameKey(name)}`

/**
 * Ends the connection that holds the name of a node that has been silent for too long: of a machine that went away without a word the
 * server may believe for hours that it is there. Whoever woke up behind it finds that its name is another's.
 */
export async function endSilentHolder(on: Queryable, name: string): Promise<void> {
  await on.query(
    `select pg_terminate_backend(held.pid) from reelstate.nodes n, lateral (${lockHolders('n.name')}) held
     where n.name = $1 and greatest(n.beat_at, pg_postmaster_start_time()) < clock_timestamp() - interval '${SILENT_SECONDS} seconds'`,
    [name],
  )
}

/** Ends the server's process `pid` where it holds the node's name. One that is frozen goes when it wakes. */
export async function endHolder(on: Queryable, name: string, pid: number): Promise<void> {
  await on.query(`select pg_terminate_backend(held.pid) from (${lockHolders('$1')}) held where held.pid = $2`, [
    name,
    pid,
  ])
}
