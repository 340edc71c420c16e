/** What must hold of every video, whatever has happened to it. */
import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { projectLocation } from '../../machines/decideLocation.js'
import { countsByState } from '../../src/log/counts.js'
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

/** What is kept beside the rows is what the rows say: how many are in each state, and what is written of each. */
async function assertKept(db: Db): Promise<void> {
  const { rows: counted } = await db.query<{ state: string; count: number }>(
    'select state, count(*)::float8 as count from reelstate.videos group by state',
  )
  const counts = Object.fromEntries(counted.map(({ state, count }) => [state, count]))
  assert.deepEqual(await countsByState(db), counts, 'the totals are those of the rows')
  const { rows: texts } = await db.query(
    `select v.id, t.video from reelstate.videos v full join reelstate.video_texts t on t.video = v.id
     where t.text is distinct from lower(concat_ws(E'\\n', v.id, v.video_title, v.description, v.video_description, v.notes))`,
  )
  assert.deepEqual(texts, [], 'what is searched is what the rows have')
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
    await assertKept(db)
  } finally {
    await db.end()
  }
}
