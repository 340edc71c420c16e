/** What must hold of every video, whatever has happened to it. */
import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { connect, type Db } from '../../src/log/database.js'
import { disagreements, replay } from '../../src/log/replay.js'
import { brokenEvents } from '../../src/log/verify.js'

/** Every event decodes, the fold of them is the row at each version, and no hash is broken. */
export async function assertWhole(db: Db, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const replayed = await replay(db, id)
    if (isLeft(replayed)) assert.fail(JSON.stringify(replayed.left))
    const { steps, row } = replayed.right
    for (const { after, loggedState, version } of steps)
      assert.equal(after, loggedState, `version ${version} of ${id} leads where the log says`)
    assert.ok(row)
    assert.deepEqual(await disagreements(db, row), [], `the row of ${id} is what its events say`)
  }
  assert.deepEqual(await brokenEvents(db), [])
}

/** The same of every video in a database, by a connection of its own: those of the spec may have been cut. */
export async function assertAllWhole(url: string): Promise<void> {
  const db = connect({ url, name: 'spec' })
  try {
    const { rows } = await db.query<{ id: string }>('select id from reelstate.videos')
    await assertWhole(
      db,
      rows.map(({ id }) => id),
    )
  } finally {
    await db.end()
  }
}
