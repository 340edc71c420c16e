import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { type Candidate, bestSequence, endMs } from './bestSequence.js'
import { hourStartMs, isSafeName, parseSegmentName } from './path.js'
import type { BestSequence, Range, Segment } from './segment.js'

const HOUR_MS = 3_600_000
const TOMBSTONE = '.tombstone'

/** The folders of a quality. */
export interface Hours {
  /** As `listHours`. */
  names(): Promise<string[]>
  /** As `listHour`. */
  in(hour: string): Promise<Segment[]>
}

/** Read anew each time. */
export const hoursOf = (root: string, channel: string, quality: string): Hours => ({
  names: () => listHours(root, channel, quality),
  in: (hour) => listHour(root, channel, quality, hour),
})

/**
 * The best segments on the disk for a range. Nothing recorded, an unknown channel and a name that could leave `root`
 * are all one hole; only a disk that can't be read throws (an error of Node's file system, which names the path).
 */
export const segmentsFor = (root: string, channel: string, quality: string, range: Range): Promise<BestSequence> =>
  segmentsIn(hoursOf(root, channel, quality), range)

/** As `segmentsFor`. */
export async function segmentsIn(hours: Hours, range: Range): Promise<BestSequence> {
  if (range.startMs >= range.endMs) return { segments: [], holes: [] }
  // a segment lies in the hour in which it starts: the one that covers the range's start may be in the hour before
  const first = range.startMs - HOUR_MS
  const concerned = (await hours.names()).filter((hour) => {
    const startMs = hourStartMs(hour) ?? NaN
    return startMs > first - HOUR_MS && startMs < range.endMs
  })
  const candidates: Segment[] = []
  for (const hour of concerned) {
    const inHour = await hours.in(hour)
    candidates.push(...inHour.filter((segment) => segment.startMs < range.endMs && endMs(segment) > range.startMs))
  }
  return bestSequence(await withSizesOfRivals(candidates), range)
}

/**
 * The segments that start in `hour` (`2026-01-01T00`), in order of time: neither those that are still being written
 * nor those with a `.tombstone` beside them. A folder that isn't there, or goes meanwhile, has none.
 */
export async function listHour(root: string, channel: string, quality: string, hour: string): Promise<Segment[]> {
  const { names } = await namesOfHour(root, channel, quality, hour)
  return parsedNames(names, root, channel, quality, hour)
}

/** Those of an hour that have a `.tombstone`, whether they are still there or not. */
export async function listHidden(root: string, channel: string, quality: string, hour: string): Promise<Segment[]> {
  const { hidden } = await namesOfHour(root, channel, quality, hour)
  return parsedNames(hidden, root, channel, quality, hour)
}

/** The names of the files of an hour, and of those (there or not) that a `.tombstone` hides. No name begins with a dot. */
export async function namesOfHour(
  root: string,
  channel: string,
  quality: string,
  hour: string,
): Promise<{ names: string[]; hidden: string[] }> {
  if (!isSafeName(channel) || !isSafeName(quality) || hourStartMs(hour) === undefined) return { names: [], hidden: [] }
  const all = (await namesIn(join(root, channel, quality, hour))).filter(isSafeName).sort()
  const tombstones = all.filter((name) => name.endsWith(TOMBSTONE))
  const hidden = new Set(tombstones.map((name) => name.slice(0, -TOMBSTONE.length)))
  return { names: all.filter((name) => !name.endsWith(TOMBSTONE) && !hidden.has(name)), hidden: [...hidden] }
}

function parsedNames(
  names: readonly string[],
  root: string,
  channel: string,
  quality: string,
  hour: string,
): Segment[] {
  const segments: Segment[] = []
  for (const name of names) {
    const parsed = parseSegmentName(join(root, channel, quality, hour, name), channel, quality, hour, name)
    if (isRight(parsed) && parsed.right.type !== 'temp') segments.push(parsed.right)
  }
  return segments.sort((a, b) => a.startMs - b.startMs || a.path.localeCompare(b.path))
}

/** The channels below the data root, in order of name; none where the root isn't there. */
export async function listChannels(root: string): Promise<string[]> {
  return foldersIn(root)
}

/** The qualities of a channel, in order of name; none where the channel isn't there. */
export async function listQualities(root: string, channel: string): Promise<string[]> {
  return isSafeName(channel) ? foldersIn(join(root, channel)) : []
}

/** The hours (`2026-01-01T00`) that have a folder, in order of time. */
export async function listHours(root: string, channel: string, quality: string): Promise<string[]> {
  if (!isSafeName(channel) || !isSafeName(quality)) return []
  const names = await namesIn(join(root, channel, quality))
  return names.filter((name) => hourStartMs(name) !== undefined).sort()
}

/** Sizes are asked of the disk only where they may decide: thousands of segments have no rival of their start time. */
export async function withSizesOfRivals(segments: readonly Segment[]): Promise<Candidate[]> {
  const perStart = new Map<number, number>()
  for (const { startMs } of segments) perStart.set(startMs, (perStart.get(startMs) ?? 0) + 1)
  const candidates: Candidate[] = []
  for (const segment of segments) {
    if (perStart.get(segment.startMs) === 1) {
      candidates.push(segment)
      continue
    }
    const bytes = await sizeOf(segment.path)
    if (bytes !== undefined) candidates.push({ ...segment, bytes })
  }
  return candidates
}

/** The size of a file in bytes, or undefined where it has gone. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function foldersIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    // a symbolic link is how an operator puts a channel on another disk
    return entries
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && isSafeName(entry.name))
      .map((entry) => entry.name)
      .sort()
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

export async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/**
 * Recordings are pruned, and hours made, while they are read: what has gone was never there. Nor was what has a longer name than the
 * system takes (ENAMETOOLONG), which a request may ask for.
 */
export function isGone(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG'
}
