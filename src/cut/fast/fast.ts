import { setMaxListeners } from 'node:events'
import { endMs } from '../../segments/bestSequence.js'
import { TICKS_PER_SECOND } from '../../segments/pesHeader.js'
import type { Range, Segment } from '../../segments/segment.js'
import { TICKS_PER_MS } from '../continuity.js'
import { type Crossfade, crossfadeOf } from '../crossfade.js'
import { CutError, type CutOptions, type CutPlan, type PlannedRange } from '../cut.js'
import { pictureOf } from '../probeSegment.js'
import { type Cut, type CutReceipt, passed, planned } from '../receipt.js'
import { Foresight } from './foresight.js'
import { type Layout, layoutOf, setIdOf } from './layout.js'
import { type Form, type Loaded, formOf, loadSegment } from './loadSegment.js'
import { Reel } from './reel.js'
import { Run, type Side } from './run.js'
import { NotCopyable, type SegmentIndex } from './segmentIndex.js'
import type { Survey } from '../survey.js'
import { stretchesOf } from './stretches.js'
import { transition } from './transition.js'

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
  const formatOf = (loaded: Loaded) => pictureOf(loaded.survey.segment, signal)
  const foresight = new Foresight({ formatOf, signal })
  let reel: Reel | undefined
  let begun = false
  try {
    const segments = segmentsOf(plan)
    const first = segments[0]
    if (first === undefined) throw new CutError('nothing to cut: no range has a segment')
    const form = await formOf(first, signal)
    foreseeFirst(foresight, plan, form, signal)
    const layout = await layoutOf(segments, form, signal)
    for (const range of plan.ranges) refuseWithoutKeyframes(range, layout)
    const crossfades = await crossfadesOf(plan, form, signal)
    const totalSeconds =
      plan.ranges.reduce((sum, { range }) => sum + (range.endMs - range.startMs) / 1000, 0) -
      crossfades.reduce((sum, crossfade) => sum + (crossfade?.ticks ?? 0) / TICKS_PER_SECOND, 0)
    reel = new Reel({
      layout,
      signal,
      foresight,
      formatOf,
      onShown: (doneSeconds, bytes) =>
        options.onProgress?.({ doneSeconds: Math.min(doneSeconds, totalSeconds), totalSeconds, bytes }),
    })
    const foreseeEnd = (range: Range, { segments }: PlannedRange) =>
      foresight.end(range, async () => {
        const last = segments.at(-1)
        // of one that is soon there anyhow nothing is gained
        const loaded =
          last === undefined || segments.length <= AHEAD + 2 ? [] : await loadSegment(last, form, undefined, signal)
        return loaded[0] === undefined || loaded.length > 1 ? undefined : { loaded: loaded[0], setId: layout.setId }
      })
    let next: Side | undefined
    for (const [n, range] of plan.ranges.entries()) {
      const [into, from] = [crossfades[n - 1], crossfades[n]]
      const own = withoutTransitions(range.range, into, from)
      let fading = next
      next = undefined
      let shown = false
      for await (const stretch of stretchesOf(
        await beforeOf(range, form, signal),
        loadedSegments([...range.segments, ...(range.after ?? [])], form, signal),
        range.holes,
      )) {
        const run = new Run(reel, stretch, own, () => foreseeEnd(own, range))
        const head = into === undefined || fading === undefined ? undefined : await run.head(into.ticks)
        const outgoing =
          into === undefined || fading === undefined || head === undefined
            ? run.packets()
            : after(transition(reel, fading, head, into), run.packets())
        if (head !== undefined) fading = undefined
        for (;;) {
          const step = await outgoing.next()
          if (step.done === true) {
            shown ||= step.value
            break
          }
          begun = true
          reel.check.push(step.value)
          yield step.value
        }
        next ??= from === undefined ? undefined : await run.tail(from.ticks)
      }
      if (!shown)
        throw new CutError(
          `no picture was recorded from ${instant(range.range.startMs)} to ${instant(range.range.endMs)}`,
        )
      if (fading !== undefined || (from !== undefined && next === undefined))
        throw new CutError(
          `no picture was recorded where a transition is: ${instant(range.range.startMs)} or ${instant(range.range.endMs)}`,
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
    await foresight.settled()
  }
}

/** The first pictures are encoded while all the other segments are being looked at. */
function foreseeFirst(foresight: Foresight, { ranges }: CutPlan, form: Form, signal: AbortSignal): void {
  const [range] = ranges
  const [first] = range?.segments ?? []
  if (range === undefined || first === undefined) return
  foresight.start(range.range, async () => {
    const [loaded, ...more] = await loadSegment(first, form, undefined, signal)
    const setId = loaded === undefined ? undefined : setIdOf(loaded.index, loaded.bytes)
    return loaded === undefined || setId === undefined || more.length > 0 ? undefined : { loaded, setId }
  })
}

async function* after<T>(first: AsyncIterable<Buffer>, then: AsyncGenerator<Buffer, T, undefined>) {
  yield* first
  return yield* then
}

/** What of a range is shown by itself. */
function withoutTransitions(range: Range, into: Crossfade | undefined, from: Crossfade | undefined): Range {
  return {
    startMs: range.startMs + (into?.ticks ?? 0) / TICKS_PER_MS,
    endMs: range.endMs - (from?.ticks ?? 0) / TICKS_PER_MS,
  }
}

/** The transitions between the ranges. Throws NotCopyable where something is missing in them, or timestamps jump there. */
async function crossfadesOf(
  { ranges, transitions = [] }: CutPlan,
  form: Form,
  signal: AbortSignal,
): Promise<(Crossfade | undefined)[]> {
  const crossfades: (Crossfade | undefined)[] = []
  for (const [n, transition] of transitions.entries()) {
    const [before, next] = [ranges[n], ranges[n + 1]]
    if (transition === null || before === undefined || next === undefined) {
      crossfades.push(undefined)
      continue
    }
    const lengthMs = transition.seconds * 1000
    const { startMs } = next.range
    const { endMs } = before.range
    const surveys = await continuous(before, { startMs: endMs - lengthMs, endMs }, form, signal)
    await continuous(next, { startMs, endMs: startMs + lengthMs }, form, signal)
    crossfades.push(crossfadeOf(transition, surveys))
  }
  return crossfades
}

/** The surveys of the segments that a part of a range lies in. */
async function continuous(
  { segments, holes }: PlannedRange,
  part: Range,
  form: Form,
  signal: AbortSignal,
): Promise<Survey[]> {
  const within = segments.filter((segment) => segment.startMs < part.endMs && endMs(segment) > part.startMs)
  const surveys: Survey[] = []
  let stretches = 0
  for await (const { members } of stretchesOf([], loadedSegments(within, form, signal), [])) {
    stretches++
    for await (const { survey } of members) surveys.push(survey)
  }
  if (stretches !== 1 || holes.some((hole) => hole.startMs < part.endMs && hole.endMs > part.startMs))
    throw new NotCopyable(
      `from ${instant(part.startMs)} to ${instant(part.endMs)}, where a transition is, the recording has a gap or its timestamps jump`,
    )
  return surveys
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
  return {
    type: 'fast',
    ...planned(plan),
    copied: reel.splicer.copied.digested,
    made: reel.splicer.made.digested,
    ffmpeg: { arguments: reel.arguments },
    bytes: reel.check.bytes,
    seconds: reel.seconds,
    pictures: reel.pictures,
    copiedPictures: reel.copiedPictures,
    encoded: reel.encoded,
    silence: reel.silence,
    leftOut: reel.layout.leftOut,
    checks: passed(reel.check.finish()),
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

const instant = (ms: number): string => new Date(ms).toISOString()
