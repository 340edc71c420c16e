/** Telling a database that is away, which passes, from a bug, which doesn't. */
const passing = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/
/**
 * PostgreSQL's classes: connection exception, transaction rolled back (deadlock), insufficient resources, operator
 * intervention (cancelled, shutdown, crash, start-up); 25006 is a server that only reads while another takes over.
 */
const passingStates = /^(08|25006|40|53|57)/
/** What `pg` says without a code. */
const passingMessages =
  /connection (terminated|ended|timeout)|timeout (exceeded|expired)|query read timeout|not queryable|Client was closed/i

export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isConnectionError)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  // a socket's file is missing while its server starts anew
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect'
  return passing.test(code) || passingStates.test(code) || passingMessages.test(error.message)
}
