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
}

export interface SeenNode extends NodeRecord {
  readonly startedAt: string
  readonly stopped: boolean
  /** Since its last beat, on the database's clock. */
  readonly silentSeconds: number
}

export async function registerNode(db: Queryable, { name, host, pid, version, locations }: NodeRecord): Promise<void> {
  await db.query(
    `insert into reelstate.nodes (name, host, pid, version, locations, started_at, beat_at)
     values ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp())
     on conflict (name) do update set host = excluded.host, pid = excluded.pid, version = excluded.version,
       locations = excluded.locations, started_at = excluded.started_at, beat_at = excluded.beat_at, stopped_at = null`,
    [name, host, pid, version, JSON.stringify(locations)],
  )
}

/** A sign of life: neither an event nor a notification, so that it wakes nobody. */
export async function beat(db: Queryable, name: string): Promise<void> {
  await db.query('update reelstate.nodes set beat_at = clock_timestamp() where name = $1', [name])
}

export async function signOff(db: Queryable, name: string): Promise<void> {
  await db.query('update reelstate.nodes set stopped_at = clock_timestamp() where name = $1', [name])
}

export async function listNodes(db: Queryable): Promise<SeenNode[]> {
  const { rows } = await db.query<Omit<SeenNode, 'startedAt'> & { started_at: Date }>(
    `select name, host, pid, version, locations, started_at, stopped_at is not null as stopped,
       extract(epoch from clock_timestamp() - beat_at)::float8 as "silentSeconds"
     from reelstate.nodes order by name`,
  )
  return rows.map(({ started_at, ...node }) => ({ ...node, startedAt: started_at.toISOString() }))
}

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

/** The session-level advisory lock that makes a node's name its own: it falls with the connection that holds it. */
export async function lockName(on: Queryable, name: string): Promise<boolean> {
  const { rows } = await on.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('reelstate node ' || $1, 0)) as locked`,
    [name],
  )
  return rows[0]?.locked === true
}
