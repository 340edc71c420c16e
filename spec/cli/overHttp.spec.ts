import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerNode } from '../../src/log/nodes.js'
import { byName } from '../http/api/asked.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { edit } from '../support/moment.js'
import { json, reelstate } from './program.js'

describe('reelstate --url', function () {
  this.timeout(120_000)
  let place: Workplace
  let folder: string
  const run = (args: string[], key: string | null = 'ann:editor+operator', input?: string) =>
    reelstate([...args, '--url', place.url], {
      ...{ cwd: folder, env: key === null ? {} : { REELSTATE_KEY: key } },
      ...(input !== undefined && { input }),
    })
  before(async () => {
    place = await openWorkplace({ signIn: byName })
    folder = await mkdtemp(join(tmpdir(), 'reelstate-url-'))
    const locations = { local: { type: 'local', cut: 'fast' } }
    await registerNode(place.db, { name: 'node-a', host: 'here', pid: 1, version: '1', locations })
  })
  after(async () => {
    await rm(folder, { recursive: true, force: true })
    await place[Symbol.asyncDispose]()
  })

  it('enters, edits, shows, lists and resets a video on the node, as the one whose key it is', async () => {
    const { id } = json<{ id: string }>(await run(['create', '--description', 'The raffle', '--json']))
    const edited = await run(['edit', id, '--file', '-'], undefined, JSON.stringify(edit))
    assert.equal(edited.stdout, `${id} is EDITED (event 2: Edited)\n`)
    const why = await run(['why', id], null)
    assert.match(why.stdout, /^It is about to be taken by node-a\.\n$/)
    const shown = await run(['show', id], null)
    assert.equal(shown.stdout.split('\n')[0], 'It is about to be taken by node-a.')
    assert.match(shown.stdout, /possible now\s+reelstate edit/)
    assert.equal(json<{ id: string }[]>(await run(['videos', '--json'], null))[0]?.id, id)
    await writeFile(join(folder, 'key'), 'olga:operator\n')
    const reset = await run(['reset', id, '--key-file', 'key', '--json'], null)
    assert.deepEqual(json(reset), { id, version: 3, event: 'Reset', state: 'UNEDITED' })
    const log = json<{ type: string; actor: string }[]>(await run(['log', id, '--json'], null))
    assert.deepEqual(
      log.map(({ type, actor }) => `${type} by ${actor}`),
      ['Created by ann', 'Edited by ann', 'Reset by olga'],
    )
  })

  it('ends as it does without, where something is refused', async () => {
    await place.edited('one')
    const retried = await run(['retry', 'one'])
    assert.deepEqual([retried.code, retried.stdout], [3, ''])
    assert.match(retried.stderr, /^reelstate: video one is EDITED: Retried is not possible/)
    assert.equal((await run(['show', 'nobody'])).code, 4)
    const invalid = await run(['edit', 'one', '--file', '-'], undefined, '{}')
    assert.equal(invalid.code, 2)
    assert.match(invalid.stderr, /video_title/)
    const unknown = await run(['reset', 'one'], null)
    assert.deepEqual([unknown.code, /sign in/.test(unknown.stderr)], [1, true])
    const away = await reelstate(['videos', '--url', 'http://127.0.0.1:9'])
    assert.equal(away.code, 1)
    assert.match(away.stderr, /^reelstate: http:\/\/127\.0\.0\.1:9 does not answer: [^\n]+\n$/)
  })
})
