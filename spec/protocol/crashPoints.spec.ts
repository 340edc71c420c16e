import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { type TestLog, testLog } from '../support/log.js'
import { allCrashes, command, outcomeOf, table } from './crash/crashPoints.js'
import type { Enacted } from './crash/enact.js'

const file = new URL('crashPoints.txt', import.meta.url)

/** Each place twice: another node goes on, or the same one started anew. In `npm test` they take turns. */
const isThorough = process.env['REELSTATE_CRASHES'] === 'all'
/** An upload without a byte that expires of itself, and a draft that the next upload to the folder takes away an hour later. */
const documented = ['an upload at YouTube that nobody knows', '.modified-UUID']

describe('A node that is killed anywhere', function () {
  this.timeout(300_000)
  let log: TestLog
  let crashes: readonly Enacted[]
  before(async () => {
    log = await testLog()
    crashes = await allCrashes(log.url, isThorough)
  })
  after(() => log.close())

  it('leaves a video that is published once, or not, and that the log knows all about', () => {
    for (const life of crashes) {
      const { scenario, after } = life
      const { state, known, published, title, picture, bytes, bytesInLog, leaves } = after
      const which = `${scenario.name}, ${life.operations.at(-1) ?? ''}, by ${life.by}: ${outcomeOf(life)}`
      assert.ok(scenario.ends.includes(state), which)
      assert.ok(published.length <= 1, which)
      if (scenario.keepsEarlier === true) assert.deepEqual([published.length, known], [1, []], which)
      else assert.deepEqual(published, known, which)
      assert.deepEqual(
        leaves.filter((left) => !documented.includes(left)),
        [],
        which,
      )
      if (state !== 'DONE') continue
      assert.deepEqual([published.length, bytes], [1, bytesInLog], which)
      if (scenario.effect !== 'reconcile') assert.notEqual(picture, false, which)
      if (scenario.title === undefined) assert.notEqual(title, null, which)
      else assert.equal(title, scenario.title, which)
    }
  })

  it('does so as crashPoints.txt says', () => {
    const found = table(crashes)
    if (process.env['REELSTATE_WRITE'] !== undefined) writeFileSync(file, found)
    assert.deepEqual(found.split('\n'), readFileSync(file, 'utf8').split('\n'), command)
  })
})
