import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isLeft } from 'fp-ts/lib/Either.js'
import { type SegmentName, formatSegmentName, formatSegmentPath, hourOf, parseSegmentName } from '../path.js'
import type { Segment } from '../segment.js'
import { IngestFailure, messageOf } from './failure.js'

/** Start times are rounded: a run that was taken up in the middle may name the same start a millisecond or two apart. */
const SAME_START_MS = 5

/** What a segment's name holds of its content: the unpadded url-safe base64 of its SHA-256. */
export function contentHash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url')
}

/** Overlap that the best sequence tolerates. */
const TOLERATED_SECONDS = 0.01

/** A full segment that is on the disk; `hidden` by a tombstone beside it. */
interface Recorded {
  readonly segment: Segment
  hidden: boolean
}

/** Puts segments of one channel and quality onto the disk, each whole or not at all, and none twice. */
export class SegmentWriter {
  readonly #recorded = new Map<string, Recorded[]>()

  constructor(
    readonly root: string,
    readonly channel: string,
    readonly quality: string,
  ) {}

  /**
   * Writes a full segment unless the same content of the same start time is there already, hidden or not, whatever its
   * duration. But where the next segment is known (`isFollowed`), one that would overlap it is replaced: it was
   * the last of an earlier run, and would keep the next out of every sequence. It gets a tombstone, for somebody may be reading it.
   * A crash leaves a temporary name at most, which no listing shows. Throws IngestFailure (CannotWrite).
   */
  async write(
    startMs: number,
    durationSeconds: number,
    hash: string,
    bytes: Buffer,
    isFollowed: boolean,
  ): Promise<'written' | 'there'> {
    const { channel, quality } = this
    const same = await this.#same(hash, startMs, SAME_START_MS)
    const visible = same.filter(({ hidden }) => !hidden)
    const isTooLong = ({ segment }: Recorded) => segment.durationSeconds > durationSeconds + TOLERATED_SECONDS
    const replaced = isFollowed && visible.length > 0 && visible.every(isTooLong) ? visible : []
    if (same.length > 0 && replaced.length === 0) return 'there'
    const path = await this.#put({ channel, quality, startMs, durationSeconds, type: 'full', hash }, bytes)
    for (const old of replaced) {
      await this.#write(
        `${old.segment.path}.tombstone`,
        Buffer.alloc(0),
        join(dirname(path), `.tombstone-${randomUUID()}`),
      )
      old.hidden = true
    }
    return 'written'
  }

  /** When a segment of this content starts that is recorded within `withinMs` of `nearMs`, if there is one. */
  async startOf(hash: string, nearMs: number, withinMs: number): Promise<number | undefined> {
    const [found] = await this.#same(hash, nearMs, withinMs)
    return found?.segment.startMs
  }

  async #put(name: SegmentName, bytes: Buffer): Promise<string> {
    const { root } = this
    const hour = hourOf(name.startMs)
    const path = join(root, formatSegmentPath(name))
    const temporary = join(dirname(path), formatSegmentName({ ...name, type: 'temp', hash: randomUUID() }))
    const recorded = await this.#recordedIn(hour)
    await this.#write(path, bytes, temporary)
    recorded.push({ segment: { path, ...name }, hidden: false })
    return path
  }

  async #write(path: string, bytes: Buffer, temporary: string): Promise<void> {
    const folder = dirname(path)
    try {
      await mkdir(folder, { recursive: true })
      await writeDurably(temporary, bytes)
      await rename(temporary, path)
      await syncFolder(folder)
    } catch (error) {
      // a full disk: the part that was written must not stay
      await rm(temporary, { force: true }).catch(() => undefined)
      throw cannotWrite(path, error)
    }
  }

  async #same(hash: string, nearMs: number, withinMs: number): Promise<Recorded[]> {
    const hours = new Set([-withinMs, 0, withinMs].map((offsetMs) => hourOf(Math.max(0, nearMs + offsetMs))))
    const found: Recorded[] = []
    for (const hour of hours) {
      const recorded = await this.#recordedIn(hour)
      const isSame = ({ segment }: Recorded) => segment.hash === hash && Math.abs(segment.startMs - nearMs) <= withinMs
      found.push(...recorded.filter(isSame))
    }
    return found
  }

  async #recordedIn(hour: string): Promise<Recorded[]> {
    const known = this.#recorded.get(hour)
    if (known !== undefined) return known
    // a stream passes through the hours: what lies behind is not needed again
    if (this.#recorded.size >= 4) this.#recorded.clear()
    const { root, channel, quality } = this
    const folder = join(root, channel, quality, hour)
    const names = new Set(await namesIn(folder))
    const recorded: Recorded[] = []
    for (const name of names) {
      const parsed = parseSegmentName(join(folder, name), channel, quality, hour, name)
      if (isLeft(parsed) || parsed.right.type !== 'full') continue
      recorded.push({ segment: parsed.right, hidden: names.has(`${name}.tombstone`) })
    }
    this.#recorded.set(hour, recorded)
    return recorded
  }
}

function cannotWrite(path: string, error: unknown): IngestFailure {
  return new IngestFailure('CannotWrite', `${path} can't be written: ${messageOf(error)}`, { cause: error })
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw cannotWrite(folder, error)
  }
}

async function writeDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes a rename outlive a power cut. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
