import { open, readdir, readFile, rm, stat, statfs, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from './cluster.js'

/** Files of 8 MB each that are kept (settings.ts): enough for a crash's story, too little to fill a disk. */
const KEPT_FILES = 5
const START_LOG_LIMIT_BYTES = 256 * 1024
const TAIL_BYTES = 8 * 1024
/** Less than a server needs to start. */
const FULL_BYTES = 1024 * 1024

const folderOf = (cluster: Cluster) => join(cluster.folder, 'log')
const startLogOf = (cluster: Cluster) => join(cluster.dataDirectory, 'postgres.log')

/** Where to look after a failure. */
export const logPlaces = (cluster: Cluster) => `${startLogOf(cluster)} and ${folderOf(cluster)}`

/** Opens the file for what the server says before its own log begins. The caller closes it. */
export async function openStartLog(cluster: Cluster) {
  const path = startLogOf(cluster)
  const size = (await stat(path).catch(() => undefined))?.size ?? 0
  if (size > START_LOG_LIMIT_BYTES) await truncate(path)
  return open(path, 'a', 0o600)
}

/** Where the start log ends now, in bytes: what is after it is about the start that follows. */
export async function startLogEnd(cluster: Cluster): Promise<number> {
  return (await stat(startLogOf(cluster)).catch(() => undefined))?.size ?? 0
}

/** Removes the oldest of the server's log files. The one being written is the newest and stays. */
export async function removeOldLogs(cluster: Cluster): Promise<void> {
  const names = await logNames(cluster)
  for (const name of names.slice(0, -KEPT_FILES)) await rm(join(folderOf(cluster), name), { force: true })
}

/** The last lines that say why a start failed, from byte `since` of the start log on, on one line. */
export async function reasonSince(cluster: Cluster, since: number): Promise<string> {
  const early = (await readFile(startLogOf(cluster)).catch(() => Buffer.alloc(0))).subarray(since)
  const newest = (await logNames(cluster)).at(-1)
  const later = newest === undefined ? Buffer.alloc(0) : await tail(join(folderOf(cluster), newest))
  const earlyReason = complaints(early.subarray(-TAIL_BYTES).toString('utf8'))
  // the newest file may be of an earlier life, where a full disk let this one begin none
  return earlyReason || (await fullDisk(cluster)) || complaints(later.toString('utf8')) || 'its log says nothing'
}

/** On a full disk there is no room to say so. */
async function fullDisk({ folder }: Cluster): Promise<string> {
  const found = await statfs(folder).catch(() => null)
  return found !== null && found.bavail * found.bsize < FULL_BYTES ? `the disk of ${folder} is full: make room` : ''
}

async function logNames(cluster: Cluster): Promise<string[]> {
  const names = await readdir(folderOf(cluster)).catch(() => [])
  return names.filter((name) => name.startsWith('server-')).sort()
}

async function tail(path: string): Promise<Buffer> {
  const content = await readFile(path).catch(() => Buffer.alloc(0))
  return content.subarray(-TAIL_BYTES)
}

function complaints(text: string): string {
  const lines = text.split('\n').filter((line) => /FATAL|PANIC|ERROR|could not|postgres:/.test(line))
  return lines
    .slice(-2)
    .map((line) => line.replace(/^.*?((?:FATAL|PANIC|ERROR):)/, '$1').trim())
    .join('; ')
}
