/**
 * The vocabulary of recorded footage. All instants are whole milliseconds since the epoch (UTC), as precise as a
 * segment's file name; all durations are seconds.
 */

/** How sure we are that a segment holds all that its name promises. */
export type SegmentType = 'full' | 'suspect' | 'partial' | 'temp'

/** One MPEG-TS file of the recording: `CHANNEL/QUALITY/HOUR/TIME-DURATION-TYPE-HASH.ts`. */
export interface Segment {
  readonly path: string
  readonly channel: string
  readonly quality: string
  readonly startMs: number
  readonly durationSeconds: number
  readonly type: SegmentType
  /** Unpadded url-safe base64 SHA-256 of the content; a random name for `temp`. */
  readonly hash: string
  /** The peer that sent it, where this machine has not recorded it itself and that is known. */
  readonly from?: string
}

/** A half-open stretch of time [startMs, endMs). */
export interface Range {
  readonly startMs: number
  readonly endMs: number
}

/** The best segments for a range, in order, and where there are none that are known to be whole (see bestSequence.ts). */
export interface BestSequence {
  readonly segments: readonly Segment[]
  readonly holes: readonly Range[]
}
