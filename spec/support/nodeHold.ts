/** Holding a node at a moment of a video's life: the database does not let events of one kind be appended until it is told to. */
import pg from 'pg'
import type { EventType } from '../../machines/events.js'
import { until } from './processes.js'

const waiting = `select pid from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'advisory'
  and datname = current_database() and application_name like 'reelstate %'`

/** A hold on one kind of event at a time. */
export class Hold implements AsyncDisposable {
  private constructor(private readonly client: pg.Client) {}

  /** On a database that has the log's tables. */
  static async on(url: string): Promise<Hold> {
    const client = new pg.Client({ connectionString: url, application_name: 'spec hold' })
    await client.connect()
    await client.query(`
      create or replace function public.spec_hold() returns trigger language plpgsql as $$ begin
        perform pg_advisory_xact_lock_shared(hashtextextended('hold ' || new.type, 0));
        return new;
      end $$;
      create or replace trigger a_spec_hold before insert on reelstate.events
        for each row execute function public.spec_hold()`)
    return new Hold(client)
  }

  async events(type: EventType): Promise<void> {
    await this.client.query(`select pg_advisory_lock(hashtextextended('hold ' || $1, 0))`, [type])
  }

  /** Until a node waits to append the event. */
  async reached(): Promise<void> {
    await until(async () => ((await this.client.query(waiting)).rowCount ?? 0) > 0, 'a node waits to append', 60)
  }

  /** Lets go: what waits is appended, also where its node has died meanwhile. */
  async release(): Promise<void> {
    await this.client.query('select pg_advisory_unlock_all()')
  }

  /** What waits is never appended, as where the node died before it could ask for it. */
  async undo(): Promise<void> {
    await this.client.query(`select pg_terminate_backend(pid) from (${waiting}) w`)
    await until(async () => ((await this.client.query(waiting)).rowCount ?? 0) === 0, 'nobody waits', 10)
    await this.release()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.end()
  }
}
