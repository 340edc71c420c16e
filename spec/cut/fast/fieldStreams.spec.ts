import assert from 'node:assert/strict'
import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CutError } from '../../../src/cut/cut.js'
import { cut } from '../../../src/cut/cutting.js'
import { fastCut } from '../../../src/cut/fast/fast.js'
import { isOfField } from '../../../src/cut/fast/parameterSets.js'
import { NotCopyable, indexSegment } from '../../../src/cut/fast/segmentIndex.js'
import { temporaryFolder } from '../../segments/temporaryFolder.js'
import { shortcomingsOf } from '../../support/cutJudge.js'
import { type AreFields, type FieldPacking, codeFieldsApart } from '../../support/fieldStream.js'
import { NumberedRecording, type Seconds } from '../../support/numberedCut.js'

const picture = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0']
const packings: readonly FieldPacking[] = [
  'a PES packet for both',
  'a PES packet for each',
  'a PES packet for each, the second without a timestamp',
]

describe('A stream that may have fields coded apart', function () {
  this.timeout(60_000)
  let folder: { path: string; remove: () => Promise<void> }
  let names = 0
  const signal = new AbortController().signal
  before(async () => (folder = await temporaryFolder()))
  after(() => folder.remove())

  const recorded = (packing: FieldPacking, are: AreFields) =>
    NumberedRecording.make(
      join(folder.path, String(names++)),
      { name: packing, stream: { seconds: 6, sound: 'none', picture } },
      (files) => codeFieldsApart(files, packing, are),
    )

  /** What a fast cut throws, and how much had come before. */
  async function refusal(recording: NumberedRecording, range: Seconds): Promise<{ error: unknown; bytes: number }> {
    let bytes = 0
    try {
      for await (const chunk of fastCut(await recording.plan([range]), { signal })) bytes += chunk.length
    } catch (error) {
      return { error, bytes }
    }
    return assert.fail('a cut was made')
  }

  async function exact(recording: NumberedRecording, ranges: readonly Seconds[]): Promise<'copied' | 'full'> {
    const file = join(folder.path, `${names++}.ts`)
    const cutting = cut('fast', await recording.plan(ranges), {}, { signal })
    let made: 'copied' | 'full' = 'copied'
    await pipeline(async function* () {
      const receipt = yield* cutting
      made = receipt.instead === undefined ? 'copied' : 'full'
    }, createWriteStream(file))
    assert.deepEqual(await shortcomingsOf(file, recording.wanted(ranges)), [])
    return made
  }

  it('is copied where all are coded as frames', async () => {
    const ranges: Seconds[] = [
      [0.731, 2.9],
      [3.219, 5.347],
    ]
    assert.equal(await exact(await recorded('a PES packet for both', () => false), ranges), 'copied')
  })

  for (const packing of packings) {
    it(`is refused before the first byte: ${packing}`, async () => {
      const recording = await recorded(packing, () => true)
      // ends at keyframes, too: nothing is decoded there, and nothing could go wrong but the number of pictures
      for (const range of [
        [0.731, 5.347],
        [2, 4],
      ] as const) {
        const { error, bytes } = await refusal(recording, range)
        assert.ok(error instanceof NotCopyable, String(error))
        assert.match(error.message, /^segment .*: the fields of its pictures are coded apart$/)
        assert.equal(bytes, 0)
      }
    })

    it(`is refused where fields come in a later segment only: ${packing}`, async () => {
      const { error, bytes } = await refusal(await recorded(packing, (_n, _place, segment) => segment > 0), [0.5, 3.5])
      assert.ok(error instanceof NotCopyable, String(error))
      assert.equal(bytes, 0)
    })

    it(`is never cut wrongly where one picture in the last segment is fields: ${packing}`, async () => {
      const recording = await recorded(packing, (_n, place, segment) => segment === 2 && place === 40)
      const { error } = await refusal(recording, [0.5, 5.8])
      assert.ok(error instanceof NotCopyable || error instanceof CutError, String(error))
      assert.match(error.message, /coded apart|not one to a PES packet/)
    })
  }

  it('is cut as full, exact to the picture, where fields are coded apart', async () => {
    const both = await recorded('a PES packet for both', (number) => number >= 60)
    assert.equal(await exact(both, [[0.731, 5.347]]), 'full')
    const second = await recorded('a PES packet for each, the second without a timestamp', () => true)
    assert.equal(await exact(second, [[2, 4]]), 'full')
  })

  it('is known by the parameter sets of the segment before where it has none of its own', async () => {
    const firstOf = async (recording: NumberedRecording) =>
      readFile((await recording.plan([[0, 1]])).ranges[0]?.segments[0]?.path ?? '')
    const packing = 'a PES packet for each'
    const frames = indexSegment(await firstOf(await recorded(packing, () => false)))
    const bytes = await firstOf(await recorded(packing, (_n, place) => place > 0))
    // the first picture, with all the tables and parameter sets, is the same in both
    const rest = bytes.subarray(frames.pictures[1]?.at)
    assert.throws(() => indexSegment(rest, frames), { name: 'NotCopyable', message: /coded apart/ })
  })

  it('says nothing of a slice that is cut short', () => {
    const shape = { codec: 'h264', width: 192, height: 32, chroma: 1, bitDepth: 8, interlaced: true, setId: 0 } as const
    const slices = { frameNumberBits: 8, separatePlanes: false }
    assert.equal(isOfField(Buffer.from([0x41, 0x80]), { ...shape, slices }), false)
    assert.equal(isOfField(Buffer.from([0x41]), { ...shape, slices }), false)
  })
})
