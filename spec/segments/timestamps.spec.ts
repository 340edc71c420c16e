import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { WRAP_TICKS, unwrapNear } from '../../src/segments/pesHeader.js'
import { UnreadableSegment, readPictureTicks, readTimestamps, timestampsIn } from '../../src/segments/timestamps.js'
import { type StreamShape, makeStream, probePackets } from './makeStream.js'
import { temporaryFolder } from './temporaryFolder.js'

async function* inPieces(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  for (let at = 0, index = 0; at < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? bytes.length
    yield bytes.subarray(at, at + size)
    at += size
  }
}

/** Timestamps modulo 2^33: ffprobe unwraps them in its own way. */
const wrapped = (ticks: number) => ((ticks % WRAP_TICKS) + WRAP_TICKS) % WRAP_TICKS

/** Compares our reading with ffprobe's, packet by packet of the picture, and the first of the sound. */
async function assertAsFfprobe(path: string): Promise<void> {
  const packets = await probePackets(path)
  const pictures = packets.filter(({ kind }) => kind === 'video').map(({ ptsTicks }) => ptsTicks)
  const ours = await readPictureTicks(path)
  assert.deepEqual(ours.map(wrapped), [...pictures].sort((a, b) => a - b).map(wrapped))
  const shown = packets.filter(({ kind }) => kind === 'video' || kind === 'audio').map(({ ptsTicks }) => ptsTicks)
  const { startTicks } = await readTimestamps(path)
  assert.equal(wrapped(startTicks), wrapped(Math.min(...shown)))
}

const SHAPES: Record<string, StreamShape> = {
  'H.264 with B-frames and AAC': { seconds: 3 },
  'HEVC with MPEG sound': { seconds: 2, picture: 'hevc', sound: 'mp2' },
  'picture alone': { seconds: 2, sound: 'none' },
  'sound alone': { seconds: 2, picture: 'none' },
  'AC-3, which is private data': { seconds: 2, sound: 'ac3' },
  'Opus, which is private data': { seconds: 2, sound: 'opus' },
  'a clock that begins anew in the middle': { seconds: 4, offsetSeconds: WRAP_TICKS / 90_000 - 3.4 },
}

