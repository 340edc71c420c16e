/** What of a quality is there, for those who ask for a part of it. */
import type { FastifyReply } from 'fastify'
import type { CutPlan, Transition } from '../../cut/cut.js'
import { planCut } from '../../cut/plan.js'
import { describeHoles } from '../../segments/holes.js'
import type { Range } from '../../segments/segment.js'
import { listHours } from '../../segments/store.js'
import { refusal } from '../errors.js'
import type { Asked } from '../route.js'

export interface Quality {
  readonly channel: string
  readonly quality: string
}

type Request = Pick<Asked<Quality, unknown, unknown>, 'params' | 'request' | 'reply'>

/** Whether anything was ever recorded of it; if not, that has been answered. */
export async function isRecorded({ params, request, reply }: Request, root: string): Promise<boolean> {
  const { channel, quality } = params
  if ((await listHours(root, channel, quality)).length > 0) return true
  await nothingRecorded({ params, request, reply })
  return false
}

export const nothingRecorded = ({ params: { channel, quality }, request, reply }: Request): FastifyReply =>
  refusal(request, reply, 404, `there is no footage of channel ${shown(channel)}, quality ${shown(quality)}`)

const shown = (name: string): string => JSON.stringify(name.slice(0, 120))

export interface PlannedCut {
  readonly plan: CutPlan
  readonly holes: readonly Range[]
}

/** A plan without the ranges of which there is nothing; of a transition both ranges have to be there, else it is a hard cut. */
export async function plannedCut(
  root: string,
  { channel, quality }: Quality,
  ranges: readonly Range[],
  transitions: readonly (Transition | null)[],
): Promise<PlannedCut> {
  const { ranges: planned } = await planCut(root, channel, quality, ranges)
  const there = [...planned.keys()].filter((n) => (planned[n]?.segments.length ?? 0) > 0)
  return {
    holes: planned.flatMap(({ holes }) => holes),
    plan: {
      ranges: there.flatMap((n) => planned[n] ?? []),
      transitions: there.slice(1).map((n, at) => (there[at] === n - 1 ? (transitions[n - 1] ?? null) : null)),
    },
  }
}

/** Why it can't be cut; null where it can. */
export function whyNotCut({ plan, holes }: PlannedCut, allowHoles: boolean, node: string): string | null {
  if (plan.ranges.length === 0) return describeHoles(node, holes)
  return holes.length > 0 && !allowHoles ? `${describeHoles(node, holes)}; allow_holes=true leaves them out` : null
}
