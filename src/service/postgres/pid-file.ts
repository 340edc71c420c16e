import { randomBytes } from 'node:crypto'
import { link, readFile, readdir, readlink, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from './run-program.js'
import { errorCode } from './unavailable.js'

/** What a postmaster writes about itself into its data directory. */
export interface PidFile {
  readonly text: string
  /** Undefined where the file holds none, as after a crash on a full disk. */
  readonly pid: number | undefined
  readonly port: number | undefined
  /** "starting", "ready", "stopping" or "standby". */
  readonly status: string
}

const PS_TIMEOUT_MS = 5_000

const pathIn = (folder: string) => join(folder, 'postmaster.pid')

/** The file's content, or undefined if there is none. */
export async function readPidFile(folder: string): Promise<PidFile | undefined> {
  try {
    return parsePidFile(await readFile(pathIn(folder), 'utf8'))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Lines: pid, data directory, start time, port, socket directory, address, shared memory, status. */
export function parsePidFile(text: string): PidFile {
  const lines = text.split('\n').map((line) => line.trim())
  return { text, pid: positive(lines[0]), port: positive(lines[3]), status: lines[7] ?? '' }
}

/** Whether two readings are of the same start of the same server, whatever its status was. */
export function sameStart(one: PidFile, other: PidFile): boolean {
  const identity = (file: PidFile) => file.text.split('\n').slice(0, 4).join('\n').trim()
  return one.pid !== undefined && identity(one) === identity(other)
}

function positive(line: string | undefined): number | undefined {
  const number = Number(line)
  return Number.isInteger(number) && number > 0 ? number : undefined
}

/**
 * Whether any process of the server still lives: the postmaster, or one that outlives it for a moment. Where there is
 * /proc these are the processes that work in its folder, which no other program's process that got an old pid does.
 */
export async function serverProcessLives(folder: string, file: PidFile): Promise<boolean> {
  const processes = await readdir('/proc').catch(() => undefined)
  if (processes === undefined) return file.pid !== undefined && (await isPostgres(file.pid))
  const folders = await Promise.all(
    processes.filter((name) => /^\d+$/.test(name)).map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => undefined)),
  )
  return folders.includes(folder)
}

async function isPostgres(pid: number): Promise<boolean> {
  const asked = await runProgram('ps', ['-p', String(pid), '-o', 'comm='], { timeoutMs: PS_TIMEOUT_MS })
  return asked.succeeded && asked.output.includes('postgres')
}

/** Whether `pid` is taken by any process, our own user's or not. */
export function pidIsTaken(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errorCode(error) === 'EPERM'
  }
}

/**
 * Removes a pid file that was judged stale: PostgreSQL doesn't where its pid now belongs to another program. Should a
 * server have started since it was judged, its file is put back.
 */
export async function removeStalePidFile(folder: string, judged: PidFile): Promise<void> {
  const aside = `${pathIn(folder)}.stale-${randomBytes(4).toString('hex')}`
  try {
    await rename(pathIn(folder), aside)
    if ((await readFile(aside, 'utf8')) !== judged.text) await link(aside, pathIn(folder))
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}
