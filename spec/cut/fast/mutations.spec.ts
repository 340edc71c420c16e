import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { CutPlan } from '../../../src/cut/cut.js'
import { cut } from '../../../src/cut/cutting.js'
import { kindOfUnit, parameterSetsIn, picturesBegunIn, unitsIn } from '../../../src/cut/fast/nalUnits.js'
import { onePictureAPacket } from '../../../src/cut/fast/onePictureAPacket.js'
import { ContinuityCounters, Tables } from '../../../src/cut/fast/packetWriter.js'
import { readSequenceParameters } from '../../../src/cut/fast/parameterSets.js'
import { pesPayload } from '../../../src/cut/fast/pesPayload.js'
import { type SegmentIndex, indexSegment, programOf } from '../../../src/cut/fast/segmentIndex.js'
import { Splicer } from '../../../src/cut/fast/splice.js'
import { withParameterSets } from '../../../src/cut/fast/withParameterSets.js'
import { PACKET_BYTES } from '../../../src/segments/transportStream.js'
import { childrenOf, until } from '../../support/processes.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { HangWatch } from '../../support/hangWatch.js'
import { mutate } from '../../support/mutate.js'
import { mutateHeaders } from '../../support/mutateHeaders.js'
import { NumberedRecording } from '../../support/numberedCut.js'
import { H264_WITH_B_FRAMES, type NumberedStream } from '../../support/numberedStream.js'
import { randomFrom } from '../../support/random.js'

/** `REELSTATE_MUTATIONS=100000` looks longer. */
const MUTATIONS = Number(process.env['REELSTATE_MUTATIONS'] ?? 500)
/** One in so many is cut, too. */
const CUT_ONE_IN = 100
/** What the reader may say of a segment that it can't read: a RangeError in its own words only, none that slipped out of Node. */
const FORESEEN = ['NotCopyable', 'Irregular']
const OWN_WORDS =
  /^(not an MPEG transport stream at byte \d+|a PES header that is spread over packets|no timestamp at byte \d+|a parameter set that (ends too early|makes no sense))$/
/** More would be a leak. */
const MOST_GROWN_MB = 8

const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:keyint=1000:bframes=2']
const streams: readonly NumberedStream[] = [
  { seconds: 6, tracks: 2 },
  { seconds: 6, picture: x265, soundCodec: ['-c:a', 'ac3'] },
  { seconds: 6, picture: [...H264_WITH_B_FRAMES, '-flags', '+ilme+ildct'], soundCodec: ['-c:a', 'mp2'] },
]

