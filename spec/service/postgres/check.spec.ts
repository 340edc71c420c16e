import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { isLeft, isRight } from 'fp-ts/lib/Either.js'
import { addressOf } from '../../../src/service/postgres/address.js'
import { checkDatabase, unfitReason } from '../../../src/service/postgres/check.js'
import { testDatabase, type TestDatabase } from '../../support/database.js'
import { ask, until } from './workplace.js'

const SECRET = 'hunter2-secret'

/** The line that a check ends with; that it is one line, of about 8 s and without the password, holds for all. */
async function complaint(url: string): Promise<string> {
  const begin = performance.now()
  const checked = await checkDatabase(url)
  assert.ok(performance.now() - begin < 9_000)
  assert.ok(isLeft(checked), 'nothing was wrong')
  assert.doesNotMatch(checked.left, /\n|hunter2|secret| at .*\(.*:\d+:\d+\)/)
  return checked.left
}

describe('the check of a database', () => {
  describe('of an address', () => {
    const servers: Server[] = []
    const sockets: Socket[] = []
    afterEach(() => {
      for (const socket of sockets.splice(0)) socket.destroy()
      for (const server of servers.splice(0)) server.close()
    })

    /** A listener that does `what` with whoever connects. Returns its port. */
    async function listener(what: (socket: Socket) => void): Promise<number> {
      const server = createServer((socket) => {
        sockets.push(socket.on('error', () => undefined))
        what(socket)
      }).listen(0, '127.0.0.1')
      servers.push(server)
      await once(server, 'listening')
      const address = server.address()
      assert.ok(typeof address === 'object' && address !== null)
      return address.port
    }

    it('says that nobody listens, and where', async () => {
      const port = await listener(() => undefined)
      servers.splice(0).forEach((server) => server.close())
      for (const host of ['127.0.0.1', 'localhost']) {
        assert.equal(
          await complaint(`postgres://ann:${SECRET}@${host}:${port}/films`),
          `cannot use database "films" at ${host}:${port} as user "ann": connection refused (ECONNREFUSED): ` +
            `check that PostgreSQL runs on ${host} and listens on port ${port}`,
        )
      }
    })

    it('says that a host has no address', async () => {
      assert.match(
        await complaint(`postgres://ann:${SECRET}@nowhere.invalid/films`),
        /^cannot use database "films" at nowhere\.invalid:5432 as user "ann": no address is known .*\((ENOTFOUND|EAI_AGAIN)\)/,
      )
    })

    it('says within 8 s that somebody listens but never answers', async () => {
      const port = await listener(() => undefined)
      assert.match(
        await complaint(`postgres://ann:${SECRET}@127.0.0.1:${port}/films`),
        /: no answer \(timeout\): check/,
      )
    })

    it('says that something else than PostgreSQL listens', async () => {
      const web = await listener((socket) => socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'))
      const cutting = await listener((socket) => socket.destroy())
      for (const port of [web, cutting]) {
        assert.match(
          await complaint(`postgres://ann:${SECRET}@127.0.0.1:${port}/films`),
          /: the connection was (closed|cut).*: check that a PostgreSQL server is what listens on port \d+$/,
        )
      }
    })

    it('says that a socket is not there', async () => {
      assert.match(
        await complaint(`postgres://%2Fnowhere/films`),
        /: its socket in \/nowhere cannot be opened \(ENOENT\)/,
      )
    })

    it('says what a URL looks like, without repeating one that it cannot read', async () => {
      const unreadable = [
        ...['films', `mysql://ann:${SECRET}@host/films`, `postgres://ann:${SECRET}@host:99999/films`, 'postgres://'],
        ...[`postgres://ann:#${SECRET}@host/films`, `postgres://ann:1/${SECRET}@host/films`],
      ]
      for (const url of unreadable) {
        assert.match(
          await complaint(url),
          /^the database URL is not valid: expected postgres:\/\/user:password@host:port\//,
        )
      }
    })
  })

  describe('of a server', () => {
    let database: TestDatabase
    let address: URL
    before(async () => {
      database = await testDatabase()
      await ask(database.url, `create role check_ann login password '${SECRET}'`)
      await ask(database.url, `create role check_idle nologin password '${SECRET}'`)
    })
    after(async () => {
      await ask(database.url, 'drop role check_ann')
      await ask(database.url, 'drop role check_idle')
      await database.close()
    })
    beforeEach(() => {
      address = new URL(database.url)
      address.username = 'check_ann'
      address.password = SECRET
    })

    it('is content with one that can be used', async () => {
      assert.ok(isRight(await checkDatabase(database.url)))
      assert.ok(isRight(await checkDatabase(address.href)))
    })

    it('says that the password is wrong, or missing', async () => {
      address.password = `${SECRET}-not`
      assert.match(
        await complaint(address.href),
        /: password authentication failed \(28P01\): check the user "check_ann"/,
      )
      address.password = ''
      assert.match(await complaint(address.href), /: the server asks for a password: give one in DATABASE_URL$/)
    })

    it('says that the user may not log in', async () => {
      address.username = 'check_idle'
      assert.match(await complaint(address.href), /: the server refuses the user \(28000: .*not permitted to log in\)/)
    })

    it('says that the database does not exist', async () => {
      address.pathname = '/check_nothing'
      assert.match(
        await complaint(address.href),
        /: the database does not exist \(3D000\): create it .* or correct its name/,
      )
    })

    it('says that the user may not connect', async () => {
      const closed = await testDatabase()
      const { pathname } = new URL(closed.url)
      await ask(closed.url, `revoke connect on database ${pathname.slice(1)} from public`)
      address.pathname = pathname
      assert.match(
        await complaint(address.href),
        /: permission denied \(42501: .*\): grant the user "check_ann" CONNECT/,
      )
      await closed.close()
    })

    it('says that pg_hba.conf has no entry', async () => {
      const [found] = await ask(database.url, 'show hba_file')
      const hbaFile = String(found?.['hba_file'])
      const before = await readFile(hbaFile, 'utf8')
      await writeFile(hbaFile, `host all check_ann all reject\n${before}`)
      try {
        await ask(database.url, 'select pg_reload_conf()')
        await until(async () => isLeft(await checkDatabase(address.href)))
        assert.match(
          await complaint(address.href),
          /: the server lets no such connection in \(no pg_hba.conf entry, 28000\)/,
        )
      } finally {
        await writeFile(hbaFile, before)
        await ask(database.url, 'select pg_reload_conf()')
      }
      await until(async () => isRight(await checkDatabase(address.href)))
    })

    it('says that the server has no SSL where the URL asks for it', async () => {
      address.search = '?sslmode=verify-full'
      assert.match(await complaint(address.href), /: the server does not support SSL: take sslmode out/)
    })

    it('says that the encoding is another one than UTF8', async () => {
      await ask(
        database.url,
        `create database check_ascii template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'`,
      )
      address.pathname = '/check_ascii'
      assert.match(await complaint(address.href), /: its encoding is SQL_ASCII, but UTF8 is needed/)
      await ask(database.url, 'drop database check_ascii')
    })
  })

  it('wants PostgreSQL 14 or newer', () => {
    assert.equal(unfitReason(140_000, 'UTF8'), undefined)
    assert.match(unfitReason(130_014, 'UTF8') ?? '', /^the server is PostgreSQL 13, but 14 or newer is needed/)
  })

  it('names an address without its password', () => {
    assert.equal(addressOf(`postgres://ann:${SECRET}@[::1]:5433/films`), 'database "films" at [::1]:5433 as user "ann"')
    assert.equal(addressOf(SECRET), 'an invalid database URL')
  })
})
