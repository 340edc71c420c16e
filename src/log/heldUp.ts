/** Who holds up whoever follows the log: readers take only what is older than every transaction that is still open. */
import type { Queryable } from './database.js'

/** A transaction that has been open for some time, anywhere on the server. One that only reads holds up nobody, and is none. */
export interface OpenTransaction {
  /** PostgreSQL's number of it. */
  readonly xid: string
  /** The server's process; null where it was prepared for a commit in two phases that never came. */
  readonly pid: number | null
  /** The connection's application_name, or the prepared transaction's. */
  readonly name: string
  readonly user: string
  readonly database: string
  /** UTC; null where this user may not see it. */
  readonly since: string | null
}

/** The oldest first. @param olderThanMs in milliseconds; those whose age cannot be seen are always among them. */
export async function openTransactions(db: Queryable, olderThanMs: number): Promise<OpenTransaction[]> {
  const { rows } = await db.query<Omit<OpenTransaction, 'since'> & { since: Date | null }>(
    `select * from (
       select backend_xid::text as xid, pid, application_name as name, usename as "user", datname as database, xact_start as since
       from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
       union all
       select transaction::text, null, gid, owner, database, prepared from pg_prepared_xacts
     ) open
     where since is null or since < clock_timestamp() - $1 * interval '1 millisecond'
     order by since`,
    [olderThanMs],
  )
  return rows.map(({ since, ...row }) => ({ ...row, since: since?.toISOString() ?? null }))
}

/** For people. @param since of a transaction whose age cannot be seen: when it was first seen, UTC. */
export function describeOpen(
  { pid, name, user, database, ...open }: OpenTransaction,
  since = open.since ?? '',
): string {
  const whose = `user ${user}, database ${database}`
  const what =
    pid === null
      ? `prepared transaction "${name}" (${whose}) has been open`
      : `process ${pid} of PostgreSQL (${name === '' ? 'unnamed' : name}, ${whose}) has had a transaction open`
  return `${what} since ${since}, which holds up all who follow the log`
}

export const remedyOf = ({ pid, name }: Pick<OpenTransaction, 'pid' | 'name'>): string =>
  pid === null ? `end it there: rollback prepared '${name}'` : `end it there, or: select pg_terminate_backend(${pid})`
