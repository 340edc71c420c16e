/**
 * What is in the folders of hours, kept as long as the folders are as they were: an hour that is over costs a look at its folder's
 * times, not the reading of thousands of names. Whatever comes late, goes, or gets a tombstone changes those times, and is seen by
 * the next who asks.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isRight } from 'fp-ts/lib/Either.js'
import { bestPerStart } from './bestSequence.js'
import { HourSegments } from './hourSegments.js'
import { type ListedSegment, listedName } from './listedName.js'
import { hourStartMs, isSafeName, parseSegmentName } from './path.js'
import { isGone, listHours, withSizesOfRivals } from './store.js'

/** The segments that start in an hour: of each start time the best one, in order. The same object for as long as it is the same. */
export interface HourListing {
  readonly hour: string
  readonly segments: HourSegments
}

/** How a folder was when it was looked at: whatever is done in it changes one of them. */
interface Stamp {
  readonly inode: bigint
  readonly modified: bigint
  readonly changed: bigint
  /** Two changes in one tick of the disk's clock have the same time: of a folder just changed, another one may be about to come. */
  readonly isSettled: boolean
}

interface Kept<T> {
  readonly stamp: Stamp
  readonly value: T
}

interface KeptHour extends Kept<HourListing> {
  readonly names: readonly string[]
}

const none = new HourSegments([])
const TOMBSTONE = '.tombstone'
/** The coarsest clock of a file system that is in use (FAT), and a bit. */
const SETTLED_MS = 2_500
/** Two weeks of one quality, or five hours of each of a dozen. */
const MOST_SEGMENTS = 100_000
/** Lists of hours; each is small. */
const MOST_QUALITIES = 1_000

export class HourListings {
  readonly #hours = new Map<string, KeptHour>()
  readonly #qualities = new Map<string, Kept<readonly string[]>>()
  #segments = 0

  /** @param root the folder of channels */
  constructor(
    readonly root: string,
    private readonly mostSegments = MOST_SEGMENTS,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** How many segments are remembered. */
  get size(): number {
    return this.#segments
  }

  /** The hours of a quality that have a folder, in order; none of what is not there. */
  async hours(channel: string, quality: string): Promise<readonly string[]> {
    if (!isSafeName(channel) || !isSafeName(quality)) return []
    const folder = join(this.root, channel, quality)
    const stamp = await stampOf(folder, this.nowMs())
    if (stamp === null) {
      this.#qualities.delete(folder)
      return []
    }
    const kept = this.#qualities.get(folder)
    if (kept !== undefined && isSame(kept.stamp, stamp)) return kept.value
    const value = await listHours(this.root, channel, quality)
    this.#qualities.delete(folder)
    this.#qualities.set(folder, { stamp, value })
    for (const oldest of this.#qualities.keys()) {
      if (this.#qualities.size <= MOST_QUALITIES) break
      this.#qualities.delete(oldest)
    }
    return value
  }

  /** Throws only where the disk can't be read. */
  async hour(channel: string, quality: string, hour: string): Promise<HourListing> {
    const startMs = hourStartMs(hour)
    if (!isSafeName(channel) || !isSafeName(quality) || startMs === undefined) return { hour, segments: none }
    const folder = join(this.root, channel, quality, hour)
    const stamp = await stampOf(folder, this.nowMs())
    if (stamp === null) {
      this.#forget(folder)
      return { hour, segments: none }
    }
    const kept = this.#hours.get(folder)
    if (kept !== undefined && isSame(kept.stamp, stamp)) {
      this.#keep(folder, kept)
      return kept.value
    }
    const names = await namesIn(folder)
    const isAsBefore = kept !== undefined && sameNames(kept.names, names)
    const value = isAsBefore
      ? kept.value
      : { hour, segments: new HourSegments(await bestOf(folder, names, hour, startMs)) }
    this.#keep(folder, { stamp, names, value })
    return value
  }

  /** The one that was asked for last is the last to be forgotten. */
  #keep(folder: string, hour: KeptHour): void {
    this.#forget(folder)
    this.#hours.set(folder, hour)
    this.#segments += hour.names.length
    for (const oldest of this.#hours.keys()) {
      if (this.#segments <= this.mostSegments) break
      this.#forget(oldest)
    }
  }

  #forget(folder: string): void {
    this.#segments -= this.#hours.get(folder)?.names.length ?? 0
    this.#hours.delete(folder)
  }
}

async function stampOf(folder: string, nowMs: number): Promise<Stamp | null> {
  try {
    const { ino, mtimeNs, ctimeNs, ctimeMs } = await stat(folder, { bigint: true })
    // nobody can set it, and whatever is done in the folder does
    const isSettled = Math.abs(nowMs - Number(ctimeMs)) > SETTLED_MS
    return { inode: ino, modified: mtimeNs, changed: ctimeNs, isSettled }
  } catch (error) {
    if (isGone(error)) return null
    throw error
  }
}

const isSame = (before: Stamp, now: Stamp): boolean =>
  before.isSettled && before.modified === now.modified && before.changed === now.changed && before.inode === now.inode

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

const sameNames = (before: readonly string[], now: readonly string[]): boolean =>
  before.length === now.length && before.every((name, n) => name === now[n])

async function bestOf(
  folder: string,
  names: readonly string[],
  hour: string,
  startOfHourMs: number,
): Promise<readonly ListedSegment[]> {
  const hidden = new Set(
    names.filter((name) => name.endsWith(TOMBSTONE)).map((name) => name.slice(0, -TOMBSTONE.length)),
  )
  const listed: ListedSegment[] = []
  for (const name of names) {
    const segment = listedName(name, hour, startOfHourMs)
    if (segment !== null && !hidden.has(name)) listed.push(segment)
  }
  listed.sort((a, b) => a.startMs - b.startMs)
  const isAlone = listed.every(({ startMs }, n) => startMs !== listed[n + 1]?.startMs)
  return isAlone ? listed : bestOfRivals(folder, listed, hour)
}

/** Of those that start at the same time, the one that a cut would take. */
async function bestOfRivals(
  folder: string,
  listed: readonly ListedSegment[],
  hour: string,
): Promise<readonly ListedSegment[]> {
  const byPath = new Map(listed.map((one) => [join(folder, one.name), one]))
  const segments = [...byPath].flatMap(([path, { name }]) => {
    const parsed = parseSegmentName(path, 'any', 'any', hour, name)
    return isRight(parsed) ? [parsed.right] : []
  })
  const best = bestPerStart(await withSizesOfRivals(segments))
  return best.flatMap(({ path }) => byPath.get(path) ?? [])
}
