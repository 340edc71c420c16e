import assert from 'node:assert/strict'
import { connect as connectSocket } from 'node:net'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isConnectionError } from '../../src/log/connectionError.js'
import { temporaryFolder } from '../segments/temporaryFolder.js'

/** What connecting fails with. */
async function refusalOf(socket: ReturnType<typeof connectSocket>): Promise<NodeJS.ErrnoException> {
  const [error] = (await once(socket, 'error').catch((error: unknown) => [error])) as [NodeJS.ErrnoException]
  return error
}

describe('that a database is away', () => {
  it('is told by the system where a connection fails, also by a socket of which the file is missing', async () => {
    const folder = await temporaryFolder()
    try {
      const missing = await refusalOf(connectSocket(join(folder.path, '.s.PGSQL.5432')))
      assert.equal(missing.code, 'ENOENT')
      assert.ok(isConnectionError(missing))
      // nobody listens at port 1
      const refused = await refusalOf(connectSocket(1, '127.0.0.1'))
      assert.ok(isConnectionError(refused))
      // as a server that does not answer is told
      assert.ok(isConnectionError(Object.assign(refused, { code: 'ETIMEDOUT' })))
    } finally {
      await folder.remove()
    }
  })

  it('is not what a disk says that is on another machine and times out', async () => {
    const error = await readdir('/nowhere/at/all').catch((error: unknown) => error as NodeJS.ErrnoException)
    assert.ok(error instanceof Error)
    // only a server that is gone makes a disk say so
    assert.equal(isConnectionError(Object.assign(error, { code: 'ETIMEDOUT' })), false)
    assert.equal(isConnectionError(new AggregateError([error])), false)
  })
})
