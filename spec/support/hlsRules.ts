/** The rules of HLS playlists as RFC 8216 has them, for judging a playlist as any player may. */

export interface ReadSegment {
  readonly uri: string
  readonly seconds: number
  readonly startMs: number
  readonly sequence: number
  readonly discontinuity: number
  readonly isAfterDiscontinuity: boolean
}

export interface ReadPlaylist {
  readonly targetSeconds: number
  readonly segments: readonly ReadSegment[]
  readonly hasEnded: boolean
  /** What breaks a rule, with the section that has it. */
  readonly broken: readonly string[]
}

const INTEGER = /^\d{1,20}$/

export function readMediaPlaylist(text: string): ReadPlaylist {
  const broken: string[] = []
  const rule = (holds: boolean, what: string) => {
    if (!holds) broken.push(what)
  }
  rule(text.startsWith('#EXTM3U\n'), '4.3.1.1: EXTM3U is the first line')
  rule(text.endsWith('\n') && !text.includes('\r\n\r'), '4.1: lines end')
  const lines = text.split('\n').slice(0, -1)
  const tags = new Map<string, number>()
  const segments: ReadSegment[] = []
  let [target, sequence, discontinuity] = [Number.NaN, 0, 0]
  let next: { seconds?: number; startMs?: number; isAfterDiscontinuity: boolean } = { isAfterDiscontinuity: false }
  for (const [n, line] of lines.entries()) {
    const [, tag = '', value = ''] = /^(#EXT[A-Z0-9-]*)(?::(.*))?$/.exec(line) ?? []
    tags.set(tag, (tags.get(tag) ?? 0) + 1)
    const isFirst = segments.length === 0 && next.seconds === undefined && next.startMs === undefined
    switch (tag) {
      case '#EXTM3U':
        rule(n === 0, '4.3.1.1: EXTM3U is nowhere else')
        break
      case '#EXT-X-VERSION':
        rule(Number(value) >= 3, '7: durations that are no integers need version 3')
        break
      case '#EXT-X-TARGETDURATION':
        rule(INTEGER.test(value) && isFirst, '4.3.3.1: the target duration is an integer, before the segments')
        target = Number(value)
        break
      case '#EXT-X-MEDIA-SEQUENCE':
        rule(INTEGER.test(value) && isFirst, '4.3.3.2: the media sequence is an integer, before the segments')
        sequence = Number(value)
        break
      case '#EXT-X-DISCONTINUITY-SEQUENCE':
        rule(
          INTEGER.test(value) && isFirst && !next.isAfterDiscontinuity,
          '4.3.3.3: the discontinuity sequence is an integer, before segments and discontinuities',
        )
        discontinuity = Number(value)
        break
      case '#EXT-X-DISCONTINUITY':
        rule(!next.isAfterDiscontinuity, '4.3.2.3: one discontinuity a segment')
        next.isAfterDiscontinuity = true
        discontinuity++
        break
      case '#EXT-X-PROGRAM-DATE-TIME':
        rule(
          /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value) && !Number.isNaN(Date.parse(value)),
          '4.3.2.6: the time is ISO 8601 with a zone',
        )
        next.startMs = Date.parse(value)
        break
      case '#EXTINF':
        rule(/^\d+(\.\d+)?,/.test(value), '4.3.2.1: a duration and a comma')
        next.seconds = Number(value.split(',')[0])
        break
      case '#EXT-X-ENDLIST':
        break
      default: {
        rule(tag === '' && !line.startsWith('#') && line !== '', `4.1: a tag that nobody knows: ${line}`)
        rule(next.seconds !== undefined, '4.3.2.1: each segment has a duration')
        rule(Math.round(next.seconds ?? 0) <= target, '4.3.3.1: no rounded duration is above the target')
        rule(/^[A-Za-z0-9/%._~!$&'()*+,;=@-]+$/.test(line), '4.1: the address is one (RFC 3986)')
        segments.push({
          uri: line,
          seconds: next.seconds ?? 0,
          startMs: next.startMs ?? Number.NaN,
          sequence: sequence + segments.length,
          discontinuity,
          isAfterDiscontinuity: next.isAfterDiscontinuity,
        })
        next = { isAfterDiscontinuity: false }
      }
    }
  }
  rule(tags.get('#EXT-X-TARGETDURATION') === 1, '4.3.3.1: there is one target duration')
  for (const tag of ['#EXT-X-VERSION', '#EXT-X-MEDIA-SEQUENCE', '#EXT-X-DISCONTINUITY-SEQUENCE', '#EXT-X-ENDLIST'])
    rule((tags.get(tag) ?? 0) <= 1, `4.3: ${tag} comes once`)
  rule(
    !next.isAfterDiscontinuity && next.seconds === undefined,
    '4.3.2: nothing is said of a segment that is not there',
  )
  rule(new Set(segments.map(({ uri }) => uri)).size === segments.length, 'a segment is listed once')
  rule(
    segments.every(({ startMs }, at) => at === 0 || startMs > (segments[at - 1]?.startMs ?? 0)),
    '6.2.1: segments are in order',
  )
  return { targetSeconds: target, segments, hasEnded: tags.has('#EXT-X-ENDLIST'), broken }
}

/** What a server may not do to a playlist that is loaded again (6.2.1), where it goes on and is pruned at its start. */
export function brokenByReload(before: ReadPlaylist, after: ReadPlaylist): string[] {
  const broken: string[] = []
  const rule = (holds: boolean, what: string) => {
    if (!holds) broken.push(what)
  }
  rule(before.targetSeconds === after.targetSeconds, '6.2.1: the target duration does not change')
  rule(!before.hasEnded || after.hasEnded, '6.2.1: what has ended does not go on')
  const [first] = after.segments
  const kept = before.segments.filter(({ startMs }) => first !== undefined && startMs >= first.startMs)
  for (const [n, segment] of kept.entries()) {
    const now = after.segments[n]
    rule(now?.uri === segment.uri, '6.2.1: segments go from the start only, and come at the end only')
    rule(now?.sequence === segment.sequence, '6.2.2: a segment keeps its number')
    rule(now?.discontinuity === segment.discontinuity, '6.2.2: a segment keeps its discontinuity number')
  }
  rule(
    before.segments.length === 0 || first === undefined || first.sequence >= (before.segments[0]?.sequence ?? 0),
    '6.2.2: the media sequence does not go back',
  )
  return broken
}
