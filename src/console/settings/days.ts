/** Where an hour of footage stands among days, by the scale of time that somebody has chosen. */
export type Scale = 'UTC' | 'local' | 'stream'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export interface DayPlace {
  /** When the day begins, in milliseconds since 1970. */
  readonly dayMs: number
  /** Whole hours since then: on a day whose clocks are set back there are 25. */
  readonly hour: number
}

/** @param startMs when the stream began; without it stream time is UTC. */
export function placeOf(atMs: number, scale: Scale, startMs: number | null): DayPlace {
  const from = dayStart(atMs, scale, startMs)
  return { dayMs: from, hour: Math.floor((atMs - from) / hourMs) }
}

function dayStart(atMs: number, scale: Scale, startMs: number | null): number {
  if (scale === 'local') return new Date(atMs).setHours(0, 0, 0, 0)
  const origin = scale === 'stream' && startMs !== null ? startMs : 0
  return origin + Math.floor((atMs - origin) / dayMs) * dayMs
}
