import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { IngestProgress } from '../../../src/segments/ingest/ingest.js'
import { unwrapNear } from '../../../src/segments/pesHeader.js'
import { readPictureTicks, readTimestamps } from '../../../src/segments/timestamps.js'
import { makeSegments, makeStream } from '../makeStream.js'
import { temporaryFolder } from '../temporaryFolder.js'
import { AT, contents, countSegments, ingested, recorded, refusal } from './ingested.js'

/** By how many milliseconds the names of the segments leave the clock of their timestamps at most. */
async function worstDeviationMs(segments: readonly { path: string; startMs: number }[]): Promise<number> {
  let worst = 0
  let anchor: { ms: number; ticks: number } | undefined
  let lastTicks: number | undefined
  for (const { path, startMs } of segments) {
    const { startTicks } = await readTimestamps(path)
    const ticks: number = unwrapNear(startTicks, lastTicks ?? startTicks)
    // a clock that began anew
    if (anchor === undefined || Math.abs(ticks - (lastTicks ?? ticks)) > 60 * 90_000) anchor = { ms: startMs, ticks }
    worst = Math.max(worst, Math.abs(startMs - anchor.ms - (ticks - anchor.ticks) / 90))
    lastTicks = ticks
  }
  return worst
}

describe('ingesting', () => {
  let root: string
  let remove: () => Promise<void>
  let made: string
  let removeMade: () => Promise<void>
  let parts: string[]
  let file: string
  before(async () => {
    ;({ path: made, remove: removeMade } = await temporaryFolder())
    // the clock's 33 bits begin anew in the third part
    parts = await makeSegments(made, { seconds: 10, offsetSeconds: 2 ** 33 / 90_000 - 5.5 })
    file = await makeStream(join(made, 'a: film 100%.mp4'), { seconds: 9, gop: 40 })
  })
  after(() => removeMade())
  beforeEach(async () => ({ path: root, remove } = await temporaryFolder()))
  afterEach(() => remove())

  async function playlist(lines: readonly string[], name = 'list.m3u8'): Promise<string> {
    const path = join(made, name)
    await writeFile(path, ['#EXTM3U', '#EXT-X-TARGETDURATION:2', ...lines, '#EXT-X-ENDLIST', ''].join('\n'))
    return path
  }
  const listed = (paths: readonly string[]) => paths.flatMap((path) => ['#EXTINF:2.0,', basename(path)])

  describe('a playlist', () => {
    it('keeps its segments byte for byte and names them by their timestamps, without holes', async () => {
      const summary = await ingested({ source: await playlist(listed(parts)), root, startMs: AT })
      const best = await recorded(root, summary)
      assert.equal(parts.length, 5)
      assert.deepEqual(await contents(best.segments.map(({ path }) => path)), await contents(parts))
      assert.deepEqual(best.holes, [])
      assert.equal(best.segments[0]?.startMs, AT)
      assert.ok((await worstDeviationMs(best.segments)) <= 0.5)
      // each ends, to the millisecond, where the next begins
      best.segments.slice(1).forEach((next, index) => {
        const one = best.segments[index]
        assert.equal(one && Math.round(one.startMs + one.durationSeconds * 1000), next.startMs)
      })
      assert.deepEqual([summary.written, summary.discontinuities, summary.lost], [5, 0, []])
    })

    it('twice adds nothing', async () => {
      const source = await playlist(listed(parts))
      await ingested({ source, root, startMs: AT })
      const again = await ingested({ source, root, startMs: AT })
      assert.deepEqual([again.written, again.alreadyThere, await countSegments(root)], [0, 5, 5])
    })

    it('by two at once adds each segment once', async () => {
      const source = await playlist(listed(parts))
      await Promise.all([ingested({ source, root, startMs: AT }), ingested({ source, root, startMs: AT })])
      assert.equal(await countSegments(root), 5)
    })

    it('does not bring back what a tombstone hides', async () => {
      const source = await playlist(listed(parts))
      const first = await ingested({ source, root, startMs: AT })
      const [hidden] = (await recorded(root, first)).segments
      await writeFile(`${hidden?.path}.tombstone`, '')
      await ingested({ source, root, startMs: AT })
      assert.equal(await countSegments(root), 4)
    })

    it('takes its start from EXT-X-PROGRAM-DATE-TIME, whatever was asked for', async () => {
      const lines = ['#EXT-X-PROGRAM-DATE-TIME:2020-02-02T02:02:02.123Z', ...listed(parts)]
      const summary = await ingested({ source: await playlist(lines), root, startMs: AT })
      assert.equal(summary.firstStartMs, Date.UTC(2020, 1, 2, 2, 2, 2, 123))
    })

    it('sets a new anchor at a discontinuity: the date, or the end of what came before', async () => {
      const [a = '', b = '', ...rest] = listed(parts.slice(0, 1)).concat(listed(parts.slice(3)))
      const date = `#EXT-X-PROGRAM-DATE-TIME:${new Date(AT + 60_000).toISOString()}`
      const dated = await ingested({
        source: await playlist([a, b, '#EXT-X-DISCONTINUITY', date, ...rest]),
        root,
        startMs: AT,
      })
      const withHole = await recorded(root, dated)
      assert.equal(withHole.segments[1]?.startMs, AT + 60_000)
      assert.deepEqual([withHole.holes.length, withHole.holes[0]?.endMs, dated.discontinuities], [1, AT + 60_000, 1])

      const plain = await playlist([a, b, '#EXT-X-DISCONTINUITY', ...rest])
      const elsewhere = await ingested({ source: plain, root, startMs: AT + 600_000 })
      assert.deepEqual((await recorded(root, elsewhere)).holes, [])
    })

    it('goes on in the clock in which it began when it is taken up where an earlier one ended', async () => {
      const date = (ms: number) => `#EXT-X-PROGRAM-DATE-TIME:${new Date(AT + ms).toISOString()}`
      await ingested({ source: await playlist([date(0), ...listed(parts.slice(0, 3))]), root })
      // the date of the third is a little off, as dates are
      const rest = await playlist([date(4037), ...listed(parts.slice(2))])
      const summary = await ingested({ source: rest, root })
      // the third was the last, as long as its longest stream: it is written anew, as long as it is up to the fourth
      assert.deepEqual([summary.written, summary.alreadyThere, await countSegments(root)], [3, 0, 5])
      const again = await ingested({ source: rest, root })
      assert.deepEqual([again.written, again.alreadyThere], [0, 3])
      const best = await recorded(root, { ...summary, firstStartMs: AT })
      assert.deepEqual(best.holes, [])
      // what was rounded once is the anchor now
      assert.ok((await worstDeviationMs(best.segments)) <= 1)
    })

    it('leaves a hole for a segment that is missing or no video, and names it', async () => {
      await writeFile(join(made, 'page.ts'), '<html>not here</html>')
      const lines = listed([...parts.slice(0, 1), 'page.ts', 'missing.ts', ...parts.slice(3)])
      const summary = await ingested({ source: await playlist(lines), root, startMs: AT })
      const best = await recorded(root, summary)
      assert.deepEqual([best.segments.length, best.holes.length, summary.lost.length], [3, 1, 2])
      assert.ok((await worstDeviationMs(best.segments)) <= 0.5)
      assert.ok(summary.lost[0]?.origin.endsWith('page.ts') && summary.lost[1]?.origin.endsWith('missing.ts'))
    })

    it('says that a start is needed where the playlist has none', async () => {
      const error = await refusal({ source: await playlist(listed(parts)), root })
      assert.equal(error._tag, 'StartNeeded')
      assert.match(error.message, /--start/)
    })

    it('that has nothing to read is an error', async () => {
      const lines = listed(['1.ts', '2.ts', '3.ts', '4.ts', '5.ts'])
      assert.equal((await refusal({ source: await playlist(lines), root, startMs: AT }))._tag, 'SourceUnreadable')
    })

    it('tells how far it is', async () => {
      const steps: IngestProgress[] = []
      const onProgress = (progress: IngestProgress) => void steps.push(progress)
      await ingested({ source: await playlist(listed(parts)), root, startMs: AT, onProgress })
      assert.equal(steps.length, 5)
      assert.ok(steps.every((step, index) => step.total === 10 && step.done > (steps[index - 1]?.done ?? 0)))
      assert.equal(
        steps.at(-1)?.bytes,
        (await contents(parts)).reduce((sum, { length }) => sum + length, 0),
      )
    })

    it('stops when asked, and what has come is kept; the next time adds the rest without a hole', async () => {
      const source = await playlist(listed(parts))
      const stop = new AbortController()
      const stopped = await ingested({ source, root, startMs: AT, signal: stop.signal, onProgress: () => stop.abort() })
      assert.ok(stopped.written >= 1 && stopped.written < 5)
      const rest = await ingested({ source, root, startMs: AT })
      assert.deepEqual([rest.written + rest.alreadyThere, rest.alreadyThere], [5, stopped.written])
      assert.deepEqual((await recorded(root, rest)).holes, [])
    })
  })

  describe('a video file', () => {
    it('copies it into segments at its keyframes, with every picture and without holes', async () => {
      const summary = await ingested({ source: file, root, startMs: AT })
      const best = await recorded(root, summary)
      assert.deepEqual([best.holes, summary.reencoded, summary.firstStartMs], [[], [], AT])
      assert.ok(best.segments.length >= 4)
      assert.ok((await worstDeviationMs(best.segments)) <= 0.5)
      const pictures = (await Promise.all(best.segments.map(({ path }) => readPictureTicks(path)))).flat()
      assert.equal(pictures.length, 9 * 25)
      assert.ok(pictures.every((tick, index) => index === 0 || tick - (pictures[index - 1] ?? 0) === 3600))
      assert.deepEqual(await readdir(join(root, 'c', 'q')), ['2026-01-01T00', '2026-01-01T01'])
    })

    it('twice adds nothing', async () => {
      const { written } = await ingested({ source: file, root, startMs: AT })
      const again = await ingested({ source: file, root, startMs: AT })
      assert.deepEqual([again.written, again.alreadyThere], [0, written])
    })

    it('re-encodes what MPEG-TS can’t hold, and says so', async () => {
      const film = await makeStream(join(made, 'film.webm'), { seconds: 3, picture: 'vp9', sound: 'opus' })
      const summary = await ingested({ source: film, root, startMs: AT })
      assert.deepEqual(summary.reencoded, ['picture (vp9)', 'sound (opus)'])
      const { segments, holes } = await recorded(root, summary)
      assert.deepEqual(holes, [])
      const kinds = await Promise.all(segments.map(async ({ path }) => (await readTimestamps(path)).streams))
      assert.deepEqual(new Set(kinds.flat().map(({ streamType }) => streamType)), new Set([0x1b, 0x0f]))
    })

    it('copies the picture where only the sound has to be re-encoded', async () => {
      const film = await makeStream(join(made, 'film.mkv'), { seconds: 3, picture: 'hevc', sound: 'opus' })
      assert.deepEqual((await ingested({ source: film, root, startMs: AT })).reencoded, ['sound (opus)'])
    })

    it('may be sound alone', async () => {
      const sound = await makeStream(join(made, 'sound.m4a'), { seconds: 5, picture: 'none' })
      assert.deepEqual((await recorded(root, await ingested({ source: sound, root, startMs: AT }))).holes, [])
    })

    it('stops when asked and leaves nothing of its own behind', async () => {
      const stop = new AbortController()
      const onProgress = () => stop.abort()
      const summary = await ingested({ source: file, root, startMs: AT, signal: stop.signal, onProgress })
      assert.ok(summary.written >= 1)
      assert.ok((await readdir(join(root, 'c', 'q'))).every((name) => !name.startsWith('.')))
    })

    it('needs a start', async () => assert.equal((await refusal({ source: file, root }))._tag, 'StartNeeded'))
  })

  it('refuses what is not there, or neither a video nor a playlist, by name', async () => {
    const junk = join(made, 'junk.mp4')
    await writeFile(junk, 'x'.repeat(10_000))
    for (const source of [junk, join(made, 'nowhere.mp4'), made]) {
      const error = await refusal({ source, root, startMs: AT })
      assert.equal(error._tag, 'SourceUnreadable')
      assert.ok(error.message.includes(source))
    }
  })

  it('refuses a channel or quality that leads out of the root', async () => {
    for (const names of [{ channel: '../c' }, { quality: '..' }, { channel: '' }, { quality: '.hidden' }]) {
      assert.equal((await refusal({ source: file, root, startMs: AT, ...names }))._tag, 'BadName')
    }
  })

  it('says which path can’t be written', async () => {
    const notFolder = join(made, 'not-a-folder')
    await writeFile(notFolder, '')
    const source = await playlist(listed(parts))
    const error = await refusal({ source, root: notFolder, startMs: AT })
    assert.equal(error._tag, 'CannotWrite')
    assert.ok(error.message.includes(notFolder))
    assert.equal(await readFile(notFolder, 'utf8'), '')
  })

  const streams = new URL('../../../../shared/data/', import.meta.url).pathname
  const names = existsSync(streams) ? readdirSync(streams, { withFileTypes: true }) : []
  for (const { name } of names.filter((entry) => entry.isDirectory())) {
    it(`of the recorded stream ${name} follows its clock, and has only the holes that it has`, async () => {
      const summary = await ingested({ source: join(streams, name, 'playlist.m3u8'), root, startMs: AT })
      const best = await recorded(root, summary)
      assert.equal(best.segments.length, summary.written)
      assert.equal(best.holes.length, summary.discontinuities)
      assert.ok((await worstDeviationMs(best.segments)) <= 0.5)
    })
  }
})
