/** What a cut was made of and what was found in it: enough to make the same again, and to see whether it is the same. */
import type { Segment } from '../segments/segment.js'
import { CutError, type CutPlan, type CutType, type Transition } from './cut.js'
import type { Digested } from './digest.js'
import type { FullCutSettings } from './encoding.js'

/** One thing that every cut is checked for while it streams. */
export interface Check {
  readonly name: string
  readonly found: number
  readonly wanted: number
  readonly ok: boolean
}

/** Pictures that were encoded anew, and why. */
export interface EncodedStretch {
  /** From the beginning of the finished video to the first of them, in seconds. */
  readonly atSeconds: number
  readonly pictures: number
  readonly why: string
}

/** Silence that was put where a sound track had nothing. */
export interface SilentStretch {
  readonly atSeconds: number
  readonly seconds: number
  /** 0 is the first. */
  readonly track: number
}

/** The segments that a cut took of one range. */
export interface CutRange {
  readonly start: string
  readonly end: string
  /** In order, as they are called below the folder of channels, and the SHA-256 of their content in base64url. */
  readonly segments: readonly CutSegment[]
  /** Those beside them, of which the first pictures or the last sound may be. */
  readonly before: readonly CutSegment[]
  readonly after: readonly CutSegment[]
  readonly holes: readonly { readonly start: string; readonly end: string }[]
}

export interface CutSegment {
  readonly name: string
  readonly hash: string
  /** The peer that sent it, where the node that cut has not recorded it itself. */
  readonly from?: string
}

export interface CutReceipt {
  /** What was asked for. */
  readonly type: CutType | 'archive'
  /** What was made, where that is something else, and why. */
  readonly instead?: { readonly type: CutType; readonly why: string }
  readonly ranges: readonly CutRange[]
  readonly transitions: readonly (Transition | null)[]
  /** How it was encoded, where all of it was. */
  readonly settings?: FullCutSettings
  /** Where it has several. */
  readonly files?: readonly { readonly bytes: number; readonly pictures?: number; readonly made?: Digested }[]
  readonly bytes: number
  readonly seconds?: number
  readonly pictures?: number
  readonly copiedPictures?: number
  readonly encoded?: readonly EncodedStretch[]
  readonly silence?: readonly SilentStretch[]
  /** Streams of the source that the cut has not. */
  readonly leftOut?: readonly string[]
  readonly ffmpeg?: { readonly version?: string; readonly arguments: readonly (readonly string[])[] }
  /** Of all that was copied, and of all that was made anew. */
  readonly copied?: Digested
  readonly made?: Digested
  readonly checks: readonly Check[]
}

/** A cut: its chunks, made while they are taken, and at the end its receipt. */
export type Cut = AsyncGenerator<Buffer, CutReceipt, undefined>

/** The part of a receipt that the plan knows already. */
export function planned({ ranges, transitions = [] }: CutPlan): Pick<CutReceipt, 'ranges' | 'transitions'> {
  const instant = (ms: number) => new Date(ms).toISOString()
  const named = (segments: readonly Segment[]) =>
    segments.map(({ path, hash, from }) => ({
      name: path.split('/').slice(-4).join('/'),
      hash,
      ...(from !== undefined && { from }),
    }))
  return {
    ranges: ranges.map(({ range, segments, holes, before = [], after = [] }) => ({
      start: instant(range.startMs),
      end: instant(range.endMs),
      segments: named(segments),
      before: named(before),
      after: named(after),
      holes: holes.map(({ startMs, endMs }) => ({ start: instant(startMs), end: instant(endMs) })),
    })),
    transitions,
  }
}

/** The same checks, if all went well. Throws a CutError that names the first that did not. */
export function passed(checks: readonly Check[]): readonly Check[] {
  const failed = checks.find(({ ok }) => !ok)
  if (failed === undefined) return checks
  throw new CutError(
    `the cut failed its check: ${failed.name}: ${failed.found}, where ${failed.wanted} was wanted. Is the source damaged?`,
  )
}
