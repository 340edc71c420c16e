/** Which segments of this node an edit needs, and what is missing. */
import { instantMs } from '../../machines/codecs.js'
import type { Draft } from '../../machines/edit.js'
import { isTransitionKind } from '../../machines/transitionKinds.js'
import type { CutPlan, Transition } from '../cut/cut.js'
import { planCut } from '../cut/plan.js'
import type { Range } from '../segments/segment.js'

export interface Footage {
  /** Ranges of which there is nothing at all are left out, as holes within a range are. */
  readonly plan: CutPlan
  readonly holes: readonly Range[]
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
}

export async function lookForFootage(node: string, root: string, edit: Draft): Promise<Look> {
  try {
    const { holes, nothing } = await footageFor(root, edit)
    const lacking = nothing || (holes.length > 0 && edit.allow_holes !== true)
    const missingSeconds = holes.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0) / 1000
    return { obstacle: lacking ? describeHoles(node, holes) : null, missingSeconds, nothing }
  } catch (error) {
    // another node's disk may be well
    const why = error instanceof Error ? error.message : String(error)
    return { obstacle: `${node} cannot read its segments (${why})`, missingSeconds: null, nothing: false }
  }
}

const clock = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 23)

/** Such as `node-a has no footage from 2026-01-31 18:00:02.000 to 18:00:04.500 UTC and 2 more holes`. */
export function describeHoles(node: string, holes: readonly Range[]): string {
  const [first] = holes
  if (!first) return `${node} has no footage of it`
  const more = holes.length > 1 ? ` and ${holes.length - 1} more hole${holes.length > 2 ? 's' : ''}` : ''
  return `${node} has no footage from ${clock(first.startMs)} to ${clock(first.endMs).slice(11)} UTC${more}`
}
