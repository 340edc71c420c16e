import assert from 'node:assert/strict'
import { beginWebhooks } from '../../src/log/webhooks.js'
import { doneVideo, failedVideo } from '../support/announcing.js'
import { HookServer } from '../support/hookServer.js'
import { type TestLog, testLog } from '../support/log.js'
import { json } from './program.js'
import { type Workplace, workplace } from './workplace.js'

const secret = 'correct-horse-battery'
const token = 'as-good-as-a-password'

describe('reelstate webhook', function () {
  this.timeout(60_000)
  let log: TestLog
  let server: HookServer
  let place: Workplace
  let config: string

  before(async () => {
    log = await testLog()
    server = await HookServer.start()
    place = await workplace()
    await place.file('chat.secret', secret)
    const url = `${server.url}?token=${token}`
    const away = { url: 'http://127.0.0.1:1/', locations: ['local'] }
    const webhooks = {
      chat: { url, secret_file: 'chat.secret' },
      pager: { url, on: ['attention'] },
      new: { url },
      away,
    }
    config = await place.file('reelstate.json', { webhooks })
  })
  after(async () => {
    await place.remove()
    await server[Symbol.asyncDispose]()
    await log.close()
  })

  const run = async (...args: string[]) => {
    const outcome = await place.run(['webhook', ...args, '--config', config], { env: { DATABASE_URL: log.url } })
    assert.doesNotMatch(outcome.stdout + outcome.stderr, new RegExp(`${secret}|${token}`))
    return outcome
  }

  it('list says how many events each is behind, and what keeps it', async () => {
    await beginWebhooks(log.db, ['chat', 'pager'])
    await doneVideo(log.db, 'done')
    await failedVideo(log.db, 'failed')
    await log.db.query(
      `update reelstate.webhooks set failures = 3, last_error = 'it answered 503', not_before = '2100-01-01T00:00Z' where name = 'chat'`,
    )
    const nothing = { failures: 0, lastError: null, nextTry: null, deliveredAt: null }
    const url = `${server.url}?…`
    const both = ['done', 'attention']
    const [machine, people] = await Promise.all([run('list', '--json'), run('list')])
    assert.deepEqual(json(machine), [
      {
        ...{ name: 'chat', url, on: both, locations: null, behind: 2, failures: 3, deliveredAt: null },
        ...{ lastError: 'it answered 503', nextTry: '2100-01-01T00:00:00.000Z' },
      },
      { name: 'pager', url, on: ['attention'], locations: null, behind: 1, ...nothing },
      { name: 'new', url, on: both, locations: null, behind: null, ...nothing },
      { name: 'away', url: 'http://127.0.0.1:1/', on: both, locations: ['local'], behind: null, ...nothing },
    ])
    assert.equal(people.code, 0)
    assert.match(people.stdout, /^chat +done, attention +all +2 +3 +2100-01-01 00:00:00 +it answered 503 +http/m)
    assert.match(people.stdout, /^new .* not begun /m)
    assert.match(people.stdout, /^away /m)
  })

  it('test sends a message of that kind, and says what came back: exit code 0 where it is taken, else 1, and 2 where there is none', async () => {
    server.got.length = 0
    const [taken, unknown] = await Promise.all([run('test', 'chat'), run('test', 'chta')])
    assert.equal(taken.code, 0, taken.stderr)
    assert.match(taken.stdout, /^webhook chat answered 204 after \d+ ms\n$/)
    const [got] = server.got
    assert.deepEqual([got?.message.kind, got?.message.event, got?.message.actor], ['test', 'Test', 'spec'])
    assert.match(String(got?.headers['x-reelstate-signature']), /^sha256=[0-9a-f]{64}$/)
    server.answer = () => 500
    const [refused, away] = await Promise.all([run('test', 'chat', '--json'), run('test', 'away')])
    assert.equal(refused.code, 1)
    const { error, status } = json<{ error: string; status: number }>(refused)
    assert.deepEqual([error, status], ['webhook chat: it answered 500', 500])
    assert.equal(away.code, 1)
    assert.match(away.stderr, /^reelstate: webhook away: it can't be reached \(ECONNREFUSED\)\n$/)
    assert.equal(unknown.code, 2)
    assert.match(unknown.stderr, /^[^\n]*no webhook "chta"; allowed are chat, pager, new, away\n$/)
  })
})
