import type { CutOptions, CutPlan, CutType } from './cut.js'
import { type FullCutSettings, defaultFullCutSettings } from './encoding.js'
import { fastCut } from './fast/fast.js'
import { NotCopyable } from './fast/segmentIndex.js'
import { fullCut } from './full.js'
import { roughCut } from './rough.js'

/** What a location's configuration says about its cuts; what it leaves out is as the defaults say. */
export interface CutSettings {
  readonly full?: Partial<FullCutSettings>
}

type Cut = (plan: CutPlan, settings: CutSettings, options: CutOptions) => AsyncGenerator<Buffer, void, undefined>

/** Every kind of cut that is offered. */
const cuts: Record<CutType, Cut> = {
  rough: (plan, _settings, options) => roughCut(plan, options),
  fast: (plan, settings, options) => fastOrFull(plan, settings, options),
  full: (plan, settings, options) => fullCut(plan, { ...defaultFullCutSettings, ...settings.full }, options),
}

/** Where segments can't be copied from, they are encoded anew. */
async function* fastOrFull(
  plan: CutPlan,
  settings: CutSettings,
  options: CutOptions,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield* fastCut(plan, options)
  } catch (error) {
    if (!(error instanceof NotCopyable)) throw error
    yield* cuts.full(plan, settings, options)
  }
}

/**
 * The cut of a plan: chunks of the finished file, made while they are taken. Throws a CutError where the segments don't
 * yield it, and the reason of an aborted signal.
 */
export function cut(
  type: CutType,
  plan: CutPlan,
  settings: CutSettings,
  options: CutOptions,
): AsyncGenerator<Buffer, void, undefined> {
  return cuts[type](plan, settings, options)
}
