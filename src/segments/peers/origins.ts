/**
 * Who sent what this machine has not recorded itself: a hidden file in the folder of each hour, a line for each segment. It goes with
 * the hour, and what is cut later, by whichever process, knows it, too.
 */
import { appendFile, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Segment } from '../segment.js'

const FILE = '.fetched'

/** Notes it before the segment gets its name, so that none is without. Throws where the disk can't be written. */
export async function noteOrigin(folder: string, name: string, peer: string): Promise<void> {
  // one write at the end of the file: of two processes neither writes into the line of the other
  await appendFile(join(folder, FILE), `${JSON.stringify([name, peer])}\n`)
}

/** Names of segments in `folder`, and the names of the peers that sent them. Nothing where that can't be read. */
export async function originsIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(join(folder, FILE), 'utf8').catch(() => '')
  return new Map(text.split('\n').flatMap(lineOf))
}

/** The same segments, those that peers have sent with the name of the peer. */
export async function withOrigins(segments: readonly Segment[]): Promise<Segment[]> {
  const folders = [...new Set(segments.map(({ path }) => dirname(path)))]
  const origins = new Map(await Promise.all(folders.map(async (folder) => [folder, await originsIn(folder)] as const)))
  return segments.map((segment) => {
    const from = origins.get(dirname(segment.path))?.get(basename(segment.path))
    return from === undefined ? segment : { ...segment, from }
  })
}

/** A crash may have left a part of a line. */
function lineOf(text: string): [string, string][] {
  try {
    const [name, peer] = JSON.parse(text) as unknown[]
    return typeof name === 'string' && typeof peer === 'string' ? [[name, peer]] : []
  } catch {
    return []
  }
}
