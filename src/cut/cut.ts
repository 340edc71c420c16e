import type { TransitionKind } from '../../machines/transitionKinds.js'
import type { Range, Segment } from '../segments/segment.js'
import type { Slots } from '../segments/slots.js'

/** One stretch to cut: the segments that cover it, and where the recording has none (such holes are left out). */
export interface PlannedRange {
  readonly range: Range
  readonly segments: readonly Segment[]
  readonly holes: readonly Range[]
  /**
   * The segments before and after those, where the range comes close to them: sound and picture don't change segments at
   * one instant, so the first pictures of a range, or its last sound, may lie there. In order; only an exact cut uses them.
   */
  readonly before?: readonly Segment[]
  readonly after?: readonly Segment[]
}

/** A cross-fade of the end of one range into the beginning of the next, picture and sound. */
export interface Transition {
  readonly kind: TransitionKind
  /** Shorter than either range; of both ranges so much is shown at the same time. */
  readonly seconds: number
}

/** What to cut: the ranges in the order in which they shall follow one another, each with the segments that cover it. */
export interface CutPlan {
  readonly ranges: readonly PlannedRange[]
  /** Between each range and the next; null, or nothing there, is a hard cut. */
  readonly transitions?: readonly (Transition | null)[]
}

/** Those that make one file; an archive has one for each contiguous run. */
export type CutType = 'rough' | 'full' | 'fast'

/** How far a cut is: seconds of the finished video, and bytes that have come out. */
export interface CutProgress {
  readonly doneSeconds: number
  readonly totalSeconds: number
  readonly bytes: number
}

/** Thrown by a cut's iterable: never worth a retry, since the same segments would fail again. */
export class CutError extends Error {
  override readonly name = 'CutError'
}

export interface CutOptions {
  /** Aborting stops the cut at once: its ffmpeg is killed and the iterable throws the signal's reason, not a CutError. */
  readonly signal: AbortSignal
  readonly onProgress?: (progress: CutProgress) => void
  /** Where a file may lie that has to be whole before its first byte is known; the system's by default. */
  readonly temporaryFolder?: string
  /** Of its ffmpegs. Default: those that all cuts share. */
  readonly slots?: Slots
}

/** A CutError that says which segment is to blame, and what to do about it. */
export function segmentError(segment: Segment, reason: string, cause?: unknown): CutError {
  return new CutError(`segment ${segment.path}: ${reason}`, cause === undefined ? undefined : { cause })
}
