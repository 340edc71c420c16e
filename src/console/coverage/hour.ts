/** What an hour of footage comes to, for a reader: how it is, how much of it there is, where each piece stands. */
import type { ToldHour } from '../../http/coverage/hours.js'

export type { ToldHour }

/** `whole`: every second in full segments; `uneven`: nothing is missing, but not all of it is full or follows on; `holes`: something is. */
export type Kind = 'whole' | 'uneven' | 'holes'

export function kindOf({ rawHoles, editableHoles, segments: { suspect, partial } }: ToldHour): Kind {
  if (rawHoles > 0) return 'holes'
  return editableHoles > 0 || suspect.count > 0 || partial.count > 0 ? 'uneven' : 'whole'
}

export const hourMs = 3_600_000

/** When the hour of this name begins, `2026-01-31T18`; in milliseconds since 1970. */
export const startOf = (hour: string): number => Date.parse(`${hour}:00:00Z`)

/** Such as `99.99 %`. Rounded down: what is not whole is never said to be. */
export function percent(part: number, all: number): string {
  if (all === 0) return '0 %'
  return part >= all ? '100 %' : `${(Math.floor((part / all) * 10_000) / 100).toFixed(2)} %`
}

/** A stretch of pieces of one kind, in seconds of the hour: full (f), not full (n), missing (m). */
export interface Run {
  readonly kind: 'f' | 'n' | 'm'
  readonly from: number
  readonly seconds: number
}

const pieceSeconds = 2

/** Reads `f900m3f897`; what the text does not say is missing. */
export function runsOf(pieces: string): Run[] {
  const runs: Run[] = []
  let from = 0
  const add = (kind: Run['kind'], seconds: number): void => {
    if (seconds > 0) runs.push({ kind, from, seconds })
    from += seconds
  }
  for (const [, kind, count] of pieces.matchAll(/([fnm])(\d{1,4})/g))
    add(kind as Run['kind'], Math.min(3600 - from, Number(count) * pieceSeconds))
  add('m', 3600 - from)
  return runs
}

/** The runs cut at each ten minutes: of which each gets a line. */
export function linesOf(runs: readonly Run[], lineSeconds = 600): Run[][] {
  const lines: Run[][] = Array.from({ length: 3600 / lineSeconds }, () => [])
  for (const { kind, from, seconds } of runs)
    for (let at = from; at < from + seconds;) {
      const line = Math.floor(at / lineSeconds)
      const until = Math.min(from + seconds, (line + 1) * lineSeconds)
      lines[line]?.push({ kind, from: at - line * lineSeconds, seconds: until - at })
      at = until
    }
  return lines
}
