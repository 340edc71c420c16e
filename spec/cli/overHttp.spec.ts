import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registerNode } from '../../src/log/nodes.js'
import { byName } from '../http/api/asked.js'
import { openWorkplace, type Workplace } from '../http/workplace.js'
import { edit, source } from '../support/moment.js'
import { TcpProxy } from '../support/tcpProxy.js'
import { json, lines, reelstate, start } from './program.js'

const standing = {
  ...{ account: 'channel', isElsewhere: false, day: '2026-01-31', dayEndsAt: '2026-02-01T08:00:00.000Z', methods: {} },
  ...{ uploads: { used: 1, limit: 100, usedUpAt: null }, units: { used: 1, limit: 10_000, usedUpAt: null } },
}

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
    place = await openWorkplace({ signIn: byName, quota: async () => [standing] })
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

  it('lists nodes, quota and locations as the node has them, and pauses and resumes one', async () => {
    const nodes = json<{ name: string; videos: string[] }[]>(await run(['nodes', '--json'], null))
    assert.deepEqual(
      nodes.map(({ name, videos }) => [name, videos]),
      [['node-a', []]],
    )
    const quota = json<{ account: string }[]>(await run(['quota', '--json'], null))
    assert.deepEqual(
      quota.map(({ account }) => account),
      ['channel'],
    )
    assert.match((await run(['quota', '--account', 'other'], null)).stderr, /--account: found "other".*channel/)
    const paused = await run(['location', 'pause', 'local', '--why', 'moved', '--for', '1h', '--json'])
    const { version, state, until } = json<{ version: number; state: string; until: string }>(paused)
    assert.deepEqual([version, state], [1, 'PAUSED'])
    assert.ok(Date.parse(until) > Date.now())
    const twice = await run(['location', 'pause', 'nowhere', '--why', 'moved'])
    assert.equal(twice.code, 4)
    const listed = json<{ name: string; state: string }[]>(await run(['location', 'list', '--json'], null))
    assert.deepEqual(
      listed.filter(({ name }) => name === 'local').map(({ state }) => state),
      ['PAUSED'],
    )
    const resumed = await run(['location', 'resume', 'local', '--why', 'there'])
    assert.match(resumed.stdout, /^local is [\w.]+ \(event 2: Resumed\)\n$/)
    const log = json<{ type: string }[]>(await run(['log', 'location/local', '--json'], null))
    assert.deepEqual(
      log.map(({ type }) => type),
      ['Paused', 'Resumed'],
    )
  })

  it('lists what is left at destinations, and has it dismissed', async () => {
    await place.edited('left')
    await place.append('left', 'Claimed', { attempt: 'a-1', attempts_limit: 3, why: null }, 'node-a')
    await place.append('left', 'UploadOpened', { attempt: 'a-1', destination: null }, 'node-a')
    await place.append('left', 'FinalizeStarted', { attempt: 'a-1', bytes: 9, receipt: null }, 'node-a')
    await place.append('left', 'FinalizeUnknown', { attempt: 'a-1', cause: 'gone' }, 'node-a')
    await place.append('left', 'Reset', { force: true, reason: null })
    const [one] = json<{ video: string; orphan: string }[]>(await run(['orphans', 'list', '--json'], null))
    assert.equal(one?.video, 'left')
    const wrong = await run(['orphans', 'dismiss', 'left', 'nothing'])
    assert.deepEqual([wrong.code, /no orphan/.test(wrong.stderr)], [4, true])
    const done = await run(['orphans', 'dismiss', 'left', one?.orphan ?? '', '--why', 'deleted by hand'])
    assert.match(done.stdout, /^left is UNEDITED \(event 8: OrphanDismissed\)\n$/)
    assert.equal((await run(['orphans', 'list'], null)).stdout, 'No orphans.\n')
  })

  for (const by of ['a node', 'the database'] as const)
    it(`follows the log by ${by} over lost connections, each event once and none left out`, async () => {
      const [port, address] =
        by === 'a node' ? [place.port, place.url] : [Number(new URL(place.databaseUrl).port), place.databaseUrl]
      await using proxy = await TcpProxy.to(port, new URL(address).hostname)
      const through = new URL(address)
      through.hostname = '127.0.0.1'
      through.port = String(proxy.port)
      const first = `first-${port}`
      await place.edited(first)
      const following = start(
        ['log', '--follow', '--limit', '1', '--json', ...(by === 'a node' ? ['--url', through.href] : [])],
        {
          cwd: folder,
          env: by === 'a node' ? {} : { DATABASE_URL: through.href },
        },
      )
      const seen = (id: string, type: string) =>
        following.line((line) => line.includes(`"video/${id}"`) && line.includes(`"${type}"`))
      const ids = [first]
      try {
        await seen(first, 'Edited')
        for (let n = 0; n < 3; n++) {
          const id = `${n}-${port}`
          ids.push(id)
          await place.append(id, 'Created', { source })
          await seen(id, 'Created')
          proxy.shut()
          // nobody follows now
          await place.append(id, 'Edited', { edit })
          proxy.open()
          await seen(id, 'Edited')
        }
      } finally {
        following.signal('SIGTERM')
      }
      const { code, stdout, stderr } = await following.ended
      assert.equal(code, 0)
      const events = lines(stdout).map((line) => JSON.parse(line) as { stream: string; type: string })
      assert.deepEqual(
        events.map(({ stream, type }) => `${stream} ${type}`),
        ids.flatMap((id, n) => [...(n === 0 ? [] : [`video/${id} Created`]), `video/${id} Edited`]),
      )
      // it may be stopped before it can say that all is well again
      assert.match(stderr, /trying again\n/)
    })
})
