import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import {
  ContinuityCounters,
  PICTURE_STREAM_ID,
  SOUND_STREAM_ID,
  Tables,
  clockPacket,
  pesPackets,
} from '../../../src/cut/fast/packetWriter.js'
import { PesReader } from '../../../src/cut/fast/pesReader.js'
import { Irregular, NotCopyable, indexSegment } from '../../../src/cut/fast/segmentIndex.js'
import { WRAP_TICKS } from '../../../src/segments/pesHeader.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { makeNumbered } from '../../support/numberedStream.js'
import { makeStream } from '../../segments/makeStream.js'

const run = promisify(execFile)

interface Packet {
  readonly codec_type: string
  readonly pts: number
  readonly dts: number
  readonly flags: string
}

async function probed(file: string): Promise<Packet[]> {
  const args = ['-v', 'error', '-show_entries', 'packet=codec_type,pts,dts,flags', '-of', 'json', file]
  const { stdout } = await run(process.env['FFPROBE_PATH'] || 'ffprobe', args, { maxBuffer: 1 << 26 })
  return (JSON.parse(stdout) as { packets: Packet[] }).packets
}

const modulo = (ticks: number) => ((ticks % WRAP_TICKS) + WRAP_TICKS) % WRAP_TICKS

describe('Transport packets', () => {
  let folder: string
  let remove: () => Promise<void>
  let sample: Buffer
  before(async () => {
    ;({ path: folder, remove } = await temporaryFolder())
    const [first = ''] = await makeNumbered(join(folder, 'sample'), { seconds: 1.8 })
    sample = await readFile(first)
  })
  after(() => remove())

  describe('that are read', () => {
    const streams: [string, (path: string) => Promise<string>][] = [
      ['H.264 with B-frames', (path) => makeStream(path, { seconds: 3 })],
      ['HEVC with MPEG sound', (path) => makeStream(path, { seconds: 2, picture: 'hevc', sound: 'mp2' })],
      ['a clock that wraps', (path) => makeStream(path, { seconds: 3, offsetSeconds: WRAP_TICKS / 90_000 - 2.6 })],
      ['AC-3, which is private data', (path) => makeStream(path, { seconds: 2, sound: 'ac3' })],
      ['picture alone', (path) => makeStream(path, { seconds: 2, sound: 'none' })],
    ]
    for (const [name, make] of streams) {
      it(`say what ffprobe says: ${name}`, async () => {
        const file = await make(join(folder, `${name}.ts`))
        const packets = await probed(file)
        const pictures = packets.filter(({ codec_type }) => codec_type === 'video')
        const index = indexSegment(await readFile(file))
        assert.deepEqual(
          index.pictures.map(({ ptsTicks, dtsTicks, key }) => [modulo(ptsTicks), modulo(dtsTicks), key]),
          pictures.map(({ pts, dts, flags }) => [modulo(pts), modulo(dts), flags.startsWith('K')]),
        )
        const frames = index.tracks.flatMap(({ units }) => units.map((unit) => unit.frames))
        assert.equal(
          frames.reduce((sum, count) => sum + count, 0),
          packets.filter(({ codec_type }) => codec_type === 'audio').length,
        )
      })
    }

    it('make no reader hang or fall, whatever has been done to them', () => {
      const packets = sample.length / 188
      fc.assert(
        fc.property(
          fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), { minLength: 1, maxLength: 40 }),
          fc.nat(packets),
          (changes, kept) => {
            const bytes = Buffer.from(sample.subarray(0, kept * 188))
            for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
            try {
              indexSegment(bytes)
            } catch (error) {
              const known = error instanceof RangeError || error instanceof NotCopyable || error instanceof Irregular
              assert.ok(known, String(error))
            }
          },
        ),
        { numRuns: Number(process.env['REELSTATE_MUTATIONS'] ?? 500) },
      )
    })
  })

  describe('that are written', () => {
    const pes = fc.record({
      picture: fc.boolean(),
      payload: fc.uint8Array({ minLength: 1, maxLength: 1500 }),
      ptsTicks: fc.integer({ min: 0, max: WRAP_TICKS * 2 }),
      aheadTicks: fc.nat(90_000),
      clock: fc.boolean(),
    })

    it('are read as what they were, whatever their size, with counters that go on', () => {
      fc.assert(
        fc.property(fc.array(pes, { minLength: 1, maxLength: 12 }), (units) => {
          const counters = new ContinuityCounters()
          const bytes = Buffer.concat(
            units.map(({ picture, payload, ptsTicks, aheadTicks, clock }) =>
              pesPackets(
                {
                  pid: picture ? 0x100 : 0x101,
                  streamId: picture ? PICTURE_STREAM_ID : SOUND_STREAM_ID,
                  ptsTicks,
                  dtsTicks: ptsTicks - aheadTicks,
                  payload: Buffer.from(payload),
                  ...(clock && { clockTicks: ptsTicks }),
                },
                counters,
              ),
            ),
          )
          assert.equal(bytes.length % 188, 0)
          for (const pid of [0x100, 0x101]) {
            const reader = new PesReader(pid)
            const found = [...reader.push(bytes), ...reader.finish()]
            const wanted = units.filter(({ picture }) => picture === (pid === 0x100))
            assert.deepEqual(
              found.map(({ ptsTicks, payload }) => [ptsTicks, payload.toString('hex')]),
              wanted.map(({ ptsTicks, payload }) => [modulo(ptsTicks), Buffer.from(payload).toString('hex')]),
            )
          }
          assertCounted(bytes)
        }),
        { numRuns: 60 },
      )
    })

    it('are a stream that ffprobe reads packet by packet', async () => {
      const index = indexSegment(sample)
      const reader = new PesReader(index.picturePid)
      const pictures = [...reader.push(sample), ...reader.finish()]
      const counters = new ContinuityCounters()
      const stream = { pid: 0x200, streamType: 0x1b, descriptors: Buffer.alloc(0) }
      const tables = new Tables([stream], 0x200, 0x30)
      const written = pictures.map(({ payload }, n) => {
        const { ptsTicks = 0, dtsTicks = 0, key = false } = index.pictures[n] ?? {}
        const clockTicks = dtsTicks - 9000
        return pesPackets(
          { pid: 0x200, streamId: PICTURE_STREAM_ID, ptsTicks, dtsTicks, payload, randomAccess: key, clockTicks },
          counters,
        )
      })
      const file = join(folder, 'written.ts')
      const head = [tables.association(counters), tables.map(counters), clockPacket(0x200, 0)]
      await writeFile(file, Buffer.concat([...head, ...written]))
      assert.deepEqual(
        (await probed(file)).map(({ pts, dts, flags }) => [pts, dts, flags.startsWith('K')]),
        index.pictures.map(({ ptsTicks, dtsTicks, key }) => [ptsTicks, dtsTicks, key]),
      )
    })
  })
})

/** Each PID's counter goes on by one with each packet that has a payload. */
function assertCounted(bytes: Buffer): void {
  const last = new Map<number, number>()
  for (let at = 0; at < bytes.length; at += 188) {
    const pid = bytes.readUInt16BE(at + 1) & 0x1fff
    const control = bytes[at + 3] ?? 0
    if ((control & 0x10) === 0) continue
    const before = last.get(pid)
    if (before !== undefined) assert.equal(control & 0x0f, (before + 1) & 0x0f)
    last.set(pid, control & 0x0f)
  }
}
