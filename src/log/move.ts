/** Taking the whole log to another server: every event, in order, with the hash that it has always had. */
import { type Db, type Queryable, transaction } from './database.js'
import { fillFromLog, type Rebuilt } from './rebuild.js'

/** Thrown when the log cannot be moved as it is. Its message is for the operator; nothing has been changed then. */
export class MoveRefused extends Error {
  override readonly name = 'MoveRefused'
}

export interface Moved extends Rebuilt {
  readonly events: number
}

export interface MoveProgress {
  readonly done: number
  readonly total: number
}

const batch = 500

/**
 * Copies `from` (which nobody may be writing to) into `to`, an empty and migrated database, in one transaction there.
 * Positions are kept; transaction numbers mean nothing on another server, so all get 0.
 * @throws MoveRefused where a node is running, the other log is not empty, or a hash does not come out the same.
 */
export async function moveLog(from: Db, to: Db, onProgress: (progress: MoveProgress) => void): Promise<Moved> {
  const { rows: live } = await from.query<{ name: string }>(
    `select name from reelstate.nodes where stopped_at is null and beat_at > clock_timestamp() - interval '30 seconds'`,
  )
  if (live.length > 0)
    throw new MoveRefused(`nodes are running: ${live.map(({ name }) => name).join(', ')}. Stop them first, then move`)
  return transaction(from, async (source) => {
    await source.query('set transaction isolation level repeatable read, read only')
    return transaction(to, async (target) => {
      await target.query('lock table reelstate.events in exclusive mode')
      const { rows } = await target.query('select from reelstate.events limit 1')
      if (rows.length > 0)
        throw new MoveRefused('the log of the other database is not empty: moving there would mix two histories')
      const { rows: templates } = await target.query('select from reelstate.templates limit 1')
      if (templates.length > 0)
        throw new MoveRefused('the other database has templates of thumbnails already: move into an empty one')
      const events = await copyEvents(source, target, onProgress)
      await copyTable(source, target, 'blobs', 'sha256')
      await copyTable(source, target, 'templates', 'name')
      await copyTable(source, target, 'playlists', 'id')
      await copyTable(source, target, 'upload_sessions', 'attempt')
      await copyTable(source, target, 'nodes', 'name')
      await copyTable(source, target, 'roles', 'email')
      await copyTable(source, target, 'keys', 'prefix')
      await copyWebhooks(source, target)
      await target.query(
        `select setval(pg_get_serial_sequence('reelstate.events', 'position'), greatest(1, (select max(position) from reelstate.events)))`,
      )
      return { events, ...(await fillFromLog(target)) }
    })
  })
}

async function copyEvents(
  source: Queryable,
  target: Queryable,
  onProgress: (progress: MoveProgress) => void,
): Promise<number> {
  const { rows: counted } = await source.query<{ total: number }>(
    'select count(*)::integer as total from reelstate.events',
  )
  const total = counted[0]?.total ?? 0
  let last = '0'
  for (let done = 0; ;) {
    const { rows } = await source.query<{ position: string; record: string }>(
      `select position, to_jsonb(e)::text as record from reelstate.events e where position > $1 order by position limit $2`,
      [last, batch],
    )
    if (rows.length === 0) return done
    // the trigger computes each hash anew: it has to come out as it was
    const { rows: changed } = await target.query<{ stream: string; version: number }>(
      `with given as (select r.* from unnest($1::jsonb[]) record, jsonb_populate_record(null::reelstate.events, record) r),
       inserted as (
         insert into reelstate.events (position, stream, version, type, schema, state, chart, data, actor, node, cause, txid, recorded_at)
         overriding system value
         select position, stream, version, type, schema, state, chart, data, actor, node, cause, '0'::xid8, recorded_at
         from given order by position
         returning position, stream, version, hash
       )
       select inserted.stream, inserted.version from inserted join given using (position) where inserted.hash <> given.hash`,
      [rows.map(({ record }) => record)],
    )
    const [odd] = changed
    if (odd)
      throw new MoveRefused(
        `event ${odd.version} of ${odd.stream} has another hash than its content gives: the log was changed`,
      )
    done += rows.length
    last = rows.at(-1)?.position ?? last
    onProgress({ done, total })
  }
}

async function copyTable(
  source: Queryable,
  target: Queryable,
  table: 'blobs' | 'templates' | 'playlists' | 'upload_sessions' | 'nodes' | 'roles' | 'keys',
  key: string,
): Promise<void> {
  // an image may have megabytes, and may be there already: of the same hash it is the same
  const most = table === 'blobs' ? 4 : 20
  const again =
    table === 'nodes' || table === 'templates' || table === 'upload_sessions' ? '' : 'on conflict do nothing'
  for (let last = ''; ;) {
    const { rows } = await source.query<{ key: string; record: string }>(
      `select ${key} as key, to_jsonb(t)::text as record from reelstate.${table} t where ${key} > $1 order by ${key} limit ${most}`,
      [last],
    )
    if (rows.length === 0) return
    for (const { record } of rows)
      await target.query(
        `insert into reelstate.${table} select r.* from jsonb_populate_record(null::reelstate.${table}, $1::jsonb) r ${again}`,
        [record],
      )
    last = rows.at(-1)?.key ?? last
  }
}

/**
 * There the log goes by positions alone, so each webhook's place is before the first event that it was not told of: those that
 * had a later transaction are told again.
 */
async function copyWebhooks(source: Queryable, target: Queryable): Promise<void> {
  const { rows } = await source.query<{ name: string; position: string; last_error: string; delivered_at: string }>(
    `select name, last_error, delivered_at::text, coalesce(
       (select min(e.position) - 1 from reelstate.events e where (e.txid, e.position) > (w.txid, w.position)),
       (select max(e.position) from reelstate.events e), 0)::text as position
     from reelstate.webhooks w`,
  )
  for (const { name, position, last_error, delivered_at } of rows)
    await target.query(
      `insert into reelstate.webhooks (name, txid, position, last_error, delivered_at) values ($1, '0', $2, $3, $4)`,
      [name, position, last_error, delivered_at],
    )
}
