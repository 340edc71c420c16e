import { stat } from 'node:fs/promises'
import { runProgram, type Account } from './run-program.js'
import { DatabaseUnavailable } from './unavailable.js'

/** The users that may run the server when we are root, in order; initdb needs one that is in passwd. */
const CANDIDATES = ['postgres', 'nobody']
const LOOKUP_TIMEOUT_MS = 10_000

/**
 * Whom to run the server as: undefined (ourselves) unless we are root, whom PostgreSQL refuses. A server's folder that exists
 * keeps the owner that it has.
 */
export async function serverAccount(home: string): Promise<Account | undefined> {
  if (process.geteuid?.() !== 0) return undefined
  const owner = await stat(home).catch(() => undefined)
  if (owner !== undefined && owner.uid !== 0) return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  for (const name of CANDIDATES) {
    const account = await lookUp(name)
    if (account !== undefined) return account
  }
  throw new DatabaseUnavailable(
    'PostgreSQL does not run as root, and this machine has neither a user "postgres" nor "nobody": ' +
      'start as another user, or set DATABASE_URL',
  )
}

async function lookUp(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)])
  return uid === undefined || gid === undefined ? undefined : { name, uid, gid }
}

async function idOf(flag: '-u' | '-g', name: string): Promise<number | undefined> {
  const { succeeded, output } = await runProgram('id', [flag, name], { timeoutMs: LOOKUP_TIMEOUT_MS })
  return succeeded && /^\d+$/.test(output) && output !== '0' ? Number(output) : undefined
}
