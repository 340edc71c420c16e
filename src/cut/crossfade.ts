/** What ffmpeg is told to make a transition: exactly so many pictures, and sound for just as long. */
import type { TransitionKind } from '../../machines/transitionKinds.js'
import { TICKS_PER_SECOND } from '../segments/pesHeader.js'
import { medianOf, stepsIn } from './continuity.js'
import type { Transition } from './cut.js'
import type { Survey } from './survey.js'

/** A transition on the pictures' own clock. */
export interface Crossfade {
  readonly kind: TransitionKind
  readonly pictures: number
  /** From one picture to the next, in ticks of 90 kHz, to a quarter of one: so that no usual rate drifts. */
  readonly stepTicks: number
  /** How long it is: so much of each range is shown together with so much of the other. */
  readonly ticks: number
}

/** When each picture is shown, the first at `startTicks`. */
export function crossfadeTimes({ pictures, stepTicks }: Crossfade, startTicks: number): number[] {
  return Array.from({ length: pictures }, (_, n) => startTicks + Math.floor(n * stepTicks + 0.5))
}

/** Steps are counted in these. */
const QUARTER = 4
/** A shortest step of so much of the usual one is jitter. */
const EVEN = 0.75

/** `surveys` are those of the segments in which the transition begins: its pictures come as theirs do. */
export function crossfadeOf({ kind, seconds }: Transition, surveys: readonly Survey[]): Crossfade {
  const stepTicks = Math.round(usualStep(surveys) * QUARTER) / QUARTER
  const pictures = Math.max(1, Math.round((seconds * TICKS_PER_SECOND) / stepTicks))
  return { kind, pictures, stepTicks, ticks: pictures * stepTicks }
}

/** Rates like 59.94 have steps of two lengths, so it is their mean that counts. */
function usualStep(surveys: readonly Survey[]): number {
  const steps = stepsIn(surveys)
  const median = medianOf(steps)
  const even = steps.every((step) => step >= EVEN * median && step * EVEN <= median)
  return even && steps.length > 0 ? steps.reduce((sum, step) => sum + step, 0) / steps.length : median
}

/**
 * In a `custom` transition each pixel is the old one (A) or the new one (B); X and Y are its place, W and H the size, and P
 * goes from 1 to 0 meanwhile.
 */
const expressions: Partial<Record<TransitionKind, string>> = {
  clockwipe: 'if(lt(mod(atan2(X-W/2,H/2-Y)+2*PI,2*PI),2*PI*(1-P)),B,A)',
  starwipe: 'if(lt(hypot(X-W/2,Y-H/2)*(1-0.4*cos(5*atan2(X-W/2,H/2-Y))),0.7*hypot(W,H)*(1-P)),B,A)',
  diamondwipe: 'if(lt(abs(X-W/2)/W+abs(Y-H/2)/H,1-P),B,A)',
}

/**
 * Filters from `from` and `into`, in which the pictures of the transition begin at 0 on a clock of 90 kHz, to `out`, in which they
 * begin at `startTicks`. `from` and `into` have the same size and form; where they have too few pictures the last is repeated.
 */
export function pictureCrossfade(
  from: string,
  into: string,
  out: string,
  { kind, pictures, stepTicks, ticks }: Crossfade,
  startTicks: number,
): string[] {
  const rate = `${TICKS_PER_SECOND * QUARTER}/${Math.round(stepTicks * QUARTER)}`
  const even = `settb=1/${TICKS_PER_SECOND},fps=fps=${rate}:start_time=0:eof_action=pass,tpad=stop=${pictures}:stop_mode=clone,trim=end_frame=${pictures}`
  const expression = expressions[kind]
  const named = expression === undefined ? `transition=${kind}` : `transition=custom:expr='${expression}'`
  const timed = `settb=1/${TICKS_PER_SECOND},setpts=floor(N*${stepTicks}+0.5)+${startTicks}`
  return [
    `${from}${even}[even${out.slice(1)}`,
    `${into}${even}[into${out.slice(1)}`,
    `[even${out.slice(1)}[into${out.slice(1)}xfade=${named}:duration=${ticks / TICKS_PER_SECOND}:offset=0,${timed}${out}`,
  ]
}

/** Filters from two sounds, of which the last and the first so many samples are heard together, to one. */
export function soundCrossfade(from: string, into: string, out: string, samples: number): string {
  return `${from}${into}acrossfade=nb_samples=${samples}:curve1=tri:curve2=tri${out}`
}
