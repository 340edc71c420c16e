import assert from 'node:assert/strict'
import { channel, Machine, quality, stretch } from '../segments/peers/recording.js'
import { type TestLog, testLog } from '../support/log.js'
import { Acceptance } from './conformance/acceptance.js'
import { limit, play } from './conformance/play.js'

/** So many lives of a video, each with its own accidents. */
const lives = Number(process.env['REELSTATE_LIVES'] ?? 25)
const seed = Number(process.env['REELSTATE_SEED'] ?? 1)
const { startMs, endMs } = stretch(0, 2)
const edit = {
  video_ranges: [[new Date(startMs).toISOString(), new Date(endMs).toISOString()] as [string, string]],
  video_transitions: [],
  video_channel: channel,
  video_quality: quality,
}

describe('What real nodes do to a video', function () {
  this.timeout(30_000 + lives * 2_000)
  let log: TestLog
  let recorded: Machine
  before(async () => {
    log = await testLog()
    // two segments: one chunk to be sent, and the last one
    recorded = await Machine.make([0, 1])
  })
  after(async () => {
    await log.close()
    await recorded[Symbol.asyncDispose]()
  })

  it(`is a way through the model, step by step, in ${lives} lives with accidents (REELSTATE_SEED=${seed})`, async () => {
    for (let n = 0; n < lives; n++) {
      const { lines, state } = await play(log.db, { id: `life-${n}`, seed: seed + n, root: recorded.root, edit })
      assert.match(state, /^(DONE|UNEDITED|EDITED|FAILED|UNCERTAIN):/, lines.join('\n'))
      const acceptance = new Acceptance(limit)
      for (const [index, line] of lines.entries()) {
        const before = acceptance.possible
        assert.ok(
          acceptance.take(line),
          `REELSTATE_SEED=${seed + n}: the model does not know this step:\n  ${lines.slice(0, index + 1).join('\n  ')}\nbut\n  ${before.join('\n  ')}`,
        )
      }
      assert.ok(
        acceptance.states.includes(state),
        `REELSTATE_SEED=${seed + n}: it is ${state}, and not ${acceptance.states.join(' or ')}, after\n  ${lines.join('\n  ')}`,
      )
    }
  })

  it('would not be one where they left out a step, or took two in another order', () => {
    const way = [
      'A appends Claimed a1 (limit 3) by A',
      'A opens a session',
      'A appends UploadOpened a1 by A',
      'A appends FinalizeStarted a1 by A',
      'A sends the last bytes',
      'the destination gets the last bytes of a1',
      'A appends Uploaded a1 by A',
      'A closes the session of a1 in the database',
    ]
    const accepted = (lines: readonly string[]): boolean => {
      const acceptance = new Acceptance(limit)
      return lines.every((line) => acceptance.take(line))
    }
    assert.ok(accepted(way))
    for (const n of way.keys()) {
      // what is left out at the end may come later
      if (n < way.length - 1) assert.ok(!accepted(way.toSpliced(n, 1)), `without ${String(way[n])}`)
      const [one = '', other = ''] = way.slice(n)
      if (other !== '') assert.ok(!accepted(way.toSpliced(n, 2, other, one)), `${other} before ${one}`)
    }
  })
})
