/** Telling a database that is away, which passes, from a bug, which doesn't. */
const passing = /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/
/** PostgreSQL's classes: connection exception, insufficient resources, operator intervention (shutdown, crash, start-up). */
const passingStates = /^(08|53|57P)/
/** What `pg` says without a code. */
const passingMessages =
  /connection (terminated|ended|timeout)|timeout (exceeded|expired)|query read timeout|not queryable|Client was closed/i

export function isConnectionError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError) return error.errors.some(isConnectionError)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return passing.test(code) || passingStates.test(code) || passingMessages.test(error.message)
}
