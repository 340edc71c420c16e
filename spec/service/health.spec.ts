import assert from 'node:assert/strict'
import { Troubles } from '../../src/service/health.js'

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
const full = Object.assign(new Error('could not extend file'), { code: '53100' })

describe('the health of a node', () => {
  let said: string[]
  let troubles: Troubles
  beforeEach(() => {
    said = []
    troubles = new Troubles((line) => void said.push(line))
  })

  it('is said once when it goes and once when it is back, however many parts come upon it, and however often', () => {
    const [cutting, beats] = [troubles.of('cutting'), troubles.of('beats')]
    for (const part of [cutting, beats, cutting]) part.begun(refused)
    cutting.over()
    assert.deepEqual(troubles.health(), {
      ...{ ok: false, reason: 'the database is away (connect ECONNREFUSED)', warnings: [] },
    })
    beats.over()
    beats.over()
    assert.deepEqual(troubles.health(), { ok: true, reason: null, warnings: [] })
    assert.deepEqual(said, ['the database is away (connect ECONNREFUSED); trying again', 'the database is back'])
  })

  it('is what a part came upon last', () => {
    const work = troubles.of('work')
    work.begun(refused)
    work.begun(full)
    assert.match(
      troubles.health().reason ?? '',
      /^the database's disk is full \(53100: could not extend file\): make room/,
    )
  })

  it('is as good as ever where something is only to be looked at: that is said once for as long as it stands', () => {
    troubles.warn('tail', ['one'])
    troubles.warn('tail', ['one', 'two'])
    assert.deepEqual(troubles.health(), { ok: true, reason: null, warnings: ['one', 'two'] })
    troubles.warn('tail', ['two'])
    troubles.warn('tail', ['one'])
    assert.deepEqual(said, ['one', 'two', 'one'])
    assert.deepEqual(troubles.health().warnings, ['one'])
  })
})
