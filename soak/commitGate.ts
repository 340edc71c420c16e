/** A gate before the log: the database holds an event of one kind back, just before it is committed. */
import { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import type { EventType } from '../machines/events.js'

/** Once a database: each event passes the gate of its type. */
export const gateSql = `
  create function public.pass_gate() returns trigger language plpgsql as $$ begin
    perform pg_advisory_xact_lock_shared(hashtextextended('gate ' || new.type, 0));
    return new;
  end $$;
  create trigger a_gate before insert on reelstate.events for each row execute function public.pass_gate()`

const waiting = `
  select pid, application_name as name from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and not granted and mode = 'ShareLock'
    and (classid::bigint << 32 | objid::bigint) = hashtextextended('gate ' || $1, 0)`

export interface Waiting {
  /** The node whose event it is. */
  readonly node: string
  /** Lets the event through, or never; either way the gate is open again. */
  release(committed: boolean): Promise<void>
}

/** The next event of the type. Null where it has not come before `signal`, or the database went away. */
export async function holdNext(url: string, type: EventType, signal: AbortSignal): Promise<Waiting | null> {
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: url,
    stream: () => socket,
    application_name: 'gate',
    connectionTimeoutMillis: 2_000,
  })
  client.on('error', () => undefined)
  // a goodbye to a server that has gone would never end; the lock falls with the connection
  const leave = (): void => void socket.destroy()
  try {
    await client.connect()
    await client.query(`set lock_timeout = '2s'`)
    await client.query(`select pg_advisory_lock(hashtextextended('gate ' || $1, 0))`, [type])
    while (!signal.aborted) {
      const { rows } = await client.query<{ pid: number; name: string }>(waiting, [type])
      const [first] = rows
      if (!first) {
        await pause(10)
        continue
      }
      const release = async (committed: boolean): Promise<void> => {
        if (!committed) await client.query('select pg_terminate_backend($1)', [first.pid]).catch(() => undefined)
        leave()
      }
      // `reelstate NODE`, and what for
      return { node: first.name.split(' ')[1] ?? '', release }
    }
    leave()
    return null
  } catch {
    leave()
    return null
  }
}
