/** A master playlist (RFC 8216, 4.3.4) as text: the qualities of a channel, each with its media playlist. */

/** Bits a second, guessed by the name: nobody has measured them, but players choose by them. */
const guesses: readonly (readonly [begins: string, bandwidth: number])[] = [
  ['720p', 2_373_000],
  ['480p', 1_427_999],
  ['360p', 630_000],
  ['160p', 230_000],
]
const MOST = 6_846_146

/**
 * @param query what is asked of each media playlist, as it stands behind the `?`; empty for nothing
 */
export function masterPlaylist(channel: string, qualities: readonly string[], query: string): string {
  const taken = new Set<number>()
  const lines = qualities.flatMap((quality) => {
    // players take two of the same for one with a spare
    let bandwidth = guesses.find(([begins]) => quality.startsWith(begins))?.[1] ?? MOST
    while (taken.has(bandwidth)) bandwidth--
    taken.add(bandwidth)
    const name = quoted(quality)
    const address = `/playlist/${encodeURIComponent(channel)}/${encodeURIComponent(quality)}.m3u8`
    return [
      `#EXT-X-MEDIA:TYPE=VIDEO,GROUP-ID=${name},NAME=${name},AUTOSELECT=YES,DEFAULT=YES`,
      `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},VIDEO=${name},NAME=${name}`,
      query === '' ? address : `${address}?${query}`,
    ]
  })
  return ['#EXTM3U', ...lines, ''].join('\n')
}

/** A quoted string can't hold a quote. */
const quoted = (text: string): string => `"${text.replaceAll('"', "'")}"`
