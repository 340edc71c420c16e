import assert from 'node:assert/strict'
import fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { bestSequence, endMs } from '../../../src/segments/bestSequence.js'
import type { Playlist } from '../../../src/segments/hls/mediaPlaylist.js'
import { covering } from '../../../src/segments/hls/covering.js'
import { Playlists, type Wanted } from '../../../src/segments/hls/playlists.js'
import { type HourListing, HourListings } from '../../../src/segments/hourListings.js'
import { HourSegments } from '../../../src/segments/hourSegments.js'
import { type ListedSegment, listedName } from '../../../src/segments/listedName.js'
import { hourOf, hourStartMs, parseSegmentPath } from '../../../src/segments/path.js'
import { brokenByReload, readMediaPlaylist, type ReadPlaylist } from '../../support/hlsRules.js'
import { temporaryFolder } from '../temporaryFolder.js'
import { type NamedSegment, RecordedNames, run } from './recordedNames.js'

const AT = Date.UTC(2026, 0, 31, 18)
const HOUR_MS = 3_600_000

/** A recording, and a clock that stands where the spec puts it. */
class Place implements AsyncDisposable {
  nowMs = AT + 24 * HOUR_MS
  readonly playlists: Playlists
  readonly listings: HourListings

  private constructor(
    private readonly folder: { path: string; remove: () => Promise<void> },
    readonly names: RecordedNames,
  ) {
    this.listings = new HourListings(folder.path)
    this.playlists = new Playlists(this.listings, () => this.nowMs)
  }

  static async make(): Promise<Place> {
    const folder = await temporaryFolder()
    return new Place(folder, new RecordedNames(folder.path))
  }

  async text(startMs: number | null = null, endMs: number | null = null): Promise<string> {
    const wanted: Wanted = { channel: 'main', quality: 'source', startMs, endMs }
    const found = await this.playlists.get(wanted)
    return isLeft(found) ? assert.fail(JSON.stringify(found.left)) : textOf(found.right)
  }

  async read(startMs: number | null = null, endMs: number | null = null): Promise<ReadPlaylist> {
    const text = await this.text(startMs, endMs)
    const playlist = readMediaPlaylist(text)
    assert.deepEqual(playlist.broken, [], text)
    return playlist
  }

  async why(startMs: number | null, endMs: number | null): Promise<string> {
    const found = await this.playlists.get({ channel: 'main', quality: 'source', startMs, endMs })
    return isLeft(found) ? found.left._tag : 'there is one'
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.folder.remove()
  }
}

const secondsOf = ({ segments }: ReadPlaylist): number[] => segments.map(({ startMs }) => (startMs - AT) / 1000)
const numbersOf = ({ segments }: ReadPlaylist): Map<string, string> =>
  new Map(segments.map(({ uri, sequence, discontinuity }) => [uri, `${sequence} ${discontinuity}`]))

