import { Socket } from 'node:net'
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { describeTarget, targetOf, type Target } from './address.js'
import { errorCode, inOneLine } from './unavailable.js'

const CONNECT_TIMEOUT_MS = 6_000
const QUERY_TIMEOUT_MS = 2_000
const OLDEST_MAJOR = 14

/** What it is needed for. A standby is good enough for who only wants to look. */
export type Use = 'read' | 'write'

/**
 * Tries once, in at most 8 s, whether the database at `url` can be used. Left: one line with host, port, database, user,
 * what failed and what to check, without the password.
 */
export async function checkDatabase(url: string, use: Use = 'write'): Promise<Either<string, void>> {
  const target = targetOf(url)
  if (target === undefined) {
    return left(
      'the database URL is not valid: expected postgres://user:password@host:port/database, ' +
        'special characters in the password percent-encoded: check DATABASE_URL',
    )
  }
  const problem = await connectAndAsk(url, target, use)
  return problem === undefined ? right(undefined) : left(`cannot use ${describeTarget(target)}: ${problem}`)
}

async function connectAndAsk(url: string, target: Target, use: Use): Promise<string | undefined> {
  const socket = new Socket()
  let client: pg.Client
  try {
    client = new pg.Client({
      connectionString: url,
      stream: () => socket,
      application_name: 'reelstate check',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: QUERY_TIMEOUT_MS,
    })
    // A connection that breaks says so to the query that is waiting, too.
    client.on('error', () => undefined)
    await client.connect()
    const answer = await client.query<{ version: string; encoding: string; standby: boolean; reads: string }>(
      `select current_setting('server_version_num') as version, current_setting('server_encoding') as encoding,
         pg_is_in_recovery() as standby, current_setting('transaction_read_only') as reads`,
    )
    const server = answer.rows[0]
    if (server === undefined) return 'it gave no answer'
    const unfit = unfitReason(Number(server.version), server.encoding)
    return unfit ?? (use === 'write' ? readOnlyReason(server.standby, server.reads === 'on') : undefined)
  } catch (error) {
    return explain(error, target)
  } finally {
    socket.destroy()
  }
}

/** Why a server of `versionNumber` (server_version_num: 180004 is 18.4) and `encoding` won't do, if so. */
export function unfitReason(versionNumber: number, encoding: string): string | undefined {
  const major = Math.floor(versionNumber / 10_000)
  if (major < OLDEST_MAJOR) {
    return `the server is PostgreSQL ${major}, but ${OLDEST_MAJOR} or newer is needed: upgrade it, or use another one`
  }
  if (encoding !== 'UTF8') {
    return (
      `its encoding is ${encoding}, but UTF8 is needed: make the database anew with ` +
      `"create database … template template0 encoding 'UTF8'"`
    )
  }
  return undefined
}

/** Why a server that only reads won't do for who has to write. */
function readOnlyReason(isStandby: boolean, onlyReads: boolean): string | undefined {
  if (isStandby)
    return 'the server only reads, it is a standby: give the address of the primary in DATABASE_URL, or promote this one if the primary is gone for good'
  if (onlyReads)
    return 'the server only reads: turn default_transaction_read_only off there, for this user and for this database'
  return undefined
}

/** What failed and what to check, by the code of the system's or PostgreSQL's error. */
function explain(error: unknown, target: Target): string {
  const code = errorCode(error) ?? ''
  const text = inOneLine(error)
  const { host, port, database, user } = target
  switch (code) {
    case 'ECONNREFUSED':
      return `connection refused (ECONNREFUSED): check that PostgreSQL runs on ${host} and listens on port ${port}`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
      return `no address is known for the host "${host}" (${code}): check the host's name and the name server`
    case 'ENOENT':
    case 'EACCES':
      return `its socket in ${host} cannot be opened (${code}): check the folder, and that PostgreSQL runs`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return `the host cannot be reached (${code}): check the address, the network and the firewall`
    case 'ETIMEDOUT':
      return noAnswer(target, code)
    case 'ECONNRESET':
    case 'EPIPE':
      return `the connection was cut (${code}): check that a PostgreSQL server is what listens on port ${port}`
    case '28P01':
      return `password authentication failed (28P01): check the user "${user}" and the password in DATABASE_URL`
    case '28000':
      return /pg_hba/.test(text)
        ? `the server lets no such connection in (no pg_hba.conf entry, 28000): check pg_hba.conf for this user, database, address and SSL`
        : `the server refuses the user (28000: ${text}): check the user "${user}", and that it may log in`
    case '3D000':
      return `the database does not exist (3D000): create it (create database "${database}" encoding 'UTF8'), or correct its name`
    case '42501':
      return `permission denied (42501: ${text}): grant the user "${user}" CONNECT on the database`
    case '53300':
      return 'the server has no connection left (53300): raise max_connections, or close other clients'
    case '57P03':
      return `the server takes no connections now (57P03: ${text}): try again in a moment`
    default:
      return explainByText(text, code, target)
  }
}

/** What the client itself finds out has no code. */
function explainByText(text: string, code: string, target: Target): string {
  if (/timeout/i.test(text)) return noAnswer(target, 'timeout')
  if (/password must be a/.test(text)) return 'the server asks for a password: give one in DATABASE_URL'
  if (/does not support SSL/.test(text)) {
    return 'the server does not support SSL: take sslmode out of DATABASE_URL, or turn SSL on in the server'
  }
  if (/certificate|SSL|TLS/i.test(text)) return `SSL failed (${text}): check sslmode and the server's certificate`
  if (/terminated unexpectedly/.test(text)) {
    return `the connection was closed: check that a PostgreSQL server is what listens on port ${target.port}`
  }
  const known = code === '' || text.includes(code) ? text : `${code}: ${text}`
  return `${known}: check DATABASE_URL and the server's log`
}

function noAnswer(target: Target, what: string): string {
  return (
    `no answer (${what}): check the host, the firewall, ` +
    `and that a PostgreSQL server is what listens on port ${target.port}`
  )
}
