import assert from 'node:assert/strict'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { persist } from '../../src/effects/persist.js'
import type { Queryable } from '../../src/log/database.js'
import { type Claimable, claimable } from '../../src/log/work.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { edit, source } from '../support/moment.js'

const tube = { ...edit, upload_location: 'tube', uploader_whitelist: null }

describe('A claim', () => {
  let log: TestLog
  before(async () => (log = await testLog()))
  after(() => log.close())

  async function waiting(id: string, over: object = {}): Promise<void> {
    await happens(log.db, id, 'Created', { source })
    await happens(log.db, id, 'Edited', { edit: { ...tube, ...over } })
  }

  async function open(node = 'node-a', onlyNamed = false): Promise<Claimable[]> {
    const found = []
    for await (const one of claimable(log.db, { node, locations: ['tube'], onlyNamed }, 2)) found.push(one)
    return found
  }
  const ids = async (...who: Parameters<typeof open>): Promise<string[]> => (await open(...who)).map(({ id }) => id)

  it('is made of the oldest edit first; what is tried again comes in at its time, not before all others', async () => {
    for (const id of ['first', 'second']) await waiting(id)
    await happens(log.db, 'first', 'Claimed', { attempt: '1', attempts_limit: 9, why: null })
    const { rows } = await log.db.query<{ at: Date }>('select clock_timestamp() as at')
    await happens(log.db, 'first', 'Released', {
      ...{ attempt: '1', cause: 'the disk is full', counts: true, proof: null },
      not_before: rows[0]?.at.toISOString() ?? '',
    })
    await waiting('third')
    assert.deepEqual(await ids(), ['second', 'first', 'third'])
  })

  it('is made by those alone whom the edit names, and by a node that takes nothing else of nothing else', async () => {
    await waiting('named', { uploader_whitelist: ['node-b'] })
    assert.ok(!(await ids('node-a')).includes('named'))
    assert.ok((await ids('node-b')).includes('named'))
    assert.deepEqual(await ids('node-b', true), ['named'])
    assert.deepEqual(await ids('node-a', true), [])
  })

  it('is made of what the events say where somebody has changed the row by hand, and holds up no other', async () => {
    for (const id of ['changed', 'emptied', 'cut down']) await waiting(id)
    await log.db.query(`update reelstate.videos set snapshot = '{"value": "NOWHERE"}' where id = 'emptied'`)
    await log.db.query(
      `update reelstate.videos set snapshot = jsonb_set(snapshot, '{value}', '"NOWHERE"') where id = 'changed'`,
    )
    await log.db.query(`update reelstate.videos set snapshot = snapshot #- '{context,orphans}' where id = 'cut down'`)
    const found = (await open()).filter(({ id }) => ['changed', 'emptied', 'cut down'].includes(id))
    assert.deepEqual(
      found.map(({ id, context, current }) => [id, context.edit.upload_location, current]),
      [
        ['changed', 'tube', null],
        ['emptied', 'tube', null],
        ['cut down', 'tube', null],
      ],
    )
    // the next event makes the row right again
    for (const id of ['changed', 'emptied', 'cut down']) await happens(log.db, id, 'SourceChanged', { source: {} })
    assert.ok((await open()).every(({ current }) => current !== null))
  })

  it('that comes second costs one question, and leaves nothing', async () => {
    await waiting('wanted')
    const candidate = (await open()).find(({ id }) => id === 'wanted')
    assert.ok(candidate?.current)
    let questions = 0
    const counting: Queryable = {
      query: ((...args: Parameters<typeof log.db.query>) => {
        questions++
        return log.db.query(...args)
      }) as typeof log.db.query,
    }
    const patience = { graceMs: 0, signal: new AbortController().signal }
    const claims = (attempt: string, node: string): ReturnType<typeof persist> => {
      const data = { attempt, attempts_limit: 3, why: null }
      const note = { type: 'Claimed' as const, data, node }
      return persist(counting as typeof log.db, 'wanted', note, patience, candidate.version, candidate.current)
    }
    assert.ok(isRight(await claims('a', 'node-a')))
    assert.equal(questions, 1)
    const second = await claims('b', 'node-b')
    assert.ok(isLeft(second) && second.left._tag === 'Conflict')
    assert.equal(questions, 2)
  })
})
