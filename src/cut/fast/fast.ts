import { setMaxListeners } from 'node:events'
import type { Segment } from '../../segments/segment.js'
import { CutError, type CutOptions, type CutPlan, type PlannedRange, segmentError } from '../cut.js'
import { type PictureFormat, probe } from '../probe.js'
import { type Cut, type CutReceipt, rangesOf } from '../receipt.js'
import { type Layout, layoutOf } from './layout.js'
import { type Form, type Loaded, formOf, loadSegment } from './loadSegment.js'
import { Reel } from './reel.js'
import { Run } from './run.js'
import { NotCopyable, type SegmentIndex } from './segmentIndex.js'
import { stretchesOf } from './stretches.js'

/**
 * Copies the ranges packet by packet, exact to the picture: only the pictures between a cut point and the next keyframe,
 * and a few at the end, are encoded anew. An MPEG-TS stream on one timeline, made while it is taken; memory doesn't grow with
 * its length. Returns its receipt. Throws NotCopyable before the first byte where the segments can't be copied from, else a
 * CutError that names the segment that is missing or damaged, or the check that failed.
 */
export async function* fastCut(plan: CutPlan, options: CutOptions): Cut {
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  // each encoder that runs or waits for its turn listens
  setMaxListeners(0, signal)
  let reel: Reel | undefined
  let begun = false
  try {
    const segments = segmentsOf(plan)
    const first = segments[0]
    if (first === undefined) throw new CutError('nothing to cut: no range has a segment')
    const form = await formOf(first, signal)
    const layout = await layoutOf(segments, form, signal)
    for (const range of plan.ranges) refuseWithoutKeyframes(range, layout)
    const totalSeconds = plan.ranges.reduce((sum, { range }) => sum + (range.endMs - range.startMs) / 1000, 0)
    reel = new Reel({
      layout,
      signal,
      formatOf: (loaded) => formatOf(loaded.survey.segment, signal),
      onShown: (doneSeconds, bytes) =>
        options.onProgress?.({ doneSeconds: Math.min(doneSeconds, totalSeconds), totalSeconds, bytes }),
    })
    const growing = reel
    const foresee = ({ range, segments }: PlannedRange) =>
      growing.foresee(range, async () => {
        const last = segments.at(-1)
        // of one that is soon there anyhow nothing is gained
        const loaded =
          last === undefined || segments.length <= AHEAD + 2 ? [] : await loadSegment(last, form, undefined, signal)
        return loaded.length === 1 ? loaded[0] : undefined
      })
    for (const range of plan.ranges) {
      let shown = false
      for await (const stretch of stretchesOf(
        await beforeOf(range, form, signal),
        loadedSegments([...range.segments, ...(range.after ?? [])], form, signal),
        range.holes,
      )) {
        const packets = new Run(reel, stretch, range.range, () => foresee(range)).packets()
        for (;;) {
          const step = await packets.next()
          if (step.done === true) {
            shown ||= step.value
            break
          }
          begun = true
          reel.check.push(step.value)
          yield step.value
        }
      }
      if (!shown)
        throw new CutError(
          `no picture was recorded from ${instant(range.range.startMs)} to ${instant(range.range.endMs)}`,
        )
    }
    return receiptOf(plan, reel)
  } catch (error) {
    options.signal.throwIfAborted()
    if (error instanceof NotCopyable && begun)
      throw new CutError(`${error.message}: that can't be copied. Cut it with --type full`, { cause: error })
    throw error
  } finally {
    stop.abort()
    await reel?.settled()
  }
}

/** Without a keyframe for so long, there would be more to encode than to copy. */
const LONGEST_WITHOUT_KEYFRAME_MS = 60_000

/** Looks, before anything is made, whether there is something to begin with. Throws NotCopyable. */
function refuseWithoutKeyframes({ before = [], segments }: PlannedRange, { decodable }: Layout): void {
  const [first] = segments
  if (first === undefined) return
  if (![...before, first].some(({ path }) => decodable.has(path)))
    throw new NotCopyable(`segment ${first.path} does not begin with a keyframe that a decoder could begin with`)
  let lastMs = first.startMs
  for (const { path, startMs } of segments) {
    if (decodable.has(path)) lastMs = startMs
    if (startMs - lastMs > LONGEST_WITHOUT_KEYFRAME_MS)
      throw new NotCopyable(`no segment from ${instant(lastMs)} to ${instant(startMs)} begins with a keyframe`)
  }
}

function receiptOf(plan: CutPlan, reel: Reel): CutReceipt {
  const checks = reel.check.finish()
  const failed = checks.find(({ ok }) => !ok)
  if (failed !== undefined)
    throw new CutError(`the cut failed its check: ${failed.name}: ${failed.found}, where ${failed.wanted} was wanted`)
  return {
    type: 'fast',
    ranges: rangesOf(plan),
    bytes: reel.check.bytes,
    seconds: reel.seconds,
    pictures: reel.pictures,
    copiedPictures: reel.copiedPictures,
    encoded: reel.encoded,
    silence: reel.silence,
    leftOut: reel.layout.leftOut,
    checks,
  }
}

function segmentsOf(plan: CutPlan): Segment[] {
  const all = plan.ranges.flatMap(({ before = [], segments, after = [] }) => [...before, ...segments, ...after])
  // the first of a range's own first: it is what the others are compared with
  const own = plan.ranges.flatMap(({ segments }) => segments)
  return [...new Map([...own, ...all].map((segment) => [segment.path, segment])).values()]
}

/** By their names, the segments of a range cover it: one beside them that can't be read must not fail the cut. */
async function beforeOf({ before = [] }: PlannedRange, form: Form, signal: AbortSignal): Promise<Loaded[]> {
  const loaded: Loaded[] = []
  for (const segment of before) {
    try {
      loaded.push(...(await loadSegment(segment, form, undefined, signal)))
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof CutError) && !(error instanceof NotCopyable)) throw error
      loaded.length = 0
    }
  }
  return loaded
}

const AHEAD = 2

/** Loads segments ahead of the one that is worked on. */
async function* loadedSegments(
  segments: readonly Segment[],
  form: Form,
  signal: AbortSignal,
): AsyncGenerator<Loaded, void, undefined> {
  let known: SegmentIndex | undefined
  const ahead: Promise<Loaded[]>[] = []
  for (let n = 0; n < segments.length + AHEAD; n++) {
    const segment = segments[n]
    if (segment !== undefined) {
      const loading = loadSegment(segment, form, known, signal)
      // it is told when its turn comes
      loading.catch(() => undefined)
      ahead.push(loading)
    }
    if (n < AHEAD) continue
    const parts = (await ahead.shift()) ?? []
    known ??= parts[0]?.index
    yield* parts
  }
}

const formats = new Map<string, Promise<PictureFormat>>()
const MOST_FORMATS = 1000

/** What ffprobe says of a segment's picture: asked once for each content. */
function formatOf(segment: Segment, signal: AbortSignal): Promise<PictureFormat> {
  const known = formats.get(segment.hash)
  if (known !== undefined) return known
  const asked = (async () => {
    const { picture } = await probe(segment.path, signal)
    if (picture === undefined) throw segmentError(segment, 'ffprobe finds no picture in it that it could decode')
    return picture
  })()
  if (formats.size >= MOST_FORMATS) formats.clear()
  formats.set(segment.hash, asked)
  asked.catch(() => formats.delete(segment.hash))
  return asked
}

const instant = (ms: number): string => new Date(ms).toISOString()
