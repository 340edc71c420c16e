import { Socket } from 'node:net'
import pg from 'pg'
import type { Cluster } from './cluster.js'
import { parsePidFile, sameStart, type PidFile } from './pid-file.js'
import { DATABASE, MAINTENANCE_DATABASE, SUPERUSER } from './settings.js'
import { errorCode, inOneLine } from './unavailable.js'

/**
 * The advisory lock, in the database `postgres`, that says who uses the server: each process holds it shared, who stops
 * the server holds it exclusively. The number is arbitrary, and the same in every release: they share clusters.
 */
const IN_USE_LOCK = '4121968834366664890'
const CONNECT_TIMEOUT_MS = 5_000
const HANG_UP_TIMEOUT_MS = 2_000
const INVALID_PASSWORD = '28P01'

/** A connection that holds the server for this process; `ended` resolves with the reason once it is gone. */
export interface Holder {
  readonly port: number
  readonly ended: Promise<string>
  /** Gives the hold up. True: nobody else has one, and nobody gets one before this connection ends. */
  releaseAsLast(): Promise<boolean>
  hangUp(): Promise<void>
}

/** Why a server that seems to run couldn't be joined now. */
export interface NotJoined {
  readonly reason: string
  /** The server that answered does not know our password. */
  readonly refusedUs: boolean
}

/**
 * Joins the server that `found` tells of, unless another one answers at its port. Waits for the lock, so for the end of
 * a server that is being stopped, no longer than until `deadline` (of performance.now(), ms).
 */
export async function joinServer(cluster: Cluster, found: PidFile, deadline: number): Promise<Holder | NotJoined> {
  if (found.port === undefined) return { reason: 'it has no port yet', refusedUs: false }
  const remainingMs = Math.max(1_000, Math.ceil(deadline - performance.now()))
  const socket = new Socket()
  const client = new pg.Client({
    stream: () => socket,
    host: '127.0.0.1',
    port: found.port,
    user: SUPERUSER,
    password: cluster.password,
    database: MAINTENANCE_DATABASE,
    ssl: false,
    application_name: 'reelstate holder',
    keepAlive: true,
    connectionTimeoutMillis: Math.min(CONNECT_TIMEOUT_MS, remainingMs),
    query_timeout: remainingMs,
  })
  let reason = 'the connection ended'
  client.on('error', (error) => (reason = inOneLine(error)))
  const ended = new Promise<string>((resolve) => client.once('end', () => resolve(reason)))
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [IN_USE_LOCK])
    // Only now: a server that is being stopped says so in its file before it lets go of anyone's lock.
    const read = await client.query<{ text: string }>(`select pg_read_file('postmaster.pid') as text`)
    const theirs = parsePidFile(read.rows[0]?.text ?? '')
    if (sameStart(found, theirs) && theirs.status === 'ready') {
      await ensureDatabase(client)
      return {
        port: found.port,
        ended,
        releaseAsLast: () => releaseAsLast(client),
        hangUp: () => hangUp(client, socket),
      }
    }
    await hangUp(client, socket)
    return { reason: `another server answers at port ${found.port}, or it is ${theirs.status}`, refusedUs: false }
  } catch (error) {
    await hangUp(client, socket)
    return { reason: inOneLine(error), refusedUs: errorCode(error) === INVALID_PASSWORD }
  }
}

async function ensureDatabase(client: pg.Client): Promise<void> {
  const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE])
  if (found.rowCount !== 0) return
  try {
    await client.query(`create database ${DATABASE} template template0 encoding 'UTF8'`)
  } catch (error) {
    // Another process made it at the same moment: duplicate_database, or the unique index of pg_database.
    if (!['42P04', '23505'].includes(errorCode(error) ?? '')) throw error
  }
}

async function releaseAsLast(client: pg.Client): Promise<boolean> {
  await client.query('select pg_advisory_unlock_shared($1)', [IN_USE_LOCK])
  const tried = await client.query<{ alone: boolean }>('select pg_try_advisory_lock($1) as alone', [IN_USE_LOCK])
  return tried.rows[0]?.alone === true
}

/** Says goodbye; a server that doesn't answer is not waited for. */
async function hangUp(client: pg.Client, socket: Socket): Promise<void> {
  const impatience = setTimeout(() => socket.destroy(), HANG_UP_TIMEOUT_MS)
  await client.end().catch(() => undefined)
  clearTimeout(impatience)
  socket.destroy()
}
