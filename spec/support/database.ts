import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { openEmbedded, type Embedded } from '../../src/service/postgres/embedded.js'
import { readPidFile, serverProcessLives } from '../../src/service/postgres/pid-file.js'
import { isRunning, leftBehind, ownPrefix } from './leftovers.js'

/** A database of its own, in a cluster that all specs of this run share. */
export interface TestDatabase {
  readonly url: string
  close(): Promise<void>
}

const PREFIX = 'reelstate-spec-'

let shared: Promise<{ embedded: Embedded; folder: string }> | undefined
let databases = 0

/** A new, empty database. The first call starts the cluster; it goes when the run ends. */
export async function testDatabase(): Promise<TestDatabase> {
  shared ??= startCluster()
  const { embedded } = await shared
  const name = `spec_${++databases}`
  await administer(embedded, `create database ${name} template template0`)
  const url = new URL(embedded.url)
  url.pathname = `/${name}`
  return { url: url.href, close: () => administer(embedded, `drop database if exists ${name} with (force)`) }
}

async function administer(embedded: Embedded, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: embedded.url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A cluster that goes with this process, however it ends; what runs that were killed have left is removed first. */
export async function startCluster(): Promise<{ embedded: Embedded; folder: string }> {
  await removeLeftovers()
  const folder = await mkdtemp(ownPrefix(PREFIX))
  // The server's user, where it is another one than ours, has to get in.
  await chmod(folder, 0o711)
  process.once('exit', () => abandonCluster(folder))
  const embedded = await openEmbedded({ dataDirectory: folder, durability: 'disposable', onNotice: () => undefined })
  return { embedded, folder }
}

async function stopCluster(): Promise<void> {
  if (shared === undefined) return
  const { embedded, folder } = await shared
  shared = undefined
  await embedded.close()
  await rm(folder, { recursive: true, force: true })
}

/** The last resort of a run that ends in the middle: no time for a goodbye. */
function abandonCluster(folder: string): void {
  try {
    endServer(Number(readFileSync(join(clusterOf(folder), 'postmaster.pid'), 'utf8').split('\n')[0]))
  } catch {
    // It has been stopped already.
  }
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  } catch {
    // It is still ending: the next run removes what it leaves.
  }
}

/** Clusters of runs that were killed. */
async function removeLeftovers(): Promise<void> {
  for (const folder of await leftBehind(PREFIX)) {
    const cluster = clusterOf(folder)
    const found = await readPidFile(cluster).catch(() => undefined)
    if (found?.pid !== undefined && (await serverProcessLives(cluster, found))) endServer(found.pid)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 }).catch(() => undefined)
  }
}

const clusterOf = (folder: string) => join(folder, 'postgres', 'cluster')

function endServer(pid: number): void {
  if (isRunning(pid)) process.kill(pid, 'SIGQUIT')
}

// Specs import this while mocha loads them, so this is a hook of the whole run; scripts that import it have none.
if (typeof after === 'function') after(stopCluster)
