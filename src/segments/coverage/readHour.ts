/** The segments of an hour by their names alone; of rivals for one start their sizes. No content is read. */
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { isRight } from 'fp-ts/lib/Either.js'
import type { Candidate } from '../bestSequence.js'
import { parseSegmentName } from '../path.js'
import type { Segment } from '../segment.js'
import { namesOfHour, withSizesOfRivals } from '../store.js'

/** Names that are read at a time: others get their turn between. */
const AT_A_TIME = 500

export interface NamesRead {
  readonly candidates: readonly Candidate[]
  /** How many names of `.ts` files can't be read. */
  readonly bad: number
}

/** @throws what the file system says, where the hour can't be read; one that is not there has none. */
export async function readHour(root: string, channel: string, quality: string, hour: string): Promise<NamesRead> {
  const { names } = await namesOfHour(root, channel, quality, hour)
  const segments: Segment[] = []
  let bad = 0
  for (const [n, name] of names.entries()) {
    if (n % AT_A_TIME === AT_A_TIME - 1) await setImmediate()
    if (!name.endsWith('.ts')) continue
    const parsed = parseSegmentName(join(root, channel, quality, hour, name), channel, quality, hour, name)
    if (!isRight(parsed)) bad++
    else if (parsed.right.type !== 'temp') segments.push(parsed.right)
  }
  return { candidates: await withSizesOfRivals(segments), bad }
}