describe('A damaged segment', function () {
  this.timeout(60_000 + MUTATIONS * 100)
  let folder: { path: string; remove: () => Promise<void> }
  const recordings: NumberedRecording[] = []
  before(async () => {
    folder = await temporaryFolder()
    for (const [n, stream] of streams.entries())
      recordings.push(await NumberedRecording.make(join(folder.path, String(n)), { name: String(n), stream }))
  })
  after(() => folder.remove())

  async function segmentsOf(recording: NumberedRecording): Promise<Buffer[]> {
    const { segments = [] } = (await recording.plan([[0, 5.9]])).ranges[0] ?? {}
    return Promise.all(segments.map(({ path }) => readFile(path)))
  }

  /** All that a fast cut asks of a segment's bytes, and makes of them; `before` is a segment that is whole. */
  async function readAll(bytes: Buffer, before: SegmentIndex): Promise<void> {
    for (const known of [undefined, before])
      await foreseen(async () => {
        const index = indexSegment(bytes, known)
        for (const { at } of index.pictures) readPicture(index, pesPayload(bytes, index.picturePid, at))
        await spliced(Buffer.from(bytes), index)
      })
    await foreseen(async () => {
      const { picturePid, codec } = programOf(bytes)
      const split = onePictureAPacket(bytes, picturePid, codec)
      await spliced(split, indexSegment(split))
    })
  }

  /** All of it goes on, an hour later and under other PIDs: what comes out are whole packets, and no more of them. */
  async function spliced(bytes: Buffer, { picturePid, program, programPids, pictures, tracks }: SegmentIndex) {
    const shifts = { before: [], passes: true, ptsShift: 90_000 * 3600, dtsShift: 90_000 * 3600 }
    const written = [picturePid, ...tracks.map(({ pid }) => pid)].map((pid, n) => ({ pid, outPid: 0x200 + n }))
    const edits = [pictures, ...tracks.map(({ units }) => units)].map((units) =>
      units.map(({ at }) => ({ at, ...shifts })),
    )
    const named = written.map(({ outPid: pid }) => ({ pid, streamType: 0x1b, descriptors: Buffer.alloc(0) }))
    const splicer = new Splicer(new Tables(named, 0x200, 0x30), new ContinuityCounters(), 0x200)
    const streams = written.map((of, n) => ({ ...of, edits: edits[n] ?? [] }))
    const clock = { pid: program.clockPid, outPid: 0x200 }
    const own = written.some(({ pid }) => pid === program.clockPid)
    const segment = { bytes, streams, programPids, clock: own ? undefined : clock, clockShift: 0, after: [] }
    let length = 0
    for await (const piece of splicer.splice(segment)) {
      for (let at = 0; at < piece.length; at += PACKET_BYTES) assert.equal(piece[at], 0x47)
      length += piece.length
    }
    assert.equal(length % PACKET_BYTES, 0)
    assert.ok(length <= bytes.length + 2 * PACKET_BYTES, `${length} bytes out of ${bytes.length}`)
  }

  function readPicture({ codec }: SegmentIndex, payload: Buffer): void {
    picturesBegunIn(codec, payload)
    withParameterSets(codec, payload, parameterSetsIn(codec, payload))
    for (const unit of unitsIn(payload))
      if (kindOfUnit(codec, unit[0] ?? 0) === 'sequence parameters')
        try {
          const shape = readSequenceParameters(codec, unit)
          assert.ok([shape.width, shape.height, shape.setId].every(Number.isFinite))
        } catch (error) {
          refuseUnforeseen(error)
        }
  }

  async function foreseen(work: () => Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      refuseUnforeseen(error)
    }
  }

  function refuseUnforeseen(error: unknown): void {
    const own = error instanceof RangeError && OWN_WORDS.test(error.message)
    if (!own && !(error instanceof Error && FORESEEN.includes(error.name))) throw error
  }

  /** Half of them are damaged where it hurts most, some of these in any place, too. */
  function damagedBy(seed: number, bytes: Buffer): Buffer {
    const random = randomFrom(seed)
    const way = random()
    if (way < 0.5) return mutate(bytes, random)
    const damaged = mutateHeaders(bytes, random)
    return way < 0.75 ? damaged : mutate(damaged, random)
  }

  it('never hangs or crashes the reader, however it is damaged, and takes no memory', async () => {
    const originals = (await Promise.all(recordings.map(segmentsOf))).map((segments) => {
      const [first] = segments
      return { segments, before: indexSegment(first ?? assert.fail()) }
    })
    const heldMb = heldMemory()
    await using watch = new HangWatch('the mutation with seed')
    let early = 0
    for (let seed = 0; seed < MUTATIONS; seed++) {
      watch.begins(seed)
      const { segments, before } = originals[seed % originals.length] ?? assert.fail()
      const bytes = segments[Math.floor(seed / originals.length) % segments.length] ?? assert.fail()
      try {
        await readAll(damagedBy(seed, bytes), before)
      } catch (error) {
        throw new Error(`with seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error })
      }
      if (seed === MUTATIONS >> 2) early = heldMb()
    }
    const grown = heldMb() - early
    assert.ok(grown < MOST_GROWN_MB, `${Math.round(grown)} MB more`)
  })

  it('under a name that vouches for it gives a cut that passes its checks, or an error that says what is wrong', async () => {
    for (let seed = 0; seed < Math.ceil(MUTATIONS / CUT_ONE_IN); seed++) {
      const recording = recordings[seed % recordings.length] ?? assert.fail()
      const plan = await recording.plan([[0.731, 5.347]])
      const victim = plan.ranges[0]?.segments[Math.floor(seed / recordings.length) % 3] ?? assert.fail()
      const damaged = damagedBy(seed, await readFile(victim.path))
      const hash = createHash('sha256').update(damaged).digest('base64url')
      const path = join(dirname(victim.path), basename(victim.path).replace(victim.hash, hash))
      await writeFile(path, damaged)
      const ranges = plan.ranges.map((range) => ({
        ...range,
        segments: range.segments.map((segment) => (segment === victim ? { ...segment, path, hash } : segment)),
      }))
      const failure = await failureOf({ ranges })
      if (failure === undefined) continue
      assert.ok(
        failure instanceof Error && failure.name === 'CutError',
        `with seed ${seed}: ${failure instanceof Error ? failure.stack : typeof failure}`,
      )
    }
    await until(async () => (await childrenOf(process.pid, 'ffmpeg')).length === 0, 'no ffmpeg is left', 1)
  })

  async function failureOf(plan: CutPlan): Promise<unknown> {
    try {
      const chunks = cut('fast', plan, {}, { signal: new AbortController().signal })
      while ((await chunks.next()).done !== true);
      return undefined
    } catch (error) {
      return error
    }
  }
})

/** Megabytes that are still in use once all the rest has been collected. */
function heldMemory(): () => number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return () => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return (heapUsed + arrayBuffers) / 2 ** 20
  }
}
