import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ground } from '../../soak/ground.js'
import { toldOfFailure } from '../../soak/report.js'
import { type Outcome, play } from '../../soak/run.js'
import { scriptOf } from '../../soak/script.js'

/** `npm run soak` has hundreds, of new seeds. */
const seed = 1
const runs = [2, 6]
describe('The fault machine', function () {
  this.timeout(180_000)
  let evidence: string
  before(async () => (evidence = await mkdtemp(join(tmpdir(), 'reelstate-evidence-'))))
  after(() => rm(evidence, { recursive: true, force: true }))

  const played = (ground: Ground, ofSeed: number, run: number): Promise<Outcome> =>
    play(scriptOf(ofSeed, run, ground.setting), ground.setting, evidence)

  it(`finds all as it has to be, whatever fails (seed ${seed})`, async () => {
    await using ground = await Ground.lay({ pace: 10, mutation: null })
    for (const run of runs) {
      const outcome = await played(ground, seed, run)
      assert.ok(outcome.chronicle.faults.size > 0)
      assert.deepEqual(outcome.violations, [], toldOfFailure(outcome))
    }
  })
})
