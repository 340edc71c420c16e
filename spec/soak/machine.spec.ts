import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ground } from '../../soak/ground.js'
import { ONCE } from '../../soak/invariants.js'
import { toldOfFailure } from '../../soak/report.js'
import { type Outcome, play } from '../../soak/run.js'
import { type Script, scriptOf } from '../../soak/script.js'

/** `npm run soak` has hundreds, of new seeds. */
const seed = 1
const runs = [2]

/** A node is frozen as its last bytes are to be sent, for as long as it takes the others to give it up and to go on with its video. */
const sleeper: Script = {
  ...{ seed: 0, run: 0, acts: [], lastsMs: 6_000, lingersMs: 0 },
  videos: [{ location: 'tube', atMs: 0, ranges: [[100, 150]], only: null, illustrated: false }],
  faults: [
    {
      when: { at: 'commit', type: 'FinalizeStarted', committed: true },
      harm: { kind: 'freeze', node: 'who', forMs: 5_500 },
    },
  ],
}

describe('The fault machine', function () {
  this.timeout(180_000)
  let evidence: string
  before(async () => (evidence = await mkdtemp(join(tmpdir(), 'reelstate-evidence-'))))
  after(() => rm(evidence, { recursive: true, force: true }))

  async function played(scripts: readonly Script[], mutation: 'unconfirmed-abort' | null): Promise<Outcome[]> {
    await using ground = await Ground.lay({ pace: 10, mutation })
    const outcomes: Outcome[] = []
    for (const script of scripts) outcomes.push(await play(script, ground.setting, evidence))
    return outcomes
  }

  it(`finds all as it has to be, whatever fails (seed ${seed}), also where a node wakes up whose video others have published`, async () => {
    const scripts = runs.map((run) => scriptOf(seed, run, { smallDisk: false }))
    for (const outcome of await played([...scripts, sleeper], null)) {
      assert.ok(outcome.chronicle.faults.size > 0)
      assert.deepEqual(outcome.violations, [], toldOfFailure(outcome))
    }
  })

  it('finds the second publication of that node where an abort that nobody has confirmed counts as one', async () => {
    const [outcome] = await played([sleeper], 'unconfirmed-abort')
    const found = outcome?.violations.map(({ invariant }) => invariant)
    assert.ok(found?.includes(ONCE), `${JSON.stringify(found)}\n${outcome?.chronicle.lines.join('\n')}`)
  })
})
