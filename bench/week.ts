/** A week of a channel, by name only: 168 hours of 1,800 segments of two seconds, all of them empty. */
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatSegmentName, hourOf } from '../src/segments/path.js'

export const WEEK_START_MS = Date.UTC(2026, 0, 1)
export const HOURS = 168
export const SEGMENTS_AN_HOUR = 1_800
const HOUR_MS = 3_600_000

export async function makeWeek(root: string, channel: string, signal: AbortSignal): Promise<void> {
  for (let hour = 0; hour < HOURS; hour++) {
    signal.throwIfAborted()
    const hourMs = WEEK_START_MS + hour * HOUR_MS
    const folder = join(root, channel, 'source', hourOf(hourMs))
    await mkdir(folder, { recursive: true })
    const names = Array.from({ length: SEGMENTS_AN_HOUR }, (_, n) =>
      formatSegmentName({
        ...{ channel, quality: 'source', type: 'full', durationSeconds: 2, startMs: hourMs + n * 2000 },
        hash: createHash('sha256').update(`${hour} ${n}`).digest('base64url'),
      }),
    )
    await Promise.all(names.map((name) => writeFile(join(folder, name), '')))
  }
}

/** The folders of `hours` hours from the one that begins at `startMs`. */
export const hourFolders = (root: string, channel: string, startMs: number, hours: number): string[] =>
  Array.from({ length: hours }, (_, n) => join(root, channel, 'source', hourOf(startMs + n * HOUR_MS)))
