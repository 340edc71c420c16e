/** Hours of footage as names on a disk, for specs that read no content. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface HoursOnDisk extends AsyncDisposable {
  readonly root: string
  /** Writes files into an hour's folder: `CHANNEL/QUALITY/HOUR`. */
  put(hour: string, names: readonly string[], bytes?: string): Promise<void>
}

export async function hoursOnDisk(): Promise<HoursOnDisk> {
  const root = await mkdtemp(join(tmpdir(), 'reelstate-hours-'))
  return {
    root,
    async put(hour, names, bytes = '') {
      await mkdir(join(root, hour), { recursive: true })
      await Promise.all(names.map((name) => writeFile(join(root, hour, name), bytes)))
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  }
}

const two = (n: number): string => String(n).padStart(2, '0')

/** The name of a segment that begins so many seconds into its hour. */
export const named = (second: number, seconds = 2, type = 'full', hash = `h${second}`): string =>
  `${two(Math.floor(second / 60))}:${two(second % 60)}.000-${seconds.toFixed(3)}-${type}-${hash}.ts`

/** Segments of a minute each: the whole hour but for those of some minutes. */
export const minutes = (...without: readonly number[]): string[] =>
  Array.from({ length: 60 }, (_, minute) => minute)
    .filter((minute) => !without.includes(minute))
    .map((minute) => named(minute * 60, 60))
