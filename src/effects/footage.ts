/** Which segments of this node an edit needs, and what is missing. */
import { instantMs } from '../../machines/codecs.js'
import type { Draft } from '../../machines/edit.js'
import { isTransitionKind } from '../../machines/transitionKinds.js'
import type { CutPlan, Transition } from '../cut/cut.js'
import { MARGIN_MS, planCut } from '../cut/plan.js'
import { describeHoles } from '../segments/holes.js'
import { saidOf } from '../segments/peers/report.js'
import type { Range } from '../segments/segment.js'
import { segmentsFor } from '../segments/store.js'

export interface Footage {
  /** Ranges of which there is nothing at all are left out, as holes within a range are. */
  readonly plan: CutPlan
  readonly holes: readonly Range[]
  /** The ranges that have holes, as the edit has them. */
  readonly lacking: readonly Range[]
  /** There is not a single segment of it. */
  readonly nothing: boolean
}

export async function footageFor(root: string, edit: Draft): Promise<Footage> {
  const { video_channel = '', video_quality = '', video_ranges = [] } = edit
  const asked = video_ranges.map(([start, end]) => ({ startMs: instantMs(start), endMs: instantMs(end) }))
  const plan = await planCut(root, video_channel, video_quality, asked)
  const there = plan.ranges.flatMap(({ segments }, index) => (segments.length > 0 ? [index] : []))
  const ranges = plan.ranges.filter(({ segments }) => segments.length > 0)
  // a transition needs both its ranges: where one is missing, it is a hard cut
  const transitions = there.slice(1).map((index, n) => (there[n] === index - 1 ? transitionAt(edit, index - 1) : null))
  return {
    plan: { ranges, transitions },
    holes: plan.ranges.flatMap(({ holes }) => holes),
    lacking: plan.ranges.filter(({ holes }) => holes.length > 0).map(({ range }) => range),
    nothing: ranges.length === 0,
  }
}

function transitionAt({ video_transitions = [] }: Draft, join: number): Transition | null {
  const [kind = '', seconds = 0] = video_transitions[join] ?? []
  return isTransitionKind(kind) ? { kind, seconds } : null
}

/** What this node has of an edit's footage. */
export interface Look {
  /** Why it cannot cut it as things are; null where it can. */
  readonly obstacle: string | null
  /** Of the ranges, in seconds; null where the disk cannot be read. */
  readonly missingSeconds: number | null
  readonly nothing: boolean
  /** What somebody else may have: the ranges in which something is missing, also for the thumbnail. */
  readonly lacking: readonly Range[]
  /** How many segments others have sent of what is there, such as `fetched 12 segments from node-b`; null where it is none. */
  readonly fetched: string | null
}

export async function lookForFootage(node: string, root: string, edit: Draft): Promise<Look> {
  try {
    const { plan, holes, lacking, nothing } = await footageFor(root, edit)
    const obstructed = nothing || (holes.length > 0 && edit.allow_holes !== true)
    const missingSeconds = holes.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0) / 1000
    return {
      obstacle: obstructed ? describeHoles(node, holes) : null,
      missingSeconds,
      nothing,
      lacking: [...lacking, ...(await unseenThumbnail(root, edit))].map(withMargin),
      fetched: describeFetched(plan),
    }
  } catch (error) {
    // another node's disk may be well
    const why = error instanceof Error ? error.message : String(error)
    const obstacle = `${node} cannot read its segments (${why})`
    return { obstacle, missingSeconds: null, nothing: false, lacking: [], fetched: null }
  }
}

/** An exact cut may need a bit of what is beside. */
const withMargin = ({ startMs, endMs }: Range): Range => ({ startMs: startMs - MARGIN_MS, endMs: endMs + MARGIN_MS })

/** The instant of the picture that the thumbnail is made of, where nothing of it is here. */
async function unseenThumbnail(root: string, edit: Draft): Promise<readonly Range[]> {
  const { thumbnail_mode: mode, thumbnail_time: time, video_channel: channel = '', video_quality: quality = '' } = edit
  if ((mode !== 'BARE' && mode !== 'TEMPLATE') || time === undefined || time === null) return []
  const startMs = instantMs(time)
  return (await segmentsFor(root, channel, quality, { startMs, endMs: startMs + 1 })).holes
}

function describeFetched({ ranges }: CutPlan): string | null {
  // ranges may share segments
  const from = new Map(ranges.flatMap(({ segments }) => segments.map((one) => [one.path, one.from] as const)))
  const counts = new Map<string, number>()
  for (const peer of from.values()) if (peer !== undefined) counts.set(peer, (counts.get(peer) ?? 0) + 1)
  const most = [...counts].map(([peer, segments]) => ({ peer, segments })).sort((a, b) => b.segments - a.segments)
  return most.length === 0 ? null : `fetched ${saidOf(most)}`
}
