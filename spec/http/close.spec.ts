import { createServer } from '../../src/http/server.js'
import { noSignIn } from '../../src/http/signIn/signIn.js'
import { connect } from '../../src/log/database.js'
import { testLog } from '../support/log.js'
import { until } from '../support/processes.js'
import { TcpProxy } from '../support/tcpProxy.js'

/** Found by the soak with seed 1, run 18: the node ended with an error before it had given back what it was cutting. */
describe('The pages of a node that stops', function () {
  this.timeout(30_000)

  it('do not wait for a database that has fallen silent', async () => {
    const log = await testLog()
    const url = new URL(log.url)
    await using line = await TcpProxy.to(Number(url.port))
    url.port = String(line.port)
    const db = connect({ url: url.href, name: 'spec' })
    let wake = (): void => undefined
    const wakeups = (woken: () => void) => {
      wake = woken
      return () => undefined
    }
    const server = createServer({
      db,
      wakeups,
      version: '1.2.3',
      health: () => ({ reason: null, warnings: [] }),
      segments: '/nowhere',
      node: 'spec',
      signIn: noSignIn,
    })
    await server.ready()
    await until(async () => db.idleCount > 0 && db.idleCount === db.totalCount, 'all has been read')
    line.halfOpen()
    wake()
    await until(async () => db.idleCount < db.totalCount, 'it is being read again')
    // it says so where what it reads takes too long
    await server.close()
    line.drop()
    await db.end()
    await log.close()
  })
})
