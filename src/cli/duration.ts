/** How long something takes, as people write it. */
import { InvalidArgumentError } from 'commander'

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** In milliseconds, of an option such as `30m`. */
export function duration(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  const ms = Number(count) * (unitsMs[unit] ?? 0)
  if (ms === 0)
    throw new InvalidArgumentError('Allowed are seconds, minutes, hours or days, such as 90s, 30m, 2h or 1d.')
  return ms
}
