import { CutError, type CutOptions, type CutPlan } from './cut.js'
import { Digest } from './digest.js'
import { type Cut, planned } from './receipt.js'
import { segmentBytes } from './segmentBytes.js'

/**
 * The whole segments of all ranges, one after another, as they are on the disk: more than was asked for at both ends,
 * and no timestamp is touched. Throws a CutError that names the segment which has vanished, is empty or can't be read. Returns its receipt.
 */
export async function* roughCut(plan: CutPlan, options: CutOptions): Cut {
  const segments = plan.ranges.flatMap((planned) => planned.segments)
  if (segments.length === 0) throw new CutError('nothing to cut: no range has a segment')
  const totalSeconds = segments.reduce((sum, segment) => sum + segment.durationSeconds, 0)
  let doneSeconds = 0
  let bytes = 0
  const copied = new Digest()
  for (const segment of segments) {
    for await (const chunk of segmentBytes(segment, options.signal)) {
      bytes += chunk.length
      copied.push(chunk)
      yield chunk
    }
    doneSeconds += segment.durationSeconds
    options.onProgress?.({ doneSeconds, totalSeconds, bytes })
  }
  return { type: 'rough', ...planned(plan), copied: copied.digested, bytes, checks: [] }
}
