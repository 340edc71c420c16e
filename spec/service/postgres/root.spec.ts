import assert from 'node:assert/strict'
import { chmod, cp, mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { serverAccount } from '../../../src/service/postgres/account.js'
import { locatePrograms, reachablePrograms } from '../../../src/service/postgres/programs.js'
import { runProgram } from '../../../src/service/postgres/run-program.js'
import { ask, Workplace } from './workplace.js'

// What nobody but root meets is described only where root runs this.
if (process.geteuid?.() === 0) {
  describe('the embedded PostgreSQL of root', function () {
    this.timeout(60_000)

    let place: Workplace
    beforeEach(async () => {
      place = await Workplace.make('closed/home/data')
      await mkdir(join(place.root, 'closed'), { mode: 0o700 })
    })
    afterEach(() => place.clear())

    it('runs as another user', async () => {
      const open = await Workplace.make()
      try {
        await open.open()
        assert.notEqual((await stat(open.cluster)).uid, 0)
        assert.equal((await stat(join(open.data, 'postgres.password'))).uid, 0)
      } finally {
        await open.clear()
      }
    })

    it('is elsewhere, as it says, when that user cannot reach the data directory, and is found there again', async () => {
      const first = await place.open()
      const [where, made, ...more] = place.notices
      assert.match(
        where ?? '',
        /^user \w+ cannot reach .*closed\/home\/data: the database is in .*shared\/cluster-[\w-]+$/,
      )
      assert.match(made ?? '', /^there is no database in .*closed\/home\/data yet: an empty one is made$/)
      assert.deepEqual(more, [])
      await ask(first.url, 'create table kept as select 1 as one')
      await first.close()
      const second = await place.open()
      assert.deepEqual(await ask(second.url, 'select one from kept'), [{ one: 1 }])
      assert.ok(place.notices.slice(2).every((line) => !line.includes('an empty one')))
      assert.equal((await readdir(place.shared)).length, 1)
      await second.close()
    })

    it('says in one line what to do when that user can reach no place at all', async () => {
      await mkdir(place.shared, { mode: 0o777 })
      await chmod(place.shared, 0o777)
      await assert.rejects(
        place.open(),
        /^DatabaseUnavailable: user \w+, as whom PostgreSQL runs when we are root, can reach neither .* nor .*: use a data directory .*$/,
      )
    })

    it('runs a copy of programs that are in a folder closed to that user', async () => {
      const installed = await locatePrograms()
      const closed = { ...installed, folder: join(place.root, 'closed', 'native') }
      const filter = (path: string) => !path.includes(`${installed.folder}/share`)
      await cp(installed.folder, closed.folder, { recursive: true, verbatimSymlinks: true, filter })
      const account = await serverAccount(place.data)
      const notices: string[] = []
      const programs = await reachablePrograms(account, place.shared, (line) => notices.push(line), closed)
      assert.match(
        notices.join('\n'),
        /^user \w+ cannot reach PostgreSQL's programs in .*: using a copy in .*shared\/postgresql-/,
      )
      assert.ok(programs.postgres.startsWith(place.shared))
      const asked = await runProgram(programs.initdb, ['--version'], { as: account, timeoutMs: 10_000 })
      assert.ok(asked.succeeded, asked.output)

      const again = await reachablePrograms(account, place.shared, () => undefined, closed)
      assert.deepEqual(again, programs)
      assert.equal((await readdir(dirname(dirname(dirname(programs.postgres))))).length, 1)
    })
  })
}
