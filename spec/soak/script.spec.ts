import assert from 'node:assert/strict'
import { scriptOf } from '../../soak/script.js'

describe('The script of a run', () => {
  const possible = { smallDisk: true }

  it('is the same for the same seed and number, and no other is', () => {
    assert.deepEqual(scriptOf(7, 3, possible), scriptOf(7, 3, possible))
    const scripts = [1, 2, 3, 4].flatMap((run) =>
      [7, 8].map((seed) => JSON.stringify(scriptOf(seed, run, possible).faults)),
    )
    assert.equal(new Set(scripts).size, scripts.length)
  })

  it('has every kind of fault in it, within as many runs as a soak has', () => {
    const all = Array.from({ length: 300 }, (_, run) => scriptOf(1, run, possible).faults).flat()
    const kinds = new Set(all.map(({ harm }) => harm.kind))
    assert.deepEqual([...kinds].sort(), [
      ...['answers lost', 'clock', 'database', 'destination fails', 'disk full', 'end', 'freeze', 'kill', 'line'],
      ...['notifications lost', 'processing refused', 'sessions expire', 'tokens expire'],
    ])
  })

  it('fills no disk where there is none to be filled', () => {
    const all = Array.from({ length: 300 }, (_, run) => scriptOf(1, run, { smallDisk: false }))
    assert.ok(!all.some(({ faults }) => faults.some(({ harm }) => harm.kind === 'disk full')))
    assert.ok(!all.some(({ videos }) => videos.some(({ location }) => location === 'small')))
  })
})
