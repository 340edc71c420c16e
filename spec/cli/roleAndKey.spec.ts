import assert from 'node:assert/strict'
import { isLeft } from 'fp-ts/lib/Either.js'
import { addKey, findKey } from '../../src/log/keys.js'
import { moveLog } from '../../src/log/move.js'
import { readRoles, setRoles } from '../../src/log/roles.js'
import { type TestLog, testLog } from '../support/log.js'
import { each, json } from './program.js'
import { type Workplace, workplace } from './workplace.js'

let log: TestLog
let place: Workplace

const run = (...args: string[]) => place.run(args, { env: { DATABASE_URL: log.url } })

describe('reelstate role and key', function () {
  this.timeout(120_000)
  before(async () => {
    log = await testLog()
    place = await workplace()
  })
  after(async () => {
    await place?.remove()
    await log?.close()
  })

  it('gives exactly the roles that are named, by the address in lower case, and takes them', async () => {
    const set = await run('role', 'set', 'Ada@Example.org', '--editor', '--operator', '--name', 'Ada')
    assert.equal(set.stdout, 'ada@example.org: editor, operator\n', set.stderr)
    const again = json<Record<string, unknown>>(await run('role', 'set', 'ada@example.org', '--artist', '--json'))
    const { changed_at: changedAt, ...fields } = again
    assert.match(String(changedAt), /^20.*Z$/)
    assert.deepEqual(fields, {
      ...{ email: 'ada@example.org', name: 'Ada', editor: false, artist: true, operator: false, changed_by: 'spec' },
    })
    await run('role', 'set', 'grace@example.org')
    const [people, machine] = await each([['list'], ['list', '--json']], (args) => run('role', ...args))
    assert.match(people?.stdout ?? '', /^ada@example\.org +Ada +artist +20.* spec *$/m)
    assert.match(people?.stdout ?? '', /^grace@example\.org +reads only /m)
    assert.equal(json<unknown[]>(machine!).length, 2)
    assert.equal((await run('role', 'remove', 'ADA@example.org')).code, 0)
    assert.equal(await readRoles(log.db, 'ada@example.org'), null)
  })

  it('makes a key that is printed once and kept as a hash, and revokes it', async () => {
    const made = await run('key', 'add', 'sheet', '--role', 'editor', '--role', 'artist')
    assert.match(made.stdout, /^rk_[A-Za-z0-9_-]{43}\n$/)
    assert.match(made.stderr, /^sheet: editor, artist\. This is the only time/)
    const secret = made.stdout.trim()
    assert.ok(!made.stderr.includes(secret))
    const { rows } = await log.db.query<{ kept: string }>('select to_jsonb(k)::text as kept from reelstate.keys k')
    assert.ok(!rows[0]?.kept.includes(secret.slice(11)), rows[0]?.kept)
    assert.equal((await findKey(log.db, secret))?.name, 'sheet')
    const [people, machine] = await each([['list'], ['list', '--json']], (args) => run('key', ...args))
    assert.match(people?.stdout ?? '', new RegExp(`^sheet +${secret.slice(0, 11)} +editor, artist +20.* spec +20`, 'm'))
    assert.ok(!`${people?.stdout}${machine?.stdout}`.includes(secret))
    const revoked = await run('key', 'revoke', 'sheet')
    assert.equal(revoked.stdout, `sheet (${secret.slice(0, 11)}…) is revoked\n`)
    assert.notEqual((await findKey(log.db, secret))?.revoked_at, null)
    const next = json<{ key: string; name: string }>(await run('key', 'add', 'sheet', '--json'))
    assert.equal((await findKey(log.db, next.key))?.editor, false)
  })

  it('go with the log to another server', async () => {
    const [here, there] = [await testLog(), await testLog()]
    await setRoles(here.db, 'ada@example.org', ['editor'], 'Ada', { actor: 'spec' })
    const made = await addKey(here.db, 'sheet', ['operator'], { actor: 'spec' })
    assert.ok(!isLeft(made))
    await moveLog(here.db, there.db, () => undefined)
    assert.deepEqual(await readRoles(there.db, 'ada@example.org'), await readRoles(here.db, 'ada@example.org'))
    assert.equal((await findKey(there.db, made.right.secret))?.operator, true)
    await here.close()
    await there.close()
  })

  it('says what was wrong and what is allowed, and changes nothing', async () => {
    const outcomes = await each(
      [
        ['role', 'set', 'ada', '--editor'],
        ['role', 'remove', 'nobody@example.org'],
        ['key', 'add', 'she et'],
        ['key', 'add', 'sheet'],
        ['key', 'revoke', 'sheets'],
      ],
      (args) => run(...args),
    )
    const says = [
      /email: found "ada"; allowed is an e-mail address$/,
      /nobody with the address "nobody@example\.org" has a role/,
      /name: found "she et"; allowed is a name of letters/,
      /there is a key "sheet" already; revoke it first \(reelstate key revoke sheet\)/,
      /there is no key "sheets"; allowed are sheet$/,
    ]
    for (const [i, pattern] of says.entries()) {
      assert.equal(outcomes[i]?.code, 2, outcomes[i]?.stderr)
      assert.match(outcomes[i]?.stderr.trim() ?? '', pattern)
      assert.equal(outcomes[i]?.stdout, '')
    }
  })
})
