/** When each segment of a stream begins and how long it lasts (pure). */
import { TICKS_PER_SECOND, unwrapNear } from '../pesHeader.js'

const TICKS_PER_MS = TICKS_PER_SECOND / 1000
/** Timestamps this far from where they were expected are no longer those of the same clock. */
const JUMP_TICKS = TICKS_PER_SECOND
/** Without a DISCONTINUITY, a step ahead of up to this is footage that is missing; beyond, a clock set anew. */
const LONGEST_GAP_TICKS = 60 * TICKS_PER_SECOND
const LONGEST_LOSS_TICKS = 3600 * TICKS_PER_SECOND
/** A PROGRAM-DATE-TIME is not exact to the frame: less than this between two segments is neither gap nor overlap. */
const DATE_TIME_TOLERANCE_MS = 100
/** How much the timestamps of a segment may say more than its EXTINF, before they are taken for broken. */
const LONGEST_SURPLUS_MS = 10_000

/** What is known of a segment from its bytes and its source. */
export interface Measured {
  /** The smallest timestamp of sound or picture. */
  readonly startTicks: number
  /** Where the last sound or picture is over. */
  readonly endTicks: number
  /** Where the first of its streams is over: what follows in the same clock begins here. */
  readonly firstEndTicks: number
  readonly dateTimeMs: number | undefined
  readonly discontinuity: boolean
  /** Whether segments between this one and the one before are lost. */
  readonly afterLoss: boolean
  readonly listedSeconds: number | undefined
}

/** A segment with its start, on the line of all timestamps since the last anchor. */
export interface Placed {
  readonly measured: Measured
  readonly startMs: number
  /** Ticks to add to the segment's own, where 33 bits began anew since the anchor. */
  readonly shiftTicks: number
  readonly anchor: Anchor
  /** Whether it begins where the one before it ends, with nothing missing. */
  readonly follows: boolean
}

interface Anchor {
  readonly ms: number
  readonly ticks: number
}

/** Where the segment after `previous` begins; `previous` is undefined for the first. */
export type Place =
  | { readonly type: 'by timestamps'; readonly placed: Placed }
  /** A new anchor is needed: the date and time if the source gives one, else `otherwiseMs` (undefined for the first). */
  | { readonly type: 'by anchor'; readonly dateTimeMs: number | undefined; readonly otherwiseMs: number | undefined }

export function place(measured: Measured, previous: Placed | undefined): Place {
  const { dateTimeMs, discontinuity, afterLoss } = measured
  if (previous === undefined) return { type: 'by anchor', dateTimeMs, otherwiseMs: undefined }
  const { anchor, shiftTicks } = previous
  const expectedTicks = previous.measured.endTicks + shiftTicks
  const startTicks = unwrapNear(measured.startTicks, expectedTicks)
  const aheadTicks = outside(startTicks, previous.measured.firstEndTicks + shiftTicks, expectedTicks)
  const startMs = anchor.ms + Math.round((startTicks - anchor.ticks) / TICKS_PER_MS)
  const offDateMs = dateTimeMs === undefined ? 0 : Math.abs(dateTimeMs - startMs)
  const isNear = Math.abs(aheadTicks) <= JUMP_TICKS && startMs > previous.startMs
  const byTimestamps = (follows: boolean): Place => ({
    type: 'by timestamps',
    placed: { measured, startMs, shiftTicks: startTicks - measured.startTicks, anchor, follows },
  })
  if (isNear && (!discontinuity || offDateMs <= DATE_TIME_TOLERANCE_MS)) return byTimestamps(!afterLoss)
  // missing footage in a clock that went on: where there is a date, it must agree
  const longestTicks = afterLoss ? LONGEST_LOSS_TICKS : LONGEST_GAP_TICKS
  if (!discontinuity && aheadTicks > 0 && aheadTicks <= longestTicks && offDateMs <= 1000) return byTimestamps(false)
  return { type: 'by anchor', dateTimeMs, otherwiseMs: ownEndMs(previous) }
}

/** The first segment of a new anchor. */
export function anchored(measured: Measured, startMs: number): Placed {
  const anchor = { ms: Math.round(startMs), ticks: measured.startTicks }
  return { measured, startMs: anchor.ms, shiftTicks: 0, anchor, follows: false }
}

/**
 * How long the segment's name says that it lasts, in milliseconds, once it is known what comes after it.
 * @param next the segment that follows; `ended` where the stream ends with this one; `goes on` where it does not, but we stop here
 */
export function durationMs(segment: Placed, next: Placed | 'ended' | 'goes on'): number {
  const { startMs, measured } = segment
  if (next === 'goes on') return atLeastOne(toMs(measured.firstEndTicks - measured.startTicks))
  const ownMs = ownEndMs(segment) - startMs
  if (next === 'ended') return atLeastOne(ownMs)
  const untilNextMs = next.startMs - startMs
  // a clock set back: both stay as they are, the best sequence takes what fits
  if (untilNextMs <= 0) return atLeastOne(ownMs)
  if (next.follows || untilNextMs < ownMs + DATE_TIME_TOLERANCE_MS) return untilNextMs
  return atLeastOne(ownMs)
}

/** Where a segment ends by its own timestamps. */
function ownEndMs({ startMs, measured }: Placed): number {
  const spanMs = toMs(measured.endTicks - measured.startTicks)
  const listedMs = measured.listedSeconds === undefined ? Infinity : Math.round(measured.listedSeconds * 1000)
  return startMs + (spanMs > listedMs + LONGEST_SURPLUS_MS ? listedMs : spanMs)
}

function toMs(ticks: number): number {
  return Math.round(ticks / TICKS_PER_MS)
}

function atLeastOne(ms: number): number {
  return Math.max(1, ms)
}

/** How far `value` lies outside [from, to]: negative below, 0 inside. */
function outside(value: number, from: number, to: number): number {
  if (value < from) return value - from
  return value > to ? value - to : 0
}
