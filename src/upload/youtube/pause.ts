import type { Reaction } from './errors.js'
import { pacificDayEnd } from './pacific.js'

const DAY_MS = 86_400_000
/** Clocks differ, and a quota may be given anew a little late. */
const MARGIN_MS = 5 * 60_000

/** How long an account has to wait, in milliseconds. A day's quota is given anew at midnight in California. */
export const pauseMs = (until: Extract<Reaction, { _tag: 'pause' }>['until'], nowMs: number): number =>
  until === 'in 24 hours' ? DAY_MS : pacificDayEnd(nowMs) - nowMs + MARGIN_MS
