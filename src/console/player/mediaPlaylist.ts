/** The node's media playlists, as far as the console has to understand them: which segments there are, and what is missing. */

export interface Entry {
  readonly startMs: number
  readonly endMs: number
  /** All of it was recorded, as far as the node knows. */
  readonly isFull: boolean
  readonly address: string
}

export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** As the node's own best sequence has it: less than that between two segments is none. */
const TOLERANCE_MS = 10

/** The segments of a playlist, in order. What is no playlist of ours has none. */
export function entriesOf(playlist: string): Entry[] {
  const entries: Entry[] = []
  let startMs = Number.NaN
  let durationMs = Number.NaN
  for (const line of playlist.split('\n')) {
    const [, date] = /^#EXT-X-PROGRAM-DATE-TIME:(.+)$/.exec(line) ?? []
    const [, seconds] = /^#EXTINF:([\d.]+)/.exec(line) ?? []
    if (date !== undefined) startMs = Date.parse(date)
    else if (seconds !== undefined) durationMs = Math.round(Number(seconds) * 1000)
    else if (line !== '' && !line.startsWith('#') && !Number.isNaN(startMs + durationMs)) {
      entries.push({ startMs, endMs: startMs + durationMs, isFull: line.includes('-full-'), address: line })
      startMs = durationMs = Number.NaN
    }
  }
  return entries
}

/** What of `range` no segment covers. Behind one that may not be whole, all is uncertain: as a node cuts, that is a hole, too. */
export function holesIn(entries: readonly Entry[], { startMs, endMs }: Span): Span[] {
  const holes: Span[] = []
  let coveredMs = startMs
  let afterFull = true
  for (const entry of entries) {
    if (entry.endMs <= startMs || entry.startMs >= endMs) continue
    const toleranceMs = afterFull ? TOLERANCE_MS : 0
    if (entry.startMs - coveredMs > toleranceMs) holes.push({ startMs: coveredMs, endMs: entry.startMs })
    coveredMs = Math.max(coveredMs, entry.isFull ? entry.endMs : entry.startMs)
    afterFull = entry.isFull
  }
  if (endMs - coveredMs > (afterFull ? TOLERANCE_MS : 0)) holes.push({ startMs: coveredMs, endMs })
  return holes
}

/** A playlist of `stretches`, each a list of segments: what a player shows one after another. */
export function playlistOf(stretches: readonly (readonly Entry[])[]): string {
  const all = stretches.flat()
  const longest = all.reduce((most, { startMs, endMs }) => Math.max(most, endMs - startMs), 1000)
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${Math.ceil(longest / 1000)}`]
  let hasBegun = false
  for (const stretch of stretches) {
    let before: Entry | null = null
    for (const entry of stretch) {
      const { startMs, endMs, address } = entry
      // a new stretch, or a hole: its timestamps have nothing to do with those before
      if (hasBegun && (before === null || startMs - before.endMs > TOLERANCE_MS)) lines.push('#EXT-X-DISCONTINUITY')
      lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(startMs).toISOString()}`)
      lines.push(`#EXTINF:${((endMs - startMs) / 1000).toFixed(3)},`, address)
      before = entry
      hasBegun = true
    }
  }
  return `${lines.join('\n')}\n#EXT-X-ENDLIST\n`
}
