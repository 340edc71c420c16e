import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { transitionKinds } from '../../machines/transitionKinds.js'
import type { CutPlan, CutType, Transition } from '../../src/cut/cut.js'
import { cut } from '../../src/cut/cutting.js'
import { ffmpegPath } from '../../src/cut/ffmpeg.js'
import type { CutReceipt } from '../../src/cut/receipt.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { shortcomingsOf } from '../support/cutJudge.js'
import type { CutKind } from '../support/cutKinds.js'
import { NumberedRecording, type Seconds } from '../support/numberedCut.js'

describe('Transitions', function () {
  this.timeout(60_000)
  let folder: { path: string; remove: () => Promise<void> }
  let names = 0
  before(async () => (folder = await temporaryFolder()))
  after(() => folder.remove())
  const fresh = () => join(folder.path, String(names++))

  const recorded = (kind: CutKind) => NumberedRecording.make(fresh(), kind)

  async function made(type: CutType, plan: CutPlan): Promise<{ file: string; receipt: CutReceipt }> {
    const file = `${fresh()}.ts`
    let receipt: CutReceipt | undefined
    const chunks = async function* () {
      receipt = yield* cut(type, plan, {}, { signal: new AbortController().signal })
    }
    await pipeline(chunks, createWriteStream(file))
    assert.ok(receipt !== undefined)
    return { file, receipt }
  }

  async function assertExact(
    type: CutType,
    recording: NumberedRecording,
    ranges: readonly Seconds[],
    transitions: readonly (Transition | null)[],
  ): Promise<CutReceipt> {
    const { file, receipt } = await made(type, await recording.plan(ranges, transitions))
    const wanted = recording.wanted(ranges, transitions)
    assert.deepEqual(await shortcomingsOf(file, wanted), [])
    assert.equal(receipt.pictures, wanted.ranges.flat().length)
    return receipt
  }

  const ranges: readonly Seconds[] = [
    [0.731, 4.347],
    [6.219, 9.013],
    [2.1, 5.55],
  ]
  const fade = (seconds: number): Transition => ({ kind: 'fade', seconds })
  const x265 = [
    '-c:v',
    'libx265',
    '-preset',
    'ultrafast',
    '-x265-params',
    'log-level=none:keyint=1000:bframes=2:open-gop=0',
  ]
  const kinds: readonly CutKind[] = [
    { name: '59.94 pictures a second', stream: { seconds: 9.5, rate: '60000/1001' } },
    { name: 'HEVC without sound', stream: { seconds: 9.5, picture: x265, sound: 'none' } },
    {
      name: 'two tracks of AC-3 sound that begins late',
      stream: { seconds: 9.5, sound: 'late', lateSeconds: 1.23, soundCodec: ['-c:a', 'ac3'], tracks: 2 },
      soundFrom: 1.23,
    },
    { name: 'timestamps that wrap', stream: { seconds: 9.5, offsetSeconds: 2 ** 33 / 90_000 - 3.3 } },
  ]
  for (const kind of kinds) {
    it(`are exact in a fast cut of ${kind.name}`, async () => {
      const receipt = await assertExact('fast', await recorded(kind), ranges, [fade(0.7), fade(1)])
      assert.equal(receipt.instead, undefined)
      assert.ok((receipt.copiedPictures ?? 0) > 0, 'nothing was copied')
    })
  }

  describe('of a usual stream', () => {
    let recording: NumberedRecording
    before(async () => (recording = await recorded({ name: 'usual', stream: { seconds: 9.5 } })))

    it('are exact in a full cut', async () => {
      await assertExact('full', recording, ranges, [fade(0.7), fade(1)])
    })

    it('may be between some ranges only, and one picture short', async () => {
      await assertExact('fast', recording, ranges, [null, fade(0.03)])
    })

    it('are made by a full cut where the recording has a gap in one', async () => {
      const plan = await recording.plan(ranges, [fade(1), null])
      const gone = plan.ranges[1]?.segments[0]?.path ?? ''
      await rename(gone, `${gone}.gone`)
      const { receipt } = await made('fast', await recording.plan(ranges, [fade(1), null]))
      await rename(`${gone}.gone`, gone)
      assert.equal(receipt.instead?.type, 'full')
      assert.match(receipt.instead.why, /transition/)
    })

    it('of our own making are known to ffmpeg, too', async () => {
      for (const kind of ['clockwipe', 'starwipe', 'diamondwipe'] as const) {
        const { receipt } = await made('fast', await recording.plan(ranges.slice(0, 2), [{ kind, seconds: 0.2 }]))
        assert.equal(receipt.instead, undefined)
      }
    })
  })

  it('have a kind for each of ffmpeg’s', async () => {
    const { stdout } = await promisify(execFile)(ffmpegPath(), ['-hide_banner', '-h', 'filter=xfade'])
    const known = [...stdout.matchAll(/^ {5}(\w+) +\d+ +\.\.FV/gm)].map(([, name]) => name)
    assert.ok(known.length > 40, stdout)
    const own = ['clockwipe', 'starwipe', 'diamondwipe']
    const listed = Object.keys(transitionKinds).filter((name) => !own.includes(name))
    assert.deepEqual(
      listed.filter((name) => !known.includes(name)),
      [],
    )
  })
})
