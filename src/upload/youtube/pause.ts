import type { Reaction } from './errors.js'

const DAY_MS = 86_400_000
/** Clocks differ, and a quota may be given anew a little late. */
const MARGIN_MS = 5 * 60_000

/** How long an account has to wait, in milliseconds. A day's quota is given anew at midnight in California. */
export function pauseMs(until: Extract<Reaction, { _tag: 'pause' }>['until'], nowMs: number): number {
  return until === 'in 24 hours' ? DAY_MS : DAY_MS - pacificMs(nowMs) + MARGIN_MS
}

/** What the clocks in California show, in milliseconds since their midnight. */
function pacificMs(nowMs: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'America/Los_Angeles',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(nowMs)
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value ?? 0)
  return ((of('hour') * 60 + of('minute')) * 60 + of('second')) * 1000
}
