import type { Range } from '../segments/segment.js'
import { withOrigins } from '../segments/peers/origins.js'
import { segmentsFor } from '../segments/store.js'
import type { CutPlan, PlannedRange } from './cut.js'

/** How near to the border of a segment a range may come without needing the next one: sound and picture are hardly ever so far apart. */
export const MARGIN_MS = 2000

/**
 * What is on the disk for a cut of these ranges: the best segments and the holes of each, and the segments beside them
 * where an exact cut may need them; of those that peers have sent, from whom. Throws only where the disk can't be read.
 */
export async function planCut(
  root: string,
  channel: string,
  quality: string,
  ranges: readonly Range[],
): Promise<CutPlan> {
  const planned: PlannedRange[] = []
  for (const range of ranges) {
    const { segments, holes } = await segmentsFor(root, channel, quality, range)
    const around = { startMs: range.startMs - MARGIN_MS, endMs: range.endMs + MARGIN_MS }
    const wider = (await segmentsFor(root, channel, quality, around)).segments
    const first = wider.findIndex(({ path }) => path === segments[0]?.path)
    const last = wider.findIndex(({ path }) => path === segments.at(-1)?.path)
    const before = wider.slice(0, Math.max(0, first))
    const after = last < 0 ? [] : wider.slice(last + 1)
    planned.push({
      range,
      holes,
      segments: await withOrigins(segments),
      before: await withOrigins(before),
      after: await withOrigins(after),
    })
  }
  return { ranges: planned }
}
