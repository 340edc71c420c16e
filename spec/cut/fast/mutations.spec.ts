import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { CutPlan } from '../../../src/cut/cut.js'
import { cut } from '../../../src/cut/cutting.js'
import { kindOfUnit, parameterSetsIn, picturesBegunIn, unitsIn } from '../../../src/cut/fast/nalUnits.js'
import { onePictureAPacket } from '../../../src/cut/fast/onePictureAPacket.js'
import { readSequenceParameters } from '../../../src/cut/fast/parameterSets.js'
import { pesPayload } from '../../../src/cut/fast/pesPayload.js'
import { type SegmentIndex, indexSegment, programOf } from '../../../src/cut/fast/segmentIndex.js'
import { childrenOf, until } from '../../support/processes.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { mutate } from '../../support/mutate.js'
import { NumberedRecording } from '../../support/numberedCut.js'
import type { NumberedStream } from '../../support/numberedStream.js'
import { randomFrom } from '../../support/random.js'

/** `REELSTATE_MUTATIONS=100000` looks longer. */
const MUTATIONS = Number(process.env['REELSTATE_MUTATIONS'] ?? 500)
/** One in so many is cut, too. */
const CUT_ONE_IN = 60
/** What the reader may say of a segment that it can't read. */
const FORESEEN = ['RangeError', 'NotCopyable', 'Irregular']

const x265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:keyint=1000:bframes=2']
const streams: readonly NumberedStream[] = [
  { seconds: 6, tracks: 2 },
  { seconds: 6, picture: x265, soundCodec: ['-c:a', 'ac3'] },
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

  /** All that a fast cut asks of a segment's bytes. */
  function readAll(bytes: Buffer): void {
    foreseen(() => {
      const index = indexSegment(bytes)
      for (const { at } of index.pictures) readPicture(index, pesPayload(bytes, index.picturePid, at))
    })
    foreseen(() => {
      const { picturePid, codec } = programOf(bytes)
      indexSegment(onePictureAPacket(bytes, picturePid, codec))
    })
  }

  function readPicture({ codec }: SegmentIndex, payload: Buffer): void {
    picturesBegunIn(codec, payload)
    parameterSetsIn(codec, payload)
    for (const unit of unitsIn(payload))
      if (kindOfUnit(codec, unit[0] ?? 0) === 'sequence parameters') foreseen(() => readSequenceParameters(codec, unit))
  }

  function foreseen(work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!(error instanceof Error) || !FORESEEN.includes(error.name)) throw error
    }
  }

  it('never hangs or crashes the reader, however it is damaged, and takes no memory', async () => {
    const originals = (await Promise.all(recordings.map(segmentsOf))).flat()
    let early = 0
    for (let seed = 0; seed < MUTATIONS; seed++) {
      const damaged = mutate(originals[seed % originals.length] ?? Buffer.alloc(0), randomFrom(seed))
      try {
        readAll(damaged)
      } catch (error) {
        throw new Error(`with seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`, { cause: error })
      }
      if (seed === MUTATIONS >> 2) early = process.memoryUsage.rss()
    }
    const grown = (process.memoryUsage.rss() - early) / 2 ** 20
    assert.ok(grown < 200, `${Math.round(grown)} MB more`)
  })

  it('under a name that vouches for it gives a cut that passes its checks, or an error that says what is wrong', async () => {
    for (let seed = 0; seed < Math.ceil(MUTATIONS / CUT_ONE_IN); seed++) {
      const recording = recordings[seed % recordings.length] ?? assert.fail()
      const plan = await recording.plan([[0.731, 5.347]])
      const victim = plan.ranges[0]?.segments[seed % 3] ?? assert.fail()
      const damaged = mutate(await readFile(victim.path), randomFrom(seed))
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
