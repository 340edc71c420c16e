import { randomBytes } from 'node:crypto'
import { lchown, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { clusterIn } from './placement.js'
import type { Programs } from './programs.js'
import { publishFile } from './publish-file.js'
import { runProgram, type Account } from './run-program.js'
import { clusterArguments, type Durability } from './settings.js'
import { DatabaseUnavailable, errorCode, inOneLine } from './unavailable.js'

/** One cluster: where it is, what runs it, and how to get in. */
export interface Cluster {
  /** The folder of what is ours: the password, the port, what a start says. Root writes nothing into `home`. */
  readonly dataDirectory: string
  /** The folder of all that belongs to the server. */
  readonly home: string
  /** PostgreSQL's own data directory, in `home`. */
  readonly folder: string
  readonly account: Account | undefined
  readonly programs: Programs
  readonly password: string
  readonly passwordFile: string
  readonly durability: Durability
}

const INITDB_TIMEOUT_MS = 120_000
const DRAFT_PREFIX = 'cluster.new-'

/** The superuser's password, from its file (mode 0600) in the data directory; made at the first start. */
export async function clusterPassword(passwordFile: string, home: string): Promise<string> {
  const kept = await readPassword(passwordFile)
  if (kept !== undefined) return kept
  if (await isCluster(clusterIn(home))) {
    // Another process may have made both since we looked.
    const late = await readPassword(passwordFile)
    if (late !== undefined) return late
    throw new DatabaseUnavailable(`the password of the database in ${home} is missing: put ${passwordFile} back`)
  }
  try {
    return (await publishFile(passwordFile, `${randomBytes(24).toString('base64url')}\n`, 0o600)).trim()
  } catch (error) {
    throw new DatabaseUnavailable(`cannot write ${passwordFile}: ${inOneLine(error)}`)
  }
}

async function readPassword(passwordFile: string): Promise<string | undefined> {
  try {
    return (await readFile(passwordFile, 'utf8')).trim() || undefined
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw new DatabaseUnavailable(
      `cannot read ${passwordFile}: ${inOneLine(error)}: start as the user who made this data directory`,
    )
  }
}

export const isCluster = async (folder: string) =>
  (await stat(join(folder, 'PG_VERSION')).catch(() => undefined)) !== undefined

/**
 * Makes the cluster if there is none. It appears by a rename, so a killed initdb leaves only a draft, which goes as soon
 * as there is a cluster. Of two processes at once one's rename succeeds, and the other takes what that one made.
 */
export async function ensureCluster(cluster: Cluster): Promise<void> {
  if (!(await isCluster(cluster.folder))) await makeCluster(cluster)
  const version = (await readFile(join(cluster.folder, 'PG_VERSION'), 'utf8')).trim()
  if (version !== cluster.programs.major) {
    throw new DatabaseUnavailable(
      `the database in ${cluster.folder} was made by PostgreSQL ${version}, but this release brings ` +
        `${cluster.programs.major}: start it once more with the release that made it and move it, or restore a dump`,
    )
  }
  await removeDrafts(cluster.home)
}

async function makeCluster(cluster: Cluster): Promise<void> {
  const draft = join(cluster.home, DRAFT_PREFIX + randomBytes(4).toString('hex'))
  const passwordFile = `${draft}.password`
  try {
    await mkdir(draft, { mode: 0o700 })
    if (cluster.account !== undefined) await lchown(draft, cluster.account.uid, cluster.account.gid)
    await writePasswordFor(cluster.account, passwordFile, cluster.password)
    const args = clusterArguments(draft, passwordFile, cluster.durability)
    const made = await runProgram(cluster.programs.initdb, args, { as: cluster.account, timeoutMs: INITDB_TIMEOUT_MS })
    if (!made.succeeded) throw new Error(lastLine(made.output))
    await rename(draft, cluster.folder)
    await syncFolder(cluster.home)
  } catch (error) {
    if (await isCluster(cluster.folder)) return
    throw new DatabaseUnavailable(`PostgreSQL's initdb failed in ${cluster.home}: ${inOneLine(error)}`)
  } finally {
    await rm(passwordFile, { force: true })
    await rm(draft, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}

/** The file is opened once: who owns the folder could put a link in its place in between. */
async function writePasswordFor(account: Account | undefined, path: string, password: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${password}\n`)
    if (account !== undefined) await file.chown(account.uid, account.gid)
  } finally {
    await file.close()
  }
}

/** initdb says what is wrong in a line with "error"; what follows it is only about cleaning up. */
function lastLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '')
  return lines.find((line) => /error:|FATAL/.test(line)) ?? lines.at(-1) ?? 'no reason given'
}

async function removeDrafts(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.startsWith(DRAFT_PREFIX)) continue
    await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
