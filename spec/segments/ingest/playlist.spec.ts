import assert from 'node:assert/strict'
import { IngestFailure } from '../../../src/segments/ingest/failure.js'
import { parsePlaylist } from '../../../src/segments/ingest/playlist.js'
import { Seen } from '../../../src/segments/ingest/seen.js'

const parse = (...lines: string[]) => parsePlaylist(['#EXTM3U', ...lines].join('\n'), 'list.m3u8')
function media(...lines: string[]) {
  const playlist = parse(...lines)
  return playlist.type === 'media' ? playlist : assert.fail('a master playlist')
}
const refused = (tag: string, word: string, lines: string[]) =>
  assert.throws(
    () => parse(...lines),
    (error) => error instanceof IngestFailure && error.error._tag === tag && error.message.includes(word),
  )

describe('a playlist', () => {
  it('lists segments with their sequence, length, date and discontinuities', () => {
    const { segments, ...rest } = media(
      '#EXT-X-TARGETDURATION:4',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-PROGRAM-DATE-TIME:2018-07-02T16:54:54.556+02:00',
      '#EXTINF:2.002,live',
      'a.ts',
      '#EXTINF:3.5,',
      'b.ts',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:4,',
      'c.ts?x=1',
      '#EXT-X-ENDLIST',
    )
    assert.deepEqual(rest, { type: 'media', targetSeconds: 4, ended: true })
    const plain = { dateTimeMs: undefined, discontinuity: false }
    assert.deepEqual(segments, [
      { ...plain, uri: 'a.ts', sequence: 7, seconds: 2.002, dateTimeMs: Date.UTC(2018, 6, 2, 14, 54, 54, 556) },
      { ...plain, uri: 'b.ts', sequence: 8, seconds: 3.5 },
      { ...plain, uri: 'c.ts?x=1', sequence: 9, seconds: 4, discontinuity: true },
    ])
  })

  it('may lack commas, have comments, Windows’ line ends and a byte order mark', () => {
    const text = '\ufeff#EXTM3U\r\n## made by hand\r\n#EXTINF:2.000000\r\na.ts\r\n'
    const playlist = parsePlaylist(text, 'list.m3u8')
    assert.ok(playlist.type === 'media')
    assert.deepEqual(
      playlist.segments.map(({ uri, seconds }) => [uri, seconds]),
      [['a.ts', 2]],
    )
  })

  it('has dates without a zone in UTC', () => {
    const [segment] = media('#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00.5', '#EXTINF:2,', 'a.ts').segments
    assert.equal(segment?.dateTimeMs, Date.UTC(2026, 0, 1, 0, 0, 0, 500))
  })

  it('of playlists leads to the one with the largest bandwidth', () => {
    const lines = ['low', 'high', 'middle'].flatMap((name, index) => [
      `#EXT-X-STREAM-INF:BANDWIDTH=${[100, 9000, 500][index]}`,
      `${name}.m3u8`,
    ])
    assert.deepEqual(parse(...lines), { type: 'master', uri: 'high.m3u8' })
  })

  it('is refused where segments could not be kept as they are, naming what it is', () => {
    const segment = ['#EXTINF:2,', 'a.ts']
    refused('Unsupported', 'EXT-X-KEY', ['#EXT-X-KEY:METHOD=AES-128,URI="key"', ...segment])
    refused('Unsupported', 'EXT-X-MAP', ['#EXT-X-MAP:URI="init.mp4"', ...segment])
    refused('Unsupported', 'EXT-X-BYTERANGE', ['#EXT-X-BYTERANGE:100@0', ...segment])
    const sound = '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="sound.m3u8"'
    refused('Unsupported', 'EXT-X-MEDIA', [sound, '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="a"', 'v.m3u8'])
    assert.equal(media('#EXT-X-KEY:METHOD=NONE', ...segment).segments.length, 1)
  })

  it('is refused where it is something else', () => {
    for (const text of ['', '<html>', 'a.ts\n#EXTM3U', '#EXTM3U8']) {
      assert.throws(() => parsePlaylist(text, 'list.m3u8'), IngestFailure)
    }
  })
})

describe('what is new in a live playlist', () => {
  const list = (from: number, ...uris: string[]) =>
    uris.map((uri, index) => ({ uri, sequence: from + index, seconds: 2, dateTimeMs: undefined, discontinuity: false }))
  const fresh = (seen: Seen, from: number, ...uris: string[]) => {
    const { segments, missed } = seen.fresh(list(from, ...uris))
    return [segments.map(({ uri }) => uri).join(' '), missed]
  }

  it('is everything at first, then what has a larger number', () => {
    const seen = new Seen()
    assert.deepEqual(fresh(seen, 5, 'a', 'b', 'c'), ['a b c', 0])
    assert.deepEqual(fresh(seen, 5, 'a', 'b', 'c'), ['', 0])
    assert.deepEqual(fresh(seen, 6, 'b', 'c', 'd'), ['d', 0])
  })

  it('is nothing in an older list from a cache', () => {
    const seen = new Seen()
    fresh(seen, 5, 'a', 'b', 'c')
    assert.deepEqual(fresh(seen, 4, '0', 'a', 'b'), ['', 0])
    assert.deepEqual(fresh(seen, 6, 'b', 'c', 'd'), ['d', 0])
  })

  it('counts what came and went between two loads', () => {
    const seen = new Seen()
    fresh(seen, 5, 'a', 'b')
    assert.deepEqual(fresh(seen, 10, 'f', 'g'), ['f g', 3])
  })

  it('is what has new names after the server began its numbers anew', () => {
    const seen = new Seen()
    fresh(seen, 100, 'a', 'b')
    assert.deepEqual(fresh(seen, 0, 'b', 'x'), ['x', 0])
    assert.deepEqual(fresh(seen, 1, 'x', 'y'), ['y', 0])
  })

  it('is nothing in an empty list', () => assert.deepEqual(fresh(new Seen(), 0), ['', 0]))
})
