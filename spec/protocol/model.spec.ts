import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { command, counterexamples, lacking } from './counterexamples.js'
import { check } from './model/check.js'

/** So many things go wrong, or are done by a person. Three take five minutes, and more memory than Node gives by default. */
const things = Number(process.env['REELSTATE_MODEL_FAULTS'] ?? 2)

describe('The protocol of claims, in every order of what can happen', function () {
  this.timeout(things > 2 ? 3_600_000 : 120_000)

  it('publishes a video where nothing goes wrong', () => {
    const { worlds, counterexample } = check({ budget: { all: 0 } })
    assert.equal(counterexample, null)
    assert.ok(worlds >= 10, `${worlds} worlds`)
  })

  it(`publishes an edit at most once, names what is published, and ends or tells a person, whatever ${things} things go wrong`, () => {
    const each = { crash: things, suspicion: things, loss: things, failure: things, person: things }
    const { worlds, counterexample } = check({ budget: { ...each, forgetting: 1, all: things } })
    assert.equal(counterexample, null, counterexample ?? '')
    assert.ok(worlds > 100_000, `${worlds} worlds`)
  })

  it('needs each of its parts: without it there is a story that ends badly, as counterexamples.txt tells', () => {
    const told = counterexamples()
    assert.equal(told.match(/^ {2}=> /gm)?.length, lacking.length)
    assert.deepEqual(
      told.split('\n'),
      readFileSync(new URL('counterexamples.txt', import.meta.url), 'utf8').split('\n'),
      command,
    )
  })
})
