/** Connections to PostgreSQL as every part of the service uses them. */
import pg from 'pg'
import { session, type SessionOptions } from './session.js'

export type Db = pg.Pool

/** What a statement may run on: the pool, or one connection of it within a transaction. */
export type Queryable = Pick<pg.Pool, 'query'>

export interface PoolOptions extends SessionOptions {
  readonly connections?: number
  /** An idle connection broke; the pool opens another when it needs one. */
  readonly onLost?: (error: Error) => void
}

/**
 * Connections are opened as they are needed and closed when they have been idle for 10 s. One that has died without a word is
 * handed out like any other: the statement fails after `statementMs` and its connection is thrown away.
 */
export function connect({ connections = 5, onLost = () => undefined, ...options }: PoolOptions): Db {
  const pool = new pg.Pool({ ...session(options), max: connections })
  pool.on('error', onLost)
  // One may be ended from afar at any moment, also before whoever has asked for it gets to listen, and twice: with nobody listening
  // that would end the process. Whatever is asked of it afterwards fails.
  pool.on('connect', (client) => client.on('error', () => undefined))
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
