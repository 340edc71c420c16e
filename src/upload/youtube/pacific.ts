/** Days in California: YouTube gives each day's quota anew at midnight there. */

const DAY_MS = 86_400_000

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/Los_Angeles',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

function shown(ms: number): { readonly day: string; readonly sinceMidnightMs: number } {
  const parts = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, value]))
  const { year, month, day, hour = 0, minute = 0, second = 0 } = parts
  const seconds = (Number(hour) * 60 + Number(minute)) * 60 + Number(second)
  return { day: `${year}-${month}-${day}`, sinceMidnightMs: seconds * 1000 + (((ms % 1000) + 1000) % 1000) }
}

/** The day that it is there, such as `2026-01-31`. */
export const pacificDay = (ms: number): string => shown(ms).day

/** When that day ends, in milliseconds since the epoch: a day on which clocks are changed has 23 or 25 hours. */
export function pacificDayEnd(ms: number): number {
  const usual = ms - shown(ms).sinceMidnightMs + DAY_MS
  const off = shown(usual).sinceMidnightMs
  return usual + (off > DAY_MS / 2 ? DAY_MS - off : -off)
}

/** When that day began. */
export function pacificDayStart(ms: number): number {
  const usual = ms - shown(ms).sinceMidnightMs
  const off = shown(usual).sinceMidnightMs
  return usual + (off > DAY_MS / 2 ? DAY_MS - off : -off)
}
