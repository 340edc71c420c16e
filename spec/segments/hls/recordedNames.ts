/** Folders of hours with files that are called as segments are; there is nothing in them. */
import { createHash } from 'node:crypto'
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatSegmentPath } from '../../../src/segments/path.js'
import type { SegmentType } from '../../../src/segments/segment.js'

export interface NamedSegment {
  readonly startMs: number
  readonly durationSeconds: number
  readonly type?: SegmentType
}

export class RecordedNames {
  constructor(
    readonly root: string,
    readonly channel = 'main',
    readonly quality = 'source',
  ) {}

  path({ startMs, durationSeconds, type = 'full' }: NamedSegment): string {
    const hash = createHash('sha256').update(`${startMs} ${durationSeconds}`).digest('base64url')
    const { channel, quality } = this
    return join(this.root, formatSegmentPath({ channel, quality, startMs, durationSeconds, type, hash }))
  }

  async put(...segments: readonly NamedSegment[]): Promise<void> {
    for (const segment of segments) {
      const path = this.path(segment)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, '')
    }
  }

  async remove(segment: NamedSegment): Promise<void> {
    await rm(this.path(segment))
  }

  async removeHour(hour: string): Promise<void> {
    await rm(join(this.root, this.channel, this.quality, hour), { recursive: true })
  }

  /** As if nothing had been done in the folder of this hour for long. */
  async settle(hour: string): Promise<void> {
    await utimes(join(this.root, this.channel, this.quality, hour), 1_000_000, 1_000_000)
  }
}

/** Segments of two seconds, one after another. */
export function run(startMs: number, count: number, durationSeconds = 2): NamedSegment[] {
  return Array.from({ length: count }, (_, n) => ({ startMs: startMs + n * durationSeconds * 1000, durationSeconds }))
}