describe('A media playlist', function () {
  this.timeout(120_000)

  it('has the segments that cover a range, and ends where they reach its end', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 3))
    const [first, second] = run(AT, 2).map((one) => place.names.path(one).split('/').at(-1)?.replace(':', '%3A'))
    assert.equal(
      await place.text(AT + 1000, AT + 3000),
      [
        '#EXTM3U',
        '#EXT-X-VERSION:3',
        '#EXT-X-TARGETDURATION:2',
        `#EXT-X-MEDIA-SEQUENCE:${AT / 1000}`,
        '#EXT-X-DISCONTINUITY-SEQUENCE:0',
        '#EXT-X-PROGRAM-DATE-TIME:2026-01-31T18:00:00.000000Z',
        '#EXTINF:2.000,live',
        `/segments/main/source/2026-01-31T18/${first}`,
        '#EXT-X-PROGRAM-DATE-TIME:2026-01-31T18:00:02.000000Z',
        '#EXTINF:2.000,live',
        `/segments/main/source/2026-01-31T18/${second}`,
        '#EXT-X-ENDLIST',
        '',
      ].join('\n'),
    )
    assert.equal((await place.read(AT, AT + 7000)).hasEnded, false)
    assert.equal((await place.read(AT, AT + 6000)).hasEnded, true)
  })

  it('has a discontinuity at a hole, after what is not whole, and none at the border of an hour', async () => {
    await using place = await Place.make()
    const border = AT + HOUR_MS
    await place.names.put(...run(border - 4000, 4), ...run(border + 8000, 1))
    await place.names.put({ startMs: border + 10_000, durationSeconds: 2, type: 'partial' })
    await place.names.put(...run(border + 12_000, 2))
    const { segments, hasEnded } = await place.read(border - 4000, border + 16_000)
    const after = segments.filter(({ isAfterDiscontinuity }) => isAfterDiscontinuity)
    assert.deepEqual(
      after.map(({ startMs }) => (startMs - border) / 1000),
      [8, 12],
    )
    assert.equal(segments.length, 8)
    assert.equal(hasEnded, true)
  })

  it('begins with the first hour there is and goes on past the last one, where no start and no end is given', async () => {
    await using place = await Place.make()
    assert.equal(await place.why(null, null), 'NothingRecorded')
    await place.names.put(...run(AT + 60_000, 2), ...run(AT + HOUR_MS, 1))
    const playlist = await place.read()
    assert.deepEqual(secondsOf(playlist), [60, 62, 3600])
    assert.equal(playlist.hasEnded, false)
    assert.deepEqual(secondsOf(await place.read(AT + 61_000)), [60, 62, 3600])
    assert.deepEqual(secondsOf(await place.read(null, AT + 62_000)), [60])
  })

  it('may be longer than 12 hours only where both ends are given', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 1), ...run(AT + 12 * HOUR_MS, 1))
    assert.equal(await place.why(null, null), 'TooLong')
    assert.equal(await place.why(null, AT + 13 * HOUR_MS), 'TooLong')
    assert.equal(await place.why(AT + HOUR_MS, null), 'there is one')
    assert.equal(await place.why(AT - 1000 * HOUR_MS, null), 'TooLong')
    assert.deepEqual(secondsOf(await place.read(AT - 24 * HOUR_MS, AT + 24 * HOUR_MS)), [0, 43_200])
    assert.equal(await place.why(AT - 400 * HOUR_MS, AT), 'TooLong')
  })

  it('is empty, and over, where the end comes before the start', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 3))
    const playlist = await place.read(AT + 4000, AT)
    assert.deepEqual([playlist.segments.length, playlist.hasEnded], [0, true])
    const future = await place.read(AT + 5 * HOUR_MS)
    assert.deepEqual([future.segments.length, future.hasEnded], [0, false])
  })

  it('keeps back a hole of the last 15 seconds, and what follows it', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 3), ...run(AT + 8000, 2))
    place.nowMs = AT + 12_000
    assert.deepEqual(secondsOf(await place.read(AT)), [0, 2, 4])
    assert.deepEqual((await place.read(AT, AT + 12_000)).hasEnded, false)
    await place.names.put({ startMs: AT + 6000, durationSeconds: 2 })
    assert.deepEqual(secondsOf(await place.read(AT)), [0, 2, 4, 6, 8, 10])
    assert.equal((await place.read(AT, AT + 12_000)).hasEnded, true)
    await place.names.put(...run(AT + 14_000, 1))
    assert.deepEqual(secondsOf(await place.read(AT)), [0, 2, 4, 6, 8, 10])
    place.nowMs = AT + 29_000
    const { segments } = await place.read(AT)
    assert.deepEqual([segments.at(-1)?.startMs, segments.at(-1)?.isAfterDiscontinuity], [AT + 14_000, true])
  })

  it('has the first hour on while it is played, also where an earlier one comes late', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 3))
    const before = await place.read()
    await place.names.put(...run(AT - HOUR_MS, 3), ...run(AT + 6000, 1))
    assert.deepEqual(brokenByReload(before, await place.read()), [])
    assert.deepEqual(secondsOf(await place.read()), [0, 2, 4, 6])
    // nobody loads it any more
    place.nowMs += 600_000
    assert.deepEqual(secondsOf(await place.read()), [-3600, -3598, -3596, 0, 2, 4, 6])
  })

  it('says the same target duration as long as it is played, and it is never too short', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 3))
    const before = await place.read(AT)
    assert.equal(before.targetSeconds, 6)
    await place.names.put({ startMs: AT + 6000, durationSeconds: 6.4 })
    await place.names.put({ startMs: AT + 12_400, durationSeconds: 6.6 })
    await place.names.put({ startMs: AT + 19_000, durationSeconds: 2 })
    const after = await place.read(AT)
    assert.deepEqual(brokenByReload(before, after), [])
    // what is longer than was promised is missing from it, until it is loaded anew
    assert.deepEqual(secondsOf(after), [0, 2, 4, 6, 19])
    assert.equal(after.segments.at(-1)?.isAfterDiscontinuity, true)
    place.nowMs += 600_000
    const anew = await place.read(AT)
    assert.deepEqual([anew.targetSeconds, anew.segments.length], [11, 6])
  })

  it('leaves what is about to be played under its number, where something comes late in the middle or goes', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT, 3), ...run(AT + 8000, 3))
    const before = numbersOf(await place.read(AT))
    const late = { startMs: AT + 6000, durationSeconds: 2 }
    await place.names.put(late)
    const filled = await place.read(AT)
    const last = filled.segments.at(-1)?.uri ?? ''
    assert.equal(filled.segments.length, 7)
    assert.equal(numbersOf(filled).get(last), before.get(last))
    await place.names.remove(late)
    assert.deepEqual(numbersOf(await place.read(AT)), before)
  })

  it('numbers its segments on from those before, when an hour has been pruned since', async () => {
    await using place = await Place.make()
    await place.names.put(...run(AT + HOUR_MS - 20_000, 10), ...run(AT + HOUR_MS, 3))
    const before = await place.read()
    await place.names.removeHour(hourOf(AT))
    const after = await place.read()
    assert.deepEqual(brokenByReload(before, after), [])
    assert.equal(after.segments[0]?.sequence, (before.segments[0]?.sequence ?? 0) + 10)
    // a node that has just started does not count from the beginning again
    const fresh = new Playlists(place.listings, () => place.nowMs)
    const found = await fresh.get({ channel: 'main', quality: 'source', startMs: null, endMs: null })
    const restarted = readMediaPlaylist(isLeft(found) ? '' : textOf(found.right))
    assert.ok((restarted.segments[0]?.sequence ?? 0) >= (after.segments[0]?.sequence ?? Infinity))
  })

  it('goes on for ever of a recording that keeps its last 10 hours, also for those who played the first', async () => {
    await using place = await Place.make()
    for (let hour = 0; hour < 10; hour++) await place.names.put(...run(AT + hour * HOUR_MS, 1))
    let before = await place.read()
    for (let hour = 10; hour < 15; hour++) {
      await place.names.put(...run(AT + hour * HOUR_MS, 1))
      await place.names.removeHour(hourOf(AT + (hour - 10) * HOUR_MS))
      const after = await place.read()
      assert.deepEqual(brokenByReload(before, after), [])
      assert.equal(after.segments.length, 10)
      before = after
    }
  })

  const durations = fc.constantFrom(2, 2, 2, 1.96, 2.04, 0.5, 5.005, 6.006)
  const steps = fc.constantFrom(0, 0, 0, 0.004, -0.004, 0.012, 3, 700, -1)
  const types = fc.constantFrom('full', 'full', 'full', 'full', 'suspect', 'partial') as fc.Arbitrary<'full'>
  const stretches = fc.array(fc.record({ durationSeconds: durations, step: steps, type: types }), {
    minLength: 1,
    maxLength: 25,
  })

  /** Each begins where the one before ends, or a step from there; two never at the same time. */
  const laid = (fromMs: number, parts: readonly { durationSeconds: number; step: number; type: 'full' }[]) => {
    let [atMs, lastMs] = [fromMs, fromMs - 1]
    return parts.map(({ step, ...part }): NamedSegment => {
      const startMs = Math.max(lastMs + 1, atMs + Math.round(step * 1000))
      lastMs = startMs
      atMs = startMs + Math.round(part.durationSeconds * 1000)
      return { ...part, startMs }
    })
  }

  it('has the best sequence of any segments, in any range', () => {
    fc.assert(
      fc.property(stretches, fc.nat(120_000), fc.integer({ min: 1, max: 4_000_000 }), (parts, from, ms) => {
        const named = laid(AT + HOUR_MS - 20_000, parts)
        const startMs = AT + HOUR_MS - 60_000 + from
        const range = { startMs, endMs: startMs + ms }
        const all = named.flatMap((one) => {
          const parsed = parseSegmentPath(names.path(one))
          return isLeft(parsed) ? [] : [parsed.right]
        })
        const best = bestSequence(
          all.filter((one) => one.startMs < range.endMs && endMs(one) > range.startMs),
          range,
        )
        const { stretches, reachesEnd } = covering(hoursOf(named), range)
        const entries = stretches.flatMap(({ hour, from, to, afterHole }) =>
          [...hour.segments].slice(from, to).map(({ name }, n) => ({ name, afterHole: n === 0 && afterHole })),
        )
        assert.deepEqual(
          entries.map(({ name }) => name),
          best.segments.map(({ path }) => path.split('/').at(-1)),
        )
        assert.deepEqual(
          entries.map(({ afterHole }) => afterHole),
          best.segments.map((one, n) => n > 0 && best.holes.some((hole) => hole.endMs === one.startMs)),
        )
        assert.equal(reachesEnd, best.segments.length > 0 && best.holes.at(-1)?.endMs !== range.endMs)
      }),
      { numRuns: 200 },
    )
  })

  it('keeps the rules of RFC 8216 for those who load it again, whatever is recorded and pruned meanwhile', async () => {
    const starts = fc.constantFrom(null, AT, AT + 30_000)
    const histories = fc.array(stretches, { minLength: 2, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(histories, starts, fc.boolean(), async (batches, startMs, isPruned) => {
        let hours: readonly HourListing[] = []
        const listings = {
          hours: async () => hours.map(({ hour }) => hour),
          hour: async (_channel: string, _quality: string, hour: string) =>
            hours.find((one) => one.hour === hour) ?? { hour, segments: new HourSegments([]) },
        }
        const playlists = new Playlists(listings, () => AT + 24 * HOUR_MS)
        const read = async (): Promise<ReadPlaylist> => {
          const found = await playlists.get({ channel: 'main', quality: 'source', startMs, endMs: null })
          const text = isLeft(found) ? assert.fail(found.left._tag) : textOf(found.right)
          const playlist = readMediaPlaylist(text)
          assert.deepEqual(playlist.broken, [], text)
          return playlist
        }
        let named: NamedSegment[] = []
        let [atMs, pruned] = [AT, 0]
        let before: ReadPlaylist | undefined
        for (const [n, batch] of batches.entries()) {
          named = [...named, ...laid(atMs, batch)]
          const last = named.at(-1)
          const lastMs = (last?.startMs ?? 0) + Math.round((last?.durationSeconds ?? 0) * 1000)
          // the next batch follows in its place, or in an hour of its own
          atMs = n % 2 === 0 ? lastMs : Math.max(lastMs, AT + (n + 1) * HOUR_MS)
          hours = hoursOf(named).slice(pruned)
          const after = await read()
          if (before !== undefined) assert.deepEqual(brokenByReload(before, after), [])
          before = after
          if (!isPruned || hours.length < 2) continue
          pruned++
          hours = hours.slice(1)
          const rest = await read()
          assert.deepEqual(brokenByReload(before, rest), [])
          before = rest
        }
      }),
      { numRuns: 100 },
    )
  })
})

const textOf = ({ pieces }: Playlist): string => Buffer.concat(pieces).toString()

const names = new RecordedNames('/root')

/** What the listings of these segments' hours are. */
function hoursOf(named: readonly NamedSegment[]): HourListing[] {
  const hours = new Map<string, Map<number, ListedSegment>>()
  for (const one of named) {
    const hour = hourOf(one.startMs)
    const name = names.path(one).split('/').at(-1) ?? ''
    const listed = listedName(name, hour, hourStartMs(hour) ?? 0)
    const inHour = hours.get(hour) ?? new Map<number, ListedSegment>()
    hours.set(hour, inHour)
    if (listed !== null && !inHour.has(listed.startMs)) inHour.set(listed.startMs, listed)
  }
  return [...hours]
    .map(([hour, segments]) => ({
      hour,
      segments: new HourSegments([...segments.values()].sort((a, b) => a.startMs - b.startMs)),
    }))
    .sort((a, b) => (a.hour < b.hour ? -1 : 1))
}
