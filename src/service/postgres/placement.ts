import { createHash, randomBytes } from 'node:crypto'
import { access, chmod, constants, lchown, lstat, mkdir, readFile, realpath, rmdir, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { publishFile } from './publish-file.js'
import { ownedFolder } from './programs.js'
import { runProgram, type Account } from './run-program.js'
import { DatabaseUnavailable, errorCode, inOneLine } from './unavailable.js'

const PROBE_TIMEOUT_MS = 10_000
const OWNERSHIP_TIMEOUT_MS = 120_000

/** The folder inside the server's home that PostgreSQL calls its data directory. */
export const clusterIn = (home: string) => join(home, 'cluster')

/** The data directory, made if missing, by its real path: two names of one folder are one database. */
export async function realDataDirectory(dataDirectory: string): Promise<string> {
  try {
    await makeFolder(resolve(dataDirectory))
    return await realpath(dataDirectory)
  } catch (error) {
    throw new DatabaseUnavailable(`the data directory ${dataDirectory} cannot be used: ${inOneLine(error)}`)
  }
}

/** Node's own recursive mkdir never returns where a folder that exists refuses with ENOENT, as /proc does. */
async function makeFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined))?.isDirectory() === true) return
  if (dirname(path) !== path) await makeFolder(dirname(path))
  await mkdir(path).catch((error: unknown) => {
    if (errorCode(error) !== 'EEXIST') throw error
  })
}

/**
 * Where an earlier start has put the server's folder, or where it would be by default (`<dataDirectory>/postgres`).
 * Only looks; {@link placeHome} makes it.
 */
export async function expectedHome(dataDirectory: string): Promise<string> {
  return (await recordedHome(dataDirectory)) ?? join(dataDirectory, 'postgres')
}

/**
 * Makes the folder that holds the cluster, its logs and its port, usable by `account`. If that user cannot reach the
 * data directory, the folder is in `sharedFolder` instead, and a file in the data directory says where.
 */
export async function placeHome(
  dataDirectory: string,
  account: Account | undefined,
  sharedFolder: string,
  onNotice: (line: string) => void,
): Promise<string> {
  const recorded = await recordedHome(dataDirectory)
  if (recorded !== undefined) {
    if ((await stat(recorded).catch(() => undefined)) === undefined) {
      throw new DatabaseUnavailable(
        `the database of ${dataDirectory} was in ${recorded}, which is gone: put it back, ` +
          `or delete ${recordFile(dataDirectory)} to begin with an empty database`,
      )
    }
    if (account !== undefined) await handOver(recorded, account)
    return recorded
  }
  const home = join(dataDirectory, 'postgres')
  const problem = await prepare(home, account)
  if (problem === undefined) return home
  if (account === undefined) throw new DatabaseUnavailable(`the database in ${home} cannot be used: ${problem}`)
  if ((await stat(clusterIn(home)).catch(() => undefined)) !== undefined) {
    throw new DatabaseUnavailable(
      `the database in ${home} cannot be used: user ${account.name}, who runs it, cannot reach it any longer ` +
        `(${problem}): let every user enter the folders above it (chmod o+x)`,
    )
  }
  await rmdir(home).catch(() => undefined)
  return relocate(dataDirectory, account, sharedFolder, onNotice, problem)
}

async function relocate(
  dataDirectory: string,
  account: Account,
  sharedFolder: string,
  onNotice: (line: string) => void,
  reason: string,
): Promise<string> {
  // The random part keeps a new data directory of an old name from finding the old one's cluster.
  const name = createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)
  const elsewhere = join(sharedFolder, `cluster-${name}-${randomBytes(4).toString('hex')}`)
  const failure = await ownedFolder(sharedFolder)
    .then(() => prepare(elsewhere, account))
    .catch((error: unknown) => inOneLine(error))
  if (failure !== undefined) {
    throw new DatabaseUnavailable(
      `user ${account.name}, as whom PostgreSQL runs when we are root, can reach neither ${dataDirectory} (${reason}) ` +
        `nor ${sharedFolder} (${failure}): use a data directory that every user may enter, ` +
        'start as another user than root, or set DATABASE_URL',
    )
  }
  const chosen = (await publishFile(recordFile(dataDirectory), `${elsewhere}\n`, 0o644)).trim()
  if (chosen !== elsewhere) await rmdir(elsewhere).catch(() => undefined)
  onNotice(`user ${account.name} cannot reach ${dataDirectory}: the database is in ${chosen}`)
  return chosen
}

const recordFile = (dataDirectory: string) => join(dataDirectory, 'postgres.location')

async function recordedHome(dataDirectory: string): Promise<string | undefined> {
  const text = await readFile(recordFile(dataDirectory), 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new DatabaseUnavailable(`cannot read ${recordFile(dataDirectory)}: ${inOneLine(error)}`)
  })
  const path = text?.trim()
  return path !== undefined && isAbsolute(path) ? path : undefined
}

/** Makes `home` and lets `account` have it. Returns why it can't be used, if so. */
async function prepare(home: string, account: Account | undefined): Promise<string | undefined> {
  try {
    await mkdir(home, { mode: 0o700 }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error
    })
    if (account !== undefined) await handOver(home, account)
    else await access(home, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    return inOneLine(error)
  }
  if (account === undefined) return undefined
  const probe = await runProgram('test', ['-w', home], { as: account, timeoutMs: PROBE_TIMEOUT_MS })
  return probe.succeeded ? undefined : probe.output || 'permission denied'
}

/** Root made the folder, or put it back from a backup: the server's user must own it, and alone. */
async function handOver(home: string, account: Account): Promise<void> {
  if ((await lstat(home)).uid === 0) await lchown(home, account.uid, account.gid)
  const cluster = clusterIn(home)
  if ((await lstat(cluster).catch(() => undefined))?.uid !== 0) return
  const owner = `${account.uid}:${account.gid}`
  const changed = await runProgram('chown', ['-R', '-h', owner, cluster], { timeoutMs: OWNERSHIP_TIMEOUT_MS })
  if (!changed.succeeded) throw new Error(changed.output)
  await chmod(cluster, 0o700)
}
