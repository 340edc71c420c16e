import assert from 'node:assert/strict'
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { until } from '../../support/processes.js'
import { SmallDisk } from '../../support/smallDisk.js'
import { ask, Workplace } from './workplace.js'

const execute = promisify(execFile)

describe('an embedded PostgreSQL that has been left in disorder', function () {
  this.timeout(60_000)

  let place: Workplace
  let neighbour: Workplace
  let pidFile: string
  let leftPidFile: string
  const others: ChildProcess[] = []
  /** On a disk of their own, which has to go first. */
  const small: Workplace[] = []

  before(async () => {
    neighbour = await Workplace.make()
    place = await Workplace.make()
    const embedded = await place.open()
    await ask(embedded.url, `set synchronous_commit to on; create table kept as select 'still here' as words`)
    pidFile = join(place.cluster, 'postmaster.pid')
    leftPidFile = await readFile(pidFile, 'utf8')
    await embedded.close()
  })
  afterEach(async () => {
    for (const other of others.splice(0)) other.kill('SIGKILL')
    await Promise.all([place.quiet(), neighbour.quiet()])
  })
  after(() => Promise.all([place, neighbour, ...small].map((one) => one.clear())))

  /** A program of the server's own user that is no PostgreSQL: the one that a pid is mistaken for. */
  async function otherProgram(): Promise<number> {
    const { uid, gid } = await stat(place.cluster)
    const child = spawn('sleep', ['600'], { cwd: '/', stdio: 'ignore', uid, gid })
    others.push(child)
    assert.ok(child.pid !== undefined)
    return child.pid
  }

  const leave = (text: string) => writeFile(pidFile, text)

  async function comesBack(): Promise<void> {
    const { url } = await place.open()
    assert.deepEqual(await ask(url, 'select words from kept'), [{ words: 'still here' }])
  }

  it('starts over the pid file of a process that is gone', async () => {
    await leave(leftPidFile)
    await comesBack()
  })

  it('starts over a pid file whose number now belongs to another program, which it leaves alone', async () => {
    const pid = await otherProgram()
    await leave(leftPidFile.replace(/^\d+/, String(pid)))
    await comesBack()
    assert.equal(others[0]?.exitCode, null)
    assert.equal(others[0]?.signalCode, null)
  })

  it('starts over an empty pid file', async () => {
    await leave('')
    await comesBack()
  })

  it('does not take another server for its own, though it answers at the port of the stale pid file', async () => {
    const { port } = await neighbour.open()
    const lines = leftPidFile.split('\n')
    lines[3] = String(port)
    await leave(lines.join('\n'))
    await comesBack()
  })

  it('takes another port when its own has been taken', async () => {
    const { port } = await neighbour.open()
    await writeFile(join(place.data, 'postgres.port'), `${port}\n`)
    await comesBack()
  })

  it('says in one line what PostgreSQL says of files that it cannot use', async () => {
    const control = join(place.cluster, 'global', 'pg_control')
    const intact = await readFile(control)
    await truncate(control, 0)
    await assert.rejects(
      place.open(),
      /^DatabaseUnavailable: the embedded PostgreSQL in .* did not start.*pg_control.*$/,
    )
    await writeFile(control, intact)
  })

  it('says in one line that the disk is full, also where there is no room left to log it, and is well once there is', async function () {
    const own = await Workplace.make()
    small.push(own)
    await mkdir(own.data)
    await using disk = await SmallDisk.at(own.data, '256m')
    // said as skipped, never as passed
    if (!disk) return this.skip()
    try {
      await (await own.open()).close()
      const filling = join(own.data, 'filling')
      await execute('dd', ['if=/dev/zero', `of=${filling}`, 'bs=4k', 'status=none']).catch(() => undefined)
      await assert.rejects(
        own.open(),
        /^DatabaseUnavailable: the embedded PostgreSQL in .* did not start.*(is full: make room|No space left).*$/,
      )
      await rm(filling)
      const embedded = await own.open()
      await ask(embedded.url, 'select 1')
      await embedded.close()
    } finally {
      await own.quiet()
    }
  })

  it('says in one line which file to put back when the password is not the one that it knows', async () => {
    const passwordFile = join(place.data, 'postgres.password')
    const right = await readFile(passwordFile, 'utf8')
    await writeFile(passwordFile, 'another\n')
    await assert.rejects(place.open(), (error: Error) => {
      assert.match(error.message, /^the embedded PostgreSQL in .* does not know the password in .*: put back.*$/)
      return error.message.includes(passwordFile) && !error.message.includes('another')
    })
    assert.equal(await place.serverPid(), undefined)
    await writeFile(passwordFile, right)
  })

  it('keeps no more than the newest of its logs', async () => {
    const folder = join(place.cluster, 'log')
    for (let day = 10; day < 20; day++) await writeFile(join(folder, `server-202601${day}T000000.log`), 'old')
    await comesBack()
    // nobody who opens it waits for that
    await until(async () => (await readdir(folder)).length === 5, 'all but five are gone')
    assert.ok(!(await readdir(folder)).includes('server-20260110T000000.log'))
  })
})
