import assert from 'node:assert/strict'
import { access, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ask, isRunning, until, Workplace } from './workplace.js'

describe('the embedded PostgreSQL', function () {
  // Making a cluster takes a second, on a busy machine several.
  this.timeout(60_000)

  let place: Workplace
  before(async () => {
    place = await Workplace.make()
  })
  afterEach(() => place.quiet())
  after(() => place.clear())

  /** For what happens only where there is no cluster yet. */
  async function inEmptyFolder(spec: (empty: Workplace) => Promise<void>, below?: string): Promise<void> {
    const empty = await Workplace.make(below)
    try {
      await spec(empty)
    } finally {
      await empty.clear()
    }
  }

  it('keeps what is in it from one start to the next, at the same port', async () => {
    const first = await place.open()
    await ask(first.url, `create table words as select 'still here' as words`)
    await first.close()
    const second = await place.open()
    assert.deepEqual(await ask(second.url, 'select words from words'), [{ words: 'still here' }])
    assert.equal(second.port, first.port)
  })

  it('speaks UTF8 and UTC, checks its pages, and lets in on 127.0.0.1 only who has the password, which is ours', async () => {
    const { url } = await place.open()
    const names = ['server_encoding', 'TimeZone', 'data_checksums', 'listen_addresses', 'unix_socket_directories']
    const [settings] = await ask(url, `select ${names.map((name) => `current_setting('${name}') as "${name}"`).join()}`)
    assert.deepEqual(Object.values(settings ?? {}), ['UTF8', 'UTC', 'on', '127.0.0.1', ''])
    await assert.rejects(ask(url.replace(/:[^:@]*@/, ':guess@'), 'select 1'), /password authentication failed/)
    assert.equal((await stat(join(place.data, 'postgres.password'))).mode & 0o777, 0o600)
    assert.equal((await stat(place.cluster)).mode & 0o777, 0o700)
  })

  it('works in a folder whose path is long and holds what a shell would understand', async () => {
    await inEmptyFolder(
      async (odd) => {
        const { url } = await odd.open()
        assert.deepEqual(await ask(url, 'select 1 as one'), [{ one: 1 }])
      },
      `${'long'.repeat(30)}/a "b" $(c) 'd'/data`,
    )
  })

  describe('used by several processes', () => {
    it('is joined by the second, and stopped by the last one out', async () => {
      const first = place.start()
      const url = await first.opened()
      const second = place.start()
      assert.equal(await second.opened(), url)
      await first.leave()
      assert.equal((await ask(url, 'select 1 as one')).length, 1)
      await second.leave()
      assert.equal(await place.serverPid(), undefined)
    })

    it('is made once when two start at the same moment in an empty folder', async () => {
      await inEmptyFolder(async (empty) => {
        const [one, other] = [empty.start(), empty.start()]
        assert.equal(await one.opened(), await other.opened())
        await Promise.all([one.leave(), other.leave()])
        assert.equal(await empty.serverPid(), undefined)
        assert.deepEqual((await readdir(join(empty.data, 'postgres'))).sort(), ['cluster'])
      })
    })

    it('never goes away from under one that has opened it, however many come and go', async () => {
      const visit = async (visitor: number) => {
        for (let round = 0; round < 3; round++) {
          const embedded = await place.open()
          // One visitor stays a little, so that some leave as the last and some do not.
          await ask(embedded.url, `select pg_sleep(${(visitor % 3) * 0.02})`)
          await embedded.close()
        }
      }
      await Promise.all([0, 1, 2].map(visit))
      assert.deepEqual(place.notices, [])
      assert.equal(await place.serverPid(), undefined)
    })

    it('is not stopped by Ctrl-C in the terminal of the one that started it', async () => {
      const starter = place.start()
      const url = await starter.opened()
      process.kill(-starter.pid, 'SIGINT')
      await until(() => !isRunning(starter.pid))
      assert.equal((await ask(url, 'select 1 as one')).length, 1)
    })
  })

  describe('after kill -9', () => {
    it('of its user is found running by the next one, who stops it in the end', async () => {
      const killed = place.start()
      await killed.opened()
      const server = await place.serverPid()
      await killed.kill()
      const next = await place.open()
      assert.equal(await place.serverPid(), server)
      await next.close()
      assert.equal(await place.serverPid(), undefined)
    })

    it('of the server comes back at the same address while it is in use', async () => {
      const { url } = await place.open()
      process.kill((await place.serverPid()) ?? 0, 'SIGKILL')
      await until(() => place.notices.some((line) => line.includes('is back')))
      assert.equal((await ask(url, 'select 1 as one')).length, 1)
    })

    it('of the server comes back once for two processes that use it', async () => {
      const other = place.start()
      const { url } = await place.open()
      assert.equal(await other.opened(), url)
      process.kill((await place.serverPid()) ?? 0, 'SIGKILL')
      const back = (lines: readonly string[]) => lines.some((line) => line.includes('is back'))
      await until(() => back(place.notices) && back(other.notices))
      await other.leave()
      assert.equal((await ask(url, 'select 1 as one')).length, 1)
    })

    it('of both recovers at the next start, with all that was committed', async () => {
      const killed = place.start()
      const url = await killed.opened()
      // The cluster of a spec does without this otherwise.
      await ask(url, 'set synchronous_commit to on; create table kept as select 1 as one')
      const server = (await place.serverPid()) ?? 0
      await killed.kill()
      process.kill(server, 'SIGKILL')
      const next = await place.open()
      assert.deepEqual(await ask(next.url, 'select one from kept'), [{ one: 1 }])
    })

    it('in the middle of its making is made anew', async () => {
      await inEmptyFolder(async (empty) => {
        const killed = empty.start()
        const home = join(empty.data, 'postgres')
        const half = async () => (await readdir(home).catch(() => [])).find((name) => /^cluster\.new-\w+$/.test(name))
        await until(async () => {
          const draft = await half()
          return draft !== undefined && (await stat(join(home, draft, 'global')).catch(() => undefined)) !== undefined
        })
        await killed.kill()
        await assert.rejects(access(empty.cluster))
        const { url } = await empty.open()
        assert.equal((await ask(url, 'select 1 as one')).length, 1)
        assert.equal(await half(), undefined)
      })
    })
  })

  it('can be closed twice, and while its server is gone', async () => {
    const embedded = await place.open()
    process.kill((await place.serverPid()) ?? 0, 'SIGKILL')
    await Promise.all([embedded.close(), embedded.close()])
    const next = await place.open()
    assert.equal((await ask(next.url, 'select 1 as one')).length, 1)
  })
})
