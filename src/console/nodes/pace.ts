/** How fast bytes go out: of each video what was told lately, and what that comes to. */

export interface Sample {
  readonly atMs: number
  readonly bytes: number
}

/** So far back: long enough to be steady, short enough to show that something has stopped. */
const windowMs = 12_000

/** With one more. Where there are fewer bytes than before, another attempt has begun. */
export function withSample(before: readonly Sample[], next: Sample): readonly Sample[] {
  const last = before.at(-1)
  if (last !== undefined && next.bytes < last.bytes) return [next]
  return [...before.filter(({ atMs }) => atMs >= next.atMs - windowMs), next]
}

/** Bytes a second; null while there is nothing to compare. */
export function paceOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || last.atMs <= first.atMs) return null
  return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs)
}
