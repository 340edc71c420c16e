/** What a cut was made of and what was found in it: enough to make the same again, and to see whether it is the same. */
import { CutError, type CutPlan, type CutType } from './cut.js'
import { basename } from 'node:path'

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

export interface CutReceipt {
  /** What was asked for. */
  readonly type: CutType | 'archive'
  /** What was made, where that is something else, and why. */
  readonly instead?: { readonly type: CutType; readonly why: string }
  readonly ranges: readonly {
    readonly start: string
    readonly end: string
    /** Names and the SHA-256 of the content in them, in order. */
    readonly segments: readonly { readonly name: string; readonly hash: string }[]
    readonly holes: readonly { readonly start: string; readonly end: string }[]
  }[]
  readonly bytes: number
  readonly seconds?: number
  readonly pictures?: number
  readonly copiedPictures?: number
  readonly encoded?: readonly EncodedStretch[]
  readonly silence?: readonly SilentStretch[]
  /** Streams of the source that the cut has not. */
  readonly leftOut?: readonly string[]
  readonly ffmpeg?: { readonly version?: string; readonly arguments: readonly (readonly string[])[] }
  readonly checks: readonly Check[]
}

/** A cut: its chunks, made while they are taken, and at the end its receipt. */
export type Cut = AsyncGenerator<Buffer, CutReceipt, undefined>

/** The part of a receipt that the plan knows already. */
export function rangesOf(plan: CutPlan): CutReceipt['ranges'] {
  const instant = (ms: number) => new Date(ms).toISOString()
  return plan.ranges.map(({ range, segments, holes }) => ({
    start: instant(range.startMs),
    end: instant(range.endMs),
    segments: segments.map(({ path, hash }) => ({ name: basename(path), hash })),
    holes: holes.map(({ startMs, endMs }) => ({ start: instant(startMs), end: instant(endMs) })),
  }))
}

/** The same checks, if all went well. Throws a CutError that names the first that did not. */
export function passed(checks: readonly Check[]): readonly Check[] {
  const failed = checks.find(({ ok }) => !ok)
  if (failed === undefined) return checks
  throw new CutError(
    `the cut failed its check: ${failed.name}: ${failed.found}, where ${failed.wanted} was wanted. Is the source damaged?`,
  )
}
