import type { CutOptions, CutPlan, CutType } from './cut.js'
import { type FullCutSettings, fullCutSettings } from './encoding.js'
import { fastCut } from './fast/fast.js'
import { NotCopyable } from './fast/segmentIndex.js'
import { fullCut } from './full.js'
import { oneAhead } from './oneAhead.js'
import { inSlots } from './ownSlots.js'
import type { Cut } from './receipt.js'
import { roughCut } from './rough.js'
import { withVersion } from './withVersion.js'

/** What a location's configuration says about its cuts; what it leaves out is as the defaults say. */
export interface CutSettings {
  readonly full?: Partial<FullCutSettings>
}

type MakeCut = (plan: CutPlan, settings: CutSettings, options: CutOptions) => Cut

/** Every kind of cut that is offered. */
const cuts: Record<CutType, MakeCut> = {
  rough: (plan, _settings, options) => roughCut(plan, options),
  fast: fastOrFull,
  full: (plan, settings, options) => fullCut(plan, fullCutSettings(settings.full), options),
}

/** Where segments can't be copied from, they are encoded anew, and the receipt says why. */
async function* fastOrFull(plan: CutPlan, settings: CutSettings, options: CutOptions): Cut {
  let why: string
  try {
    // what comes next is never far, so that a reader that has had enough does not wait long
    return yield* oneAhead(fastCut(plan, options))
  } catch (error) {
    if (!(error instanceof NotCopyable)) throw error
    why = error.message
  }
  const receipt = yield* cuts.full(plan, settings, options)
  return { ...receipt, type: 'fast', instead: { type: 'full', why } }
}

/**
 * The cut of a plan: chunks of the finished file, made while they are taken, and its receipt at the end. Throws a CutError
 * where the segments don't yield it, and the reason of an aborted signal.
 */
export async function* cut(type: CutType, plan: CutPlan, settings: CutSettings, options: CutOptions): Cut {
  return await withVersion(yield* inSlots(options.slots, cuts[type](plan, settings, options)))
}
