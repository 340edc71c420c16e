import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Cluster } from './cluster.js'
import { readPidFile } from './pid-file.js'
import { choosePort } from './port.js'
import { programEnvironment, runningAs, runProgram } from './run-program.js'
import { openStartLog, reasonSince, startLogEnd } from './server-log.js'
import { serverArguments } from './settings.js'
import { inOneLine } from './unavailable.js'

const POLL_MS = 20
const STOP_TIMEOUT_SECONDS = 60

/** How a try to start ended: `refused` says why in PostgreSQL's words; `slow` is still recovering. */
export type StartResult = { type: 'ready' } | { type: 'slow' } | { type: 'refused'; reason: string }

/**
 * Starts the server and waits until it takes connections, at most until `deadline` (of performance.now(), ms).
 *
 * `postgres` is started itself, not by `pg_ctl start`, which builds a line for the shell out of the paths. Like pg_ctl
 * we give it a session of its own, so that Ctrl-C in our terminal doesn't stop it amid our grace, and no pipe of ours,
 * so that it outlives us.
 */
export async function startServer(cluster: Cluster, deadline: number, signal: AbortSignal): Promise<StartResult> {
  const since = await startLogEnd(cluster)
  const log = await openStartLog(cluster)
  let ended: string | undefined
  let pid: number | undefined
  try {
    const port = await choosePort(cluster.dataDirectory)
    const server = spawn(cluster.programs.postgres, serverArguments(cluster.folder, port, cluster.durability), {
      cwd: '/',
      env: programEnvironment,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      ...runningAs(cluster.account),
    })
    server.once('error', (error) => (ended = inOneLine(error)))
    server.once('exit', (code, killer) => (ended = killer === null ? `exit code ${code}` : `ended by ${killer}`))
    server.unref()
    pid = server.pid
  } finally {
    await log.close()
  }
  while (performance.now() < deadline && !signal.aborted) {
    if (ended !== undefined) return { type: 'refused', reason: `${await reasonSince(cluster, since)} (${ended})` }
    const file = await readPidFile(cluster.folder)
    if (file?.pid === pid && file?.status === 'ready') return { type: 'ready' }
    await pause(POLL_MS)
  }
  return { type: 'slow' }
}

/** Stops the server without waiting for its clients, and waits until it is gone. Returns what went wrong, if so. */
export async function stopServer(cluster: Cluster): Promise<string | undefined> {
  const args = ['stop', '-D', cluster.folder, '-m', 'fast', '-w', '-t', String(STOP_TIMEOUT_SECONDS)]
  const stopped = await runProgram(cluster.programs.pgCtl, args, {
    as: cluster.account,
    timeoutMs: (STOP_TIMEOUT_SECONDS + 5) * 1000,
  })
  if (stopped.succeeded || (await readPidFile(cluster.folder)) === undefined) return undefined
  return inOneLine(stopped.output)
}
