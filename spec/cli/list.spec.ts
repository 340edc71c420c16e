import assert from 'node:assert/strict'
import { json } from './program.js'
import { testDatabase, type TestDatabase } from '../support/database.js'
import { type Workplace, workplace } from './workplace.js'

describe('reelstate videos', function () {
  this.timeout(120_000)
  let place: Workplace
  let database: TestDatabase
  before(async () => {
    place = await workplace()
    database = await testDatabase()
    await run('create', '--id', 'parrot', '--description', 'The parrot speaks')
    await run('create', '--id', 'raffle', '--description', 'The raffle')
  })
  after(async () => {
    await place?.remove()
    await database?.close()
  })
  const run = (...args: string[]) => place.run([...args, '--json'], { env: { DATABASE_URL: database.url } })
  const ids = async (...args: string[]) => json<{ id: string }[]>(await run('videos', ...args)).map(({ id }) => id)

  it('lists those that pass every filter, in either order', async () => {
    assert.deepEqual(await ids('--order', 'state'), ['parrot', 'raffle'])
    assert.deepEqual(await ids('--text', 'PARROT', '--waits-for', 'editor', '--shorter-than', '1d'), ['parrot'])
    assert.deepEqual(await ids('--state', 'DONE', 'UNEDITED', '--longer-than', '30d'), [])
    assert.deepEqual(await ids('--error'), [])
  })

  it('says how many there are beside those that it lists', async () =>
    assert.match((await run('videos', '--limit', '1')).stderr, /1 of 2 videos; see --limit/))

  it('refuses what no filter takes, and says what it takes', async () => {
    for (const [args, says] of [
      [['--text', 'ab'], /--text.*three letters or digits/],
      [['--longer-than', '1w'], /--longer-than.*90s, 30m, 2h or 1d/],
      [['--waits-for', 'luck'], /--waits-for.*segments/],
      [['--error', 'bad'], /--error.*retried/],
    ] as const) {
      const { code, stderr } = await run('videos', ...args)
      assert.equal(code, 2, stderr)
      assert.match(stderr, says)
    }
  })
})