describe('a segment’s timestamps', () => {
  let folder: string
  let remove: () => Promise<void>
  let sample: Buffer
  const made = new Map<string, string>()
  before(async () => {
    ;({ path: folder, remove } = await temporaryFolder())
    for (const [name, shape] of Object.entries(SHAPES)) {
      made.set(name, await makeStream(join(folder, `${made.size}.ts`), shape))
    }
    sample = await readFile(pathOf('H.264 with B-frames and AAC'))
  })
  after(() => remove())
  const pathOf = (name: string) => made.get(name) ?? assert.fail(`no stream of ${name}`)

  for (const name of Object.keys(SHAPES)) {
    it(`are those that ffprobe reads: ${name}`, () => assertAsFfprobe(pathOf(name)))
  }

  it('tell sound and picture apart', async () => {
    const { streams } = await readTimestamps(pathOf('H.264 with B-frames and AAC'))
    assert.deepEqual(
      streams.map(({ kind, streamType }) => [kind, streamType]),
      [
        ['picture', 0x1b],
        ['sound', 0x0f],
      ],
    )
  })

  it('go on over 2^33', async () => {
    const ticks = await readPictureTicks(pathOf('a clock that begins anew in the middle'))
    assert.equal(ticks.length, 100)
    assert.ok(ticks.some((tick) => tick < WRAP_TICKS) && ticks.some((tick) => tick >= WRAP_TICKS))
    assert.ok(ticks.every((tick, index) => index === 0 || tick - (ticks[index - 1] ?? 0) === 3600))
  })

  it('end where the last picture, and the last frame of sound, is over', async () => {
    const { streams, endTicks } = await readTimestamps(pathOf('H.264 with B-frames and AAC'))
    const [picture, sound] = streams
    assert.equal(picture && picture.endTicks - picture.minTicks, 3 * 90_000)
    // 3 s at 48 kHz are 140.6 frames of 1024, and one before them by which the encoder warms up
    assert.equal(sound && sound.endTicks - sound.minTicks, 142 * 1920)
    assert.equal(endTicks, Math.max(picture?.endTicks ?? 0, sound?.endTicks ?? 0))
  })

  it('are the same however the bytes arrive', async () => {
    const whole = await readTimestamps(inPieces(sample, [sample.length]))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 }), async (sizes) => {
        assert.deepEqual(await readTimestamps(inPieces(sample, sizes)), whole)
      }),
      { numRuns: 25 },
    )
  })

  it('are found again after garbage, and at most the packets beside it are lost', async () => {
    const whole = await readPictureTicks(inPieces(sample, [4096]))
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 1, maxLength: 1000 }),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        async (garbage, where) => {
          const at = Math.floor(sample.length * where)
          const damaged = Buffer.concat([sample.subarray(0, at), garbage, sample.subarray(at)])
          const ticks = await readPictureTicks(inPieces(damaged, [4096]))
          assert.ok(ticks.length >= whole.length - 6)
        },
      ),
      { numRuns: 50 },
    )
  })

  it('of a segment cut short are those of the part that is there', async () => {
    const whole = await readPictureTicks(inPieces(sample, [4096]))
    const part = await readPictureTicks(inPieces(sample.subarray(0, sample.length / 2 + 77), [4096]))
    assert.ok(part.length > 0 && part.length < whole.length)
    assert.ok(part.every((tick) => whole.includes(tick)))
  })

  it('can be read as they come, with the place of each in the file', async () => {
    for await (const { offset } of timestampsIn(inPieces(sample, [1000]))) {
      assert.equal(sample[offset], 0x47)
      assert.equal(offset % 188, 0)
      // its packet says that a unit begins
      assert.ok(((sample[offset + 1] ?? 0) & 0x40) !== 0)
    }
  })

  it('are refused with the file’s name where there is nothing to read', async () => {
    const files: Record<string, Buffer> = {
      'empty.ts': Buffer.alloc(0),
      'one-packet.ts': sample.subarray(0, 188),
      'zeros.ts': Buffer.alloc(100_000),
      'sync-bytes.ts': Buffer.alloc(100_000, 0x47),
      'page.html': Buffer.from('<html>'.repeat(1000)),
      'nowhere/missing.ts': Buffer.alloc(0),
    }
    for (const [name, bytes] of Object.entries(files)) {
      const path = join(folder, name)
      if (!name.includes('/')) await writeFile(path, bytes)
      await assert.rejects(readTimestamps(path), (error) => {
        assert.ok(error instanceof UnreadableSegment)
        assert.equal(error.file, path)
        return error.message.includes(path)
      })
    }
  })

  it('are read or refused, never anything else, whatever the bytes are', async () => {
    const packet = fc.uint8Array({ minLength: 187, maxLength: 187 }).map((bytes) => Buffer.from([0x47, ...bytes]))
    const bytes = fc.array(
      fc.oneof(
        packet,
        fc.nat(400).map((n) => sample.subarray(n * 188, (n + 1) * 188)),
      ),
      { maxLength: 40 },
    )
    await fc.assert(
      fc.asyncProperty(bytes, fc.boolean(), async (packets, withTables) => {
        const source = inPieces(
          Buffer.concat([...(withTables ? [sample.subarray(0, 3 * 188)] : []), ...packets]),
          [1000],
        )
        await readTimestamps(source).catch((error: unknown) => assert.ok(error instanceof UnreadableSegment))
      }),
    )
  })

  it('are unwrapped to the nearest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -WRAP_TICKS, max: 4 * WRAP_TICKS }),
        fc.integer({ min: -1e9, max: 1e9 }),
        (now, step) => {
          assert.equal(unwrapNear(wrapped(now + step), now), now + step)
        },
      ),
    )
  })

  const recorded = new URL('../../../shared/data/', import.meta.url).pathname
  const streams = existsSync(recorded) ? readdirSync(recorded, { withFileTypes: true }) : []
  for (const stream of streams.filter((entry) => entry.isDirectory())) {
    it(`are those that ffprobe reads in the recorded stream ${stream.name}`, async () => {
      const names = readdirSync(join(recorded, stream.name)).filter((name) => name.endsWith('.ts'))
      for (const name of names) await assertAsFfprobe(join(recorded, stream.name, name))
    })
  }
})
