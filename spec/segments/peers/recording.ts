/** Recordings of one stream on several machines: of any bytes, for nobody looks into them, but under the right names. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { formatSegmentPath, hourOf } from '../../../src/segments/path.js'
import type { SegmentType } from '../../../src/segments/segment.js'

export const begins = Date.UTC(2026, 0, 31, 18, 30)
export const hour = hourOf(begins)
export const channel = 'main'
export const quality = 'source'

/** So long is each segment. */
const SECONDS = 2

/** The stretch of the stream from one of its segments up to another, as ranges are. */
export const stretch = (from: number, to: number) => ({
  startMs: begins + from * SECONDS * 1000,
  endMs: begins + to * SECONDS * 1000,
})

/** What the segment at this place of the stream holds, on whichever machine. */
export const contentOf = (place: number): Buffer => Buffer.from(`segment ${place} `.repeat(1000))

/** The name below the folder of channels that the segment has with this content. */
export function nameOf(place: number, content = contentOf(place), type: SegmentType = 'full'): string {
  const hash = createHash('sha256').update(content).digest('base64url')
  const { startMs } = stretch(place, place)
  return formatSegmentPath({ channel, quality, startMs, durationSeconds: SECONDS, type, hash })
}

export class Machine implements AsyncDisposable {
  private constructor(readonly root: string) {}

  static async make(places: readonly number[] = []): Promise<Machine> {
    const machine = new Machine(await mkdtemp(join(tmpdir(), 'reelstate-machine-')))
    for (const place of places) await machine.put(nameOf(place), contentOf(place))
    return machine
  }

  async put(name: string, content: Buffer): Promise<void> {
    await mkdir(dirname(join(this.root, name)), { recursive: true })
    await writeFile(join(this.root, name), content)
  }

  /** All that is in the folder of the hour, hidden files included. */
  async files(): Promise<string[]> {
    return (await readdir(join(this.root, channel, quality, hour)).catch(() => [])).sort()
  }

  /** Where the stream's segments are that a listing shows. */
  async places(): Promise<number[]> {
    const names = new Map(Array.from({ length: 100 }, (_, place) => [nameOf(place).split('/').at(-1), place]))
    return (await this.files()).flatMap((name) => names.get(name) ?? []).sort((a, b) => a - b)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true })
  }
}
