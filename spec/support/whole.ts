/** What must hold of every video, whatever has happened to it. */
import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { projectLocation } from '../../machines/decideLocation.js'
import { connect, type Db } from '../../src/log/database.js'
import { replayLocation } from '../../src/log/locations.js'
import { quotaUsed, replayQuota } from '../../src/log/quota.js'
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

/** What is derived from the streams of locations and accounts is what their events say. */
async function assertOthersWhole(db: Db): Promise<void> {
  const { rows: kept } = await db.query<{ name: string; row: unknown }>(
    'select name, to_jsonb(l) as row from reelstate.locations l',
  )
  for (const { name, row } of kept) {
    const replayed = await replayLocation(db, name)
    if (isLeft(replayed)) assert.fail(JSON.stringify(replayed.left))
    const { rows } = await db.query<{ row: unknown }>(
      'select to_jsonb(jsonb_populate_record(null::reelstate.locations, $1::jsonb)) as row',
      [JSON.stringify(projectLocation(replayed.right.snapshot, replayed.right.version))],
    )
    assert.deepEqual(row, rows[0]?.row, `the row of location ${name} is what its events say`)
  }
  const { rows: accounts } = await db.query<{ name: string; version: number }>('select * from reelstate.accounts')
  for (const { name, version } of accounts) {
    const replayed = await replayQuota(db, name)
    if (isLeft(replayed)) assert.fail(JSON.stringify(replayed.left))
    assert.equal(replayed.right.version, version)
    for (const [day, methods] of replayed.right.ledger)
      assert.deepEqual(await quotaUsed(db, name, day), Object.fromEntries([...methods].sort()))
  }
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
    await assertOthersWhole(db)
  } finally {
    await db.end()
  }
}
