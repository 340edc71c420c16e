import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { connect } from '../../src/log/database.js'
import { countsByState } from '../../src/log/counts.js'
import { listVideos } from '../../src/log/list.js'
import { migrate } from '../../src/log/migrate.js'
import { findsAnywhere } from '../../src/log/textSearch.js'
import { testDatabase } from '../support/database.js'
import { happens, livedVideo, testLog } from '../support/log.js'
import { source } from '../support/moment.js'

describe('the migration that brings totals, texts and the board', function () {
  this.timeout(120_000)

  it('says of the videos that are there since when they are in their state, counts them, and has their texts', async () => {
    const log = await testLog()
    try {
      await livedVideo(log.db, 'a')
      await happens(log.db, 'b', 'Created', { source })
      const rows = async () =>
        (await log.db.query('select to_jsonb(v) as row from reelstate.videos v order by id')).rows
      const before = await rows()
      const file = await readFile(new URL('../../migrations/0009_board.sql', import.meta.url), 'utf8')
      const [up = '', down = ''] = file.split('-- Down Migration')
      const on = await log.db.connect()
      try {
        await on.query(`begin; ${down}; ${up}; commit`)
      } finally {
        on.release(true)
      }
      assert.deepEqual(await rows(), before)
      assert.deepEqual(await countsByState(log.db), { MODIFIED: 1, UNEDITED: 1 })
    } finally {
      // looks at each row, at the totals and at the texts once more
      await log.close()
    }
  })

  it('goes on without the index of all texts where the server lets nobody have the extension', async () => {
    const database = await testDatabase()
    const db = connect({ url: database.url, name: 'spec' })
    try {
      await db.query(
        `create function refuse() returns event_trigger language plpgsql as $$ begin raise 'not here'; end $$;
         create event trigger no_extensions on ddl_command_start when tag in ('CREATE EXTENSION') execute function refuse()`,
      )
      await migrate(database.url)
      assert.equal(await findsAnywhere(db), false)
      await happens(db, 'a', 'Created', { source })
      const { videos } = await listVideos(db, { filter: { text: 'raff' }, order: 'edited', after: null, limit: 9 })
      assert.deepEqual(
        videos.map(({ id }) => id),
        ['a'],
      )
    } finally {
      await db.end()
      await database.close()
    }
  })
})
