/** How far ffmpeg is, as its `-progress` reports say. */
export interface FfmpegProgress {
  /** Pictures that have been encoded. */
  readonly frames: number
  /** Up to where the output goes, on the output's own clock; undefined before there is any. */
  readonly outSeconds: number | undefined
  readonly ended: boolean
}

/**
 * Reads what ffmpeg writes to `-progress`: lines of `key=value`, each report closed by `progress=continue` or
 * `progress=end`. Takes the `rest` of the last call, and returns the reports that are complete and the new rest.
 */
export function parseProgress(rest: string, text: string): { reports: FfmpegProgress[]; rest: string } {
  const reports: FfmpegProgress[] = []
  const all = rest + text
  let from = 0
  for (const match of all.matchAll(/^progress=(\w+)\r?\n/gm)) {
    const end = match.index + match[0].length
    reports.push(reportIn(all.slice(from, end), match[1] === 'end'))
    from = end
  }
  return { reports, rest: all.slice(from) }
}

function reportIn(block: string, ended: boolean): FfmpegProgress {
  const frames = numberAt(block, 'frame')
  // out_time_ms is in microseconds, too: a slip that ffmpeg keeps for its users. "N/A" before the first packet
  const outMicroseconds = numberAt(block, 'out_time_us')
  return { frames: frames ?? 0, outSeconds: outMicroseconds === undefined ? undefined : outMicroseconds / 1e6, ended }
}

function numberAt(block: string, key: string): number | undefined {
  const value = new RegExp(`^${key}=\\s*(-?\\d+)\\s*$`, 'm').exec(block)?.[1]
  return value === undefined ? undefined : Number(value)
}
