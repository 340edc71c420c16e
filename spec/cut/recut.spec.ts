import assert from 'node:assert/strict'
import { join } from 'node:path'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import type { CutPlan } from '../../src/cut/cut.js'
import { cut } from '../../src/cut/cutting.js'
import type { CutReceipt } from '../../src/cut/receipt.js'
import { compare, planAgain, readReceipt } from '../../src/cut/recut.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'
import { NumberedRecording } from '../support/numberedCut.js'

describe('A fast cut that is cut again', function () {
  this.timeout(30_000)
  let folder: { path: string; remove: () => Promise<void> }
  let recording: NumberedRecording
  let receipt: CutReceipt
  before(async () => {
    folder = await temporaryFolder()
    recording = await NumberedRecording.make(join(folder.path, 'usual'), { name: 'usual', stream: { seconds: 6 } })
    receipt = await receiptOf(
      await recording.plan(
        [
          [0.731, 3.347],
          [2.019, 5.513],
        ],
        [{ kind: 'fade', seconds: 0.3 }],
      ),
    )
  })
  after(() => folder.remove())

  async function receiptOf(plan: CutPlan): Promise<CutReceipt> {
    const chunks = cut('fast', plan, {}, { signal: new AbortController().signal })
    for (;;) {
      const step = await chunks.next()
      if (step.done === true) return step.value
    }
  }

  it('is the same, out of what its receipt says', async () => {
    const kept = readReceipt(JSON.stringify(receipt))
    assert.ok(isRight(kept))
    const plan = await planAgain(recording.root, kept.right)
    assert.ok(isRight(plan))
    const compared = compare(kept.right, await receiptOf(plan.right))
    assert.deepEqual(
      compared.filter(({ same }) => !same),
      [],
    )
    const { copied, made, bytes, ffmpeg } = receipt
    assert.ok((copied?.bytes ?? 0) > 0 && (made?.bytes ?? 0) > 0)
    // the tables at the beginning are neither
    assert.equal((copied?.bytes ?? 0) + (made?.bytes ?? 0) + 2 * 188, bytes)
    assert.match(ffmpeg?.version ?? '', /\d/)
    assert.ok((ffmpeg?.arguments.length ?? 0) >= 3)
  })

  it('is told from another', async () => {
    const kept = readReceipt(JSON.stringify(receipt))
    assert.ok(isRight(kept))
    const other = await receiptOf(await recording.plan([[0.731, 3.4]]))
    const differing = compare(kept.right, other).filter(({ same }) => !same)
    assert.deepEqual(
      differing.map(({ what }) => what),
      ['bytes', 'pictures', 'copied', 'made anew'],
    )
  })

  it('names the segments that are gone', async () => {
    const kept = readReceipt(JSON.stringify(receipt))
    assert.ok(isRight(kept))
    const plan = await planAgain(join(folder.path, 'elsewhere'), kept.right)
    assert.ok(isLeft(plan))
    assert.ok(plan.left.includes(receipt.ranges[0]?.segments[0]?.name ?? ''))
  })

  it('needs a receipt that names all that was taken', () => {
    assert.ok(isLeft(readReceipt('{"type":"fast","ranges":[]}')))
    const archived = readReceipt('{"type":"archive"}')
    assert.match(isLeft(archived) ? archived.left : '', /it is an archive: `reelstate cut --type archive`/)
  })
})
