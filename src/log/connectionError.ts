/** Telling a database that is away, or cannot do what it should for now, from a bug; and what people are told of it. */

/** A step was tried again for as long as it could wait, and the database has not come back. `cause` is the last error. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway'
  constructor(waitedMs: number, cause: Error) {
    super(`waited ${Math.round(waitedMs / 1000)} s in vain: ${databaseTrouble(cause)}`, { cause })
  }
}

/** Of the system. A socket's file (ENOENT) is missing while its server starts anew. */
const passing = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EHOSTDOWN|ENOTFOUND|EAI_AGAIN)/
/**
 * PostgreSQL's classes: connection exception, refused user (a password that was changed, a server that has just been set up),
 * no such database, transaction rolled back (deadlock), insufficient resources, operator intervention (cancelled, shutdown,
 * crash, start-up), system error; 25006 is a server that only reads, as a standby does until it takes over.
 */
const passingStates = /^(08|25006|28|3D|40|53|57|58)/
/** What `pg` says without a code. */
const passingMessages =
  /connection (terminated|ended|timeout)|timeout (exceeded|expired)|query read timeout|not queryable|Client was closed/i

/** A disk on another machine times out as well (ETIMEDOUT): its errors name a file, those of a connection never do. */
const isOfFile = (error: Error): boolean => 'syscall' in error && 'path' in error

export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (error instanceof DatabaseAway) return true
  if (error instanceof AggregateError) return error.errors.some(isConnectionError)
  if (isOfFile(error)) return false
  const code = codeOf(error)
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect'
  return passing.test(code) || passingStates.test(code) || passingMessages.test(error.message)
}

/** What is wrong with the database and, where that does not pass by itself, what to do: on one line, without secrets. */
export function databaseTrouble(error: Error): string {
  if (error instanceof DatabaseAway) return error.message
  const text = (error instanceof AggregateError ? String(error.errors[0]) : error.message).replace(/\s+/g, ' ').trim()
  const code = codeOf(error)
  switch (code) {
    case '25006':
      return `the database only reads (${code}: ${text}): it is a standby, or default_transaction_read_only is on; let it become the primary, or put the primary's address into DATABASE_URL`
    case '53300':
      return `the database has no connection left (${code}: ${text}): raise max_connections, or close other clients`
    case '53100':
      return `the database's disk is full (${code}: ${text}): make room on its server`
    case '28P01':
    case '28000':
      return `the database refuses the user (${code}: ${text}): start this node anew with what it accepts`
    default:
      return `the database is away (${text})`
  }
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')
