import { setTimeout as pause } from 'node:timers/promises'
import { ensureCluster, type Cluster } from './cluster.js'
import { joinServer, type Holder } from './holder.js'
import { pidIsTaken, readPidFile, removeStalePidFile, sameStart, serverProcessLives, type PidFile } from './pid-file.js'
import { startServer, stopServer } from './postmaster.js'
import { rememberPort } from './port.js'
import { logPlaces } from './server-log.js'
import { DatabaseUnavailable } from './unavailable.js'

const PAUSE_MS = 50
/** Reasons that go away by themselves: the server before is not quite gone, or somebody took the port. */
const PASSING = /lock file|shared memory|address already in use|could not create any TCP\/IP sockets/i
/** How often anything else may refuse a start. */
const REFUSALS_ALLOWED = 3
/** How long a pid file without a pid may be somebody's who is just writing it. */
const EMPTY_PID_FILE_MS = 2_000

/**
 * A hold on the cluster's server: the running one, or else one that we start. What is in the way of that after a crash
 * (a stale pid file, a server that is still dying, another process that starts at the same moment) is waited for or
 * cleared. Rejects with {@link DatabaseUnavailable} after `patienceMs` or when it is of no use.
 */
export async function reachServer(cluster: Cluster, patienceMs: number, signal: AbortSignal): Promise<Holder> {
  const begin = performance.now()
  const deadline = begin + patienceMs
  let reason = 'not tried'
  let refusals = 0
  let emptySince: number | undefined
  let startedByUs = false
  await ensureCluster(cluster)
  while (performance.now() < deadline && !signal.aborted) {
    const found = await readPidFile(cluster.folder)
    emptySince = found !== undefined && found.pid === undefined ? (emptySince ?? performance.now()) : undefined
    if (found?.status === 'ready' || found?.status === 'stopping') {
      const joined = await joinServer(cluster, found, deadline)
      if ('ended' in joined) {
        await rememberPort(cluster.dataDirectory, joined.port)
        return joined
      }
      reason = joined.reason
      if (joined.refusedUs && (await isStillOurs(cluster, found))) {
        if (startedByUs) await stopServer(cluster)
        throw wrongPassword(cluster)
      }
    }
    if (found === undefined || (await isDead(cluster, found, emptySince))) {
      const started = await startServer(cluster, deadline, signal)
      if (started.type === 'ready') {
        startedByUs = true
        continue
      }
      if (started.type === 'slow') reason = 'it has been starting or recovering all the time'
      else {
        reason = started.reason
        if (!PASSING.test(reason) && ++refusals >= REFUSALS_ALLOWED) break
      }
    } else if (found.status !== 'ready') reason = `it has been ${found.status || 'starting'} all the time`
    await pause(PAUSE_MS)
  }
  const seconds = Math.round((performance.now() - begin) / 1000)
  throw new DatabaseUnavailable(
    `the embedded PostgreSQL in ${cluster.folder} did not start within ${seconds} s: ${reason}; ` +
      `more is in ${logPlaces(cluster)}`,
  )
}

/** Whether the server of this pid file is gone. If its pid has gone to another program, the file goes, too. */
async function isDead(cluster: Cluster, found: PidFile, emptySince: number | undefined): Promise<boolean> {
  if (await serverProcessLives(cluster.folder, found)) return false
  if (found.pid === undefined) {
    if (emptySince === undefined || performance.now() - emptySince < EMPTY_PID_FILE_MS) return false
    await removeStalePidFile(cluster.folder, found)
  } else if (pidIsTaken(found.pid)) await removeStalePidFile(cluster.folder, found)
  return true
}

async function isStillOurs(cluster: Cluster, found: PidFile): Promise<boolean> {
  const now = await readPidFile(cluster.folder)
  return now !== undefined && sameStart(now, found) && (await serverProcessLives(cluster.folder, now))
}

function wrongPassword(cluster: Cluster): DatabaseUnavailable {
  return new DatabaseUnavailable(
    `the embedded PostgreSQL in ${cluster.folder} does not know the password in ${cluster.passwordFile}: ` +
      'put back the file that belongs to it',
  )
}
