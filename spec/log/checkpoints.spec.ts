import assert from 'node:assert/strict'
import { isRight } from 'fp-ts/lib/Either.js'
import { Checkpoints, STRIDE } from '../../src/log/checkpoints.js'
import type { Queryable } from '../../src/log/database.js'
import { replay } from '../../src/log/replay.js'
import { happens, type TestLog, testLog } from '../support/log.js'
import { source } from '../support/moment.js'

const LAST = 2 * STRIDE + 40

/** Titles of drafts, so that two histories differ in every event. */
async function longVideo({ db }: TestLog, id: string, word: string): Promise<void> {
  await happens(db, id, 'Created', { source })
  for (let version = 2; version <= LAST; version++)
    await happens(db, id, 'DraftSaved', { edit: { video_title: `${word} ${version}` } })
}

/** Counts the events that are read. */
function counting(db: Queryable): { readonly db: Queryable; events: number } {
  const counted = { db, events: 0 }
  counted.db = new Proxy(db, {
    get: (target, name) =>
      name !== 'query'
        ? Reflect.get(target, name)
        : async (text: string, values: unknown[]) => {
            const result = await target.query<object>(text, values)
            counted.events += result.rows.filter((row) => 'recorded_at' in row).length
            return result
          },
  })
  return counted
}

describe('a long history that is folded again and again', function () {
  this.timeout(120_000)
  let log: TestLog
  before(async () => {
    log = await testLog()
    await longVideo(log, 'a', 'one')
  })
  after(() => log.close())

  it('is at every version what it is when all of it is folded', async () => {
    const kept = new Checkpoints()
    const whole = await replay(log.db, 'a')
    assert.ok(isRight(whole))
    for (const version of [1, LAST, STRIDE, STRIDE + 1, STRIDE - 1, 2 * STRIDE, 2 * STRIDE + 1, 3]) {
      const one = await replay(log.db, 'a', { from: version, upTo: version }, kept)
      const upTo = await replay(log.db, 'a', { upTo: version })
      assert.ok(isRight(one) && isRight(upTo))
      assert.deepEqual(one.right.steps, [whole.right.steps[version - 1]])
      assert.deepEqual(one.right.row, upTo.right.row)
      assert.equal(one.right.row?.version, version)
    }
  })

  it('is read from the last known place', async () => {
    const kept = new Checkpoints()
    const read = counting(log.db)
    await replay(read.db, 'a', { from: LAST, upTo: LAST }, kept)
    assert.equal(read.events, LAST)
    await replay(read.db, 'a', { from: LAST - 1, upTo: LAST - 1 }, kept)
    assert.equal(read.events, LAST + 39)
  })

  it('is not taken for another one of the same name', async () => {
    const other = await testLog()
    try {
      await longVideo(other, 'a', 'two')
      const kept = new Checkpoints()
      for (const { db } of [log, other]) {
        const there = await replay(db, 'a', { from: LAST, upTo: LAST }, kept)
        const whole = await replay(db, 'a')
        assert.ok(isRight(there) && isRight(whole))
        assert.deepEqual(there.right.row, whole.right.row)
        assert.deepEqual(there.right.steps, whole.right.steps.slice(-1))
      }
    } finally {
      await other.close()
    }
  })

  it('keeps no more places than so many, the ones used last', () => {
    const kept = new Checkpoints(2)
    const standing = { snapshot: null, since: '' }
    for (const hash of ['a', 'b']) kept.keep(hash, standing)
    kept.get('a')
    kept.keep('c', standing)
    assert.deepEqual(
      ['a', 'b', 'c'].map((hash) => kept.get(hash) !== undefined),
      [true, false, true],
    )
  })
})
