import assert from 'node:assert/strict'
import { createHook } from 'node:async_hooks'
import { basename, dirname } from 'node:path'
import { planCut } from '../../src/cut/plan.js'
import { noteOrigin } from '../../src/segments/peers/origins.js'
import { RecordedNames, run } from '../segments/hls/recordedNames.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'

const AT = Date.UTC(2026, 0, 31, 18)
const HOUR_MS = 3_600_000

describe('What is planned of a cut', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  before(async () => {
    folder = await temporaryFolder()
    const names = new RecordedNames(folder.path)
    for (let hour = 0; hour < 12; hour++) await names.put(...run(AT + hour * HOUR_MS + 3_540_000, 40))
    for (const [n, segment] of run(AT + HOUR_MS + 3_540_000, 40).entries())
      if (n % 3 === 0) await noteOrigin(dirname(names.path(segment)), basename(names.path(segment)), 'east')
  })
  after(() => folder.remove())

  const plan = async (ranges: readonly (readonly [startMs: number, endMs: number])[]) =>
    planCut(
      folder.path,
      'main',
      'source',
      ranges.map(([startMs, endMs]) => ({ startMs, endMs })),
    )

  /** How often the disk is asked for something. */
  const asking = async (act: () => Promise<unknown>): Promise<number> => {
    let asked = 0
    const hook = createHook({ init: (_, type) => void (asked += type === 'FSREQPROMISE' ? 1 : 0) }).enable()
    await act()
    hook.disable()
    return asked
  }

  it('is of each range what it would be alone, and the disk is not asked more often for a hundred of an hour', async () => {
    const startMs = AT + 2 * HOUR_MS - 50_000
    const ranges = Array.from({ length: 100 }, (_, n) => [startMs + n * 500, startMs + n * 500 + 3_300] as const)
    const few = ranges.filter((_, n) => n % 33 === 0)
    const alone = await Promise.all(few.map((range) => plan([range])))
    assert.deepEqual(
      (await plan(few)).ranges,
      alone.flatMap((one) => one.ranges),
    )
    const one = await asking(() => plan(ranges.slice(0, 1)))
    assert.ok(one > 0)
    assert.ok((await asking(() => plan(ranges))) <= one + 4)
  })

  it('is the same where the hours are many, and in no order', async () => {
    const ranges = Array.from({ length: 12 }, (_, n) => {
      const startMs = AT + ((n * 5) % 12) * HOUR_MS + 3_560_000
      return [startMs, startMs + 70_000] as const
    })
    const alone = await Promise.all(ranges.map((range) => plan([range])))
    const together = await plan(ranges)
    assert.deepEqual(
      together.ranges,
      alone.flatMap((one) => one.ranges),
    )
    assert.ok(together.ranges.some(({ segments }) => segments.some(({ from }) => from === 'east')))
  })
})
