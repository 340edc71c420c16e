/** Connections to PostgreSQL as every part of the service uses them. */
import pg from 'pg'

export type Db = pg.Pool

/** What a statement may run on: the pool, or one connection of it within a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>

export interface PoolOptions {
  readonly url: string
  /** Shown in pg_stat_activity, so that an operator sees whose a connection is. */
  readonly name: string
  readonly connections?: number
  /** An idle connection broke; the pool opens another when it needs one. */
  readonly onLost?: (error: Error) => void
}

export function connect({ url, name, connections = 5, onLost = () => undefined }: PoolOptions): Db {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: name,
    max: connections,
    connectionTimeoutMillis: 8_000,
    // a server that went away without a word must not hold an effect for ever
    query_timeout: 60_000,
    keepAlive: true,
    // times in JSON that PostgreSQL makes are UTC wherever the server stands
    options: '-c timezone=UTC',
  })
  pool.on('error', onLost)
  return pool
}

/** Runs `work` in one transaction on one connection; an error undoes it. */
export async function transaction<A>(db: Db, work: (on: pg.PoolClient) => Promise<A>): Promise<A> {
  const on = await db.connect()
  try {
    await on.query('begin')
    const result = await work(on)
    await on.query('commit')
    on.release()
    return result
  } catch (error) {
    // the connection may be what failed: dropping it undoes the transaction as well
    on.release(true)
    throw error
  }
}
