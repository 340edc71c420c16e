import type { Range, Segment } from '../segments/segment.js'
import { withOrigins } from '../segments/peers/origins.js'
import { hoursOnce } from '../segments/hoursOnce.js'
import { segmentsIn } from '../segments/store.js'
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
  const hours = hoursOnce(root, channel, quality)
  const planned: Required<PlannedRange>[] = []
  for (const range of ranges) {
    const { segments, holes } = await segmentsIn(hours, range)
    const around = { startMs: range.startMs - MARGIN_MS, endMs: range.endMs + MARGIN_MS }
    const wider = (await segmentsIn(hours, around)).segments
    const first = wider.findIndex(({ path }) => path === segments[0]?.path)
    const last = wider.findIndex(({ path }) => path === segments.at(-1)?.path)
    planned.push({
      ...{ range, holes, segments },
      before: wider.slice(0, Math.max(0, first)),
      after: last < 0 ? [] : wider.slice(last + 1),
    })
  }
  return { ranges: await withAllOrigins(planned) }
}

/** As all ranges of a cut may be of one hour, that is looked at once for all of them. */
async function withAllOrigins(planned: readonly Required<PlannedRange>[]): Promise<readonly PlannedRange[]> {
  const all = await withOrigins(planned.flatMap(({ before, segments, after }) => [...before, ...segments, ...after]))
  const known = new Map(all.map((segment) => [segment.path, segment]))
  const told = (segments: readonly Segment[]) => segments.map((segment) => known.get(segment.path) ?? segment)
  return planned.map((one) => ({
    ...one,
    segments: told(one.segments),
    before: told(one.before),
    after: told(one.after),
  }))
}
