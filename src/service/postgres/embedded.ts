import { setTimeout as pause } from 'node:timers/promises'
import { join } from 'node:path'
import { serverAccount } from './account.js'
import { clusterPassword, type Cluster, isCluster } from './cluster.js'
import type { Holder } from './holder.js'
import { clusterIn, expectedHome, placeHome, realDataDirectory } from './placement.js'
import { stopServer } from './postmaster.js'
import { locatePrograms, reachablePrograms } from './programs.js'
import { reachServer } from './reach.js'
import { removeOldLogs } from './server-log.js'
import { DATABASE, SUPERUSER, type Durability } from './settings.js'
import { DatabaseUnavailable, inOneLine } from './unavailable.js'

export interface EmbeddedOptions {
  readonly dataDirectory: string
  readonly onNotice: (line: string) => void
  readonly durability?: Durability
  /** Where root puts what the server's user cannot reach elsewhere. */
  readonly sharedFolder?: string
}

/** A server of our own that this process uses. */
export interface Embedded {
  readonly port: number
  readonly url: string
  /** Calls back at most once: when the server could come back only at another address than `url`. */
  onLost(listener: (line: string) => void): void
  /** Gives the server up, and stops it unless another process uses it. */
  close(): Promise<void>
}

const SHARED_FOLDER = '/var/lib/reelstate'
const PATIENCE_MS = 30_000
const LOG_SWEEP_MS = 60_000
const LONGEST_PAUSE_MS = 10_000

/** Joins or starts the cluster in `<dataDirectory>/postgres`, made if there is none. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const stopping = new AbortController()
  const { cluster, holder: first } = await reachFirst(options, stopping.signal).catch((error: unknown) => {
    if (error instanceof DatabaseUnavailable) throw error
    // What the system refuses: a full disk, a folder that has been taken away.
    throw new DatabaseUnavailable(`the embedded PostgreSQL of ${options.dataDirectory} failed: ${inOneLine(error)}`)
  })
  let holder = first
  const port = holder.port
  const listeners: ((line: string) => void)[] = []
  const sweep = () => void removeOldLogs(cluster).catch(() => undefined)
  sweep()
  const sweeping = setInterval(sweep, LOG_SWEEP_MS)
  sweeping.unref()

  /** Brings the server back each time that it is lost, until we close or its address has changed. */
  const watch = async (): Promise<void> => {
    for (;;) {
      const reason = await holder.ended
      if (stopping.signal.aborted) return
      options.onNotice(`the embedded PostgreSQL was lost (${reason}): bringing it back`)
      const next = await reachAgain(cluster, stopping.signal, options.onNotice)
      if (next === undefined) return
      holder = next
      if (next.port !== port) {
        const line = `the embedded PostgreSQL has come back at port ${next.port} instead of ${port}: restart`
        options.onNotice(line)
        for (const listener of listeners) listener(line)
        return
      }
      options.onNotice(`the embedded PostgreSQL is back at 127.0.0.1:${port}`)
    }
  }
  const watching = watch()

  return {
    port,
    url: `postgres://${SUPERUSER}:${encodeURIComponent(cluster.password)}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`,
    onLost: (listener) => void listeners.push(listener),
    close: async () => {
      if (stopping.signal.aborted) return watching
      stopping.abort()
      clearInterval(sweeping)
      await leave(cluster, holder, options.onNotice)
      await watching
    },
  }
}

async function reachFirst(
  options: EmbeddedOptions,
  signal: AbortSignal,
): Promise<{ cluster: Cluster; holder: Holder }> {
  const cluster = await prepareCluster(options)
  return { cluster, holder: await reachServer(cluster, PATIENCE_MS, signal) }
}

async function prepareCluster(options: EmbeddedOptions): Promise<Cluster> {
  const sharedFolder = options.sharedFolder ?? SHARED_FOLDER
  const dataDirectory = await realDataDirectory(options.dataDirectory)
  const account = await serverAccount(await expectedHome(dataDirectory))
  const programs = await reachablePrograms(account, sharedFolder, options.onNotice, await locatePrograms())
  const home = await placeHome(dataDirectory, account, sharedFolder, options.onNotice)
  const passwordFile = join(dataDirectory, 'postgres.password')
  const password = await clusterPassword(passwordFile, home)
  const durability = options.durability ?? 'durable'
  const folder = clusterIn(home)
  // whoever has named another folder than the node's would take an empty database for theirs
  if (!(await isCluster(folder))) options.onNotice(`there is no database in ${dataDirectory} yet: an empty one is made`)
  return { dataDirectory, home, folder, account, programs, password, passwordFile, durability }
}

/** Tries for as long as it takes (a full disk may be cleared): undefined if `signal` ends it. */
async function reachAgain(
  cluster: Cluster,
  signal: AbortSignal,
  onNotice: (line: string) => void,
): Promise<Holder | undefined> {
  for (let pauseMs = 1_000; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      const holder = await reachServer(cluster, PATIENCE_MS, signal)
      if (!signal.aborted) return holder
      await leave(cluster, holder, onNotice)
      return undefined
    } catch (error) {
      if (signal.aborted) return undefined
      onNotice(inOneLine(error))
    }
    await pause(pauseMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return undefined
  }
}

/**
 * The last one out stops the server. Who comes while it is being stopped waits for a lock that we hold until the server
 * ends both connections, and starts it anew.
 */
async function leave(cluster: Cluster, holder: Holder, onNotice: (line: string) => void): Promise<void> {
  // A server that is gone already needs no stopping.
  const last = await holder.releaseAsLast().catch(() => false)
  const problem = last ? await stopServer(cluster) : undefined
  await holder.hangUp()
  if (problem !== undefined) onNotice(`the embedded PostgreSQL could not be stopped: ${problem}`)
}
