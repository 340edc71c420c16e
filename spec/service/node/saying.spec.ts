import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secretFile } from '../../support/announcing.js'
import { HookServer } from '../../support/hookServer.js'
import { type TestLog, testLog } from '../../support/log.js'
import { Machine, type NodeProcess } from '../../support/node.js'
import { range } from '../../support/nodeFootage.js'
import { becomes, becomesDone, editedVideo } from '../../support/nodeVideos.js'
import { until } from '../../support/processes.js'
import { TcpProxy } from '../../support/tcpProxy.js'
import { CREDENTIALS, YoutubeSimulator } from '../../youtube/simulator.js'

const hookSecret = 'correct-horse-battery'
const databasePassword = 'staple-and-hunter2'
const idToken = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"email":"somebody@example.org"}').toString('base64url')}.c2lnbmF0dXJl`
const apiKey = 'reelstate_key_0123456789abcdef'

interface Line {
  readonly time: string
  readonly level: string
  readonly node: string
  readonly message: string
  readonly video?: string
  readonly attempt?: string
  readonly event?: string
  readonly loop?: string
}

describe('what a node says for machines', function () {
  this.timeout(300_000)
  let log: TestLog
  let simulator: YoutubeSimulator
  let hooks: HookServer
  let proxy: TcpProxy
  let machine: Machine
  let node: NodeProcess
  let file: Awaited<ReturnType<typeof secretFile>>

  before(async () => {
    log = await testLog()
    simulator = await YoutubeSimulator.start()
    hooks = await HookServer.start()
    file = await secretFile(hookSecret)
    proxy = await TcpProxy.to(Number(new URL(log.url).port))
    // the server of the specs trusts whoever comes: what password is sent is all the same to it
    const url = new URL(log.url)
    url.port = String(proxy.port)
    url.password ||= databasePassword
    machine = await Machine.make(url.href)
    const credentials = join(machine.data, 'credentials.json')
    await writeFile(credentials, JSON.stringify(CREDENTIALS))
    await writeFile(join(machine.data, 'file'), '')
    await machine.configure({
      locations: {
        tube: { type: 'youtube', account: 'main', path: undefined },
        unwritable: { path: join(machine.data, 'file', 'below'), cut: 'rough', attempts: 2 },
      },
      accounts: {
        main: { type: 'youtube', credentials, api_root: simulator.url, token_url: `${simulator.url}/token` },
      },
      webhooks: { chat: { url: `${hooks.url}?token=${apiKey}`, secret_file: file.path } },
      more: { log: 'json' },
    })
    node = await machine.serve('node-a')
  })
  after(async () => {
    await machine[Symbol.asyncDispose]()
    await proxy[Symbol.asyncDispose]()
    await hooks[Symbol.asyncDispose]()
    await file.remove()
    await simulator.stop()
    await log.close()
  })

  const said = (): Line[] =>
    node.errors
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line)

  it('is a line of JSON of each thing that it does to a video', async () => {
    const [done, failed] = [
      await editedVideo(log.db, { upload_location: 'tube' }),
      await editedVideo(log.db, { upload_location: 'unwritable', video_ranges: [range(20, 22)] }),
    ]
    await becomesDone(log.db, done)
    await becomes(log.db, failed, 'has FAILED', ({ state }) => state === 'FAILED')
    await until(async () => said().filter(({ level }) => level === 'error').length > 0, 'it has said so', 30)
    const { rows } = await log.db.query<{ type: string; video: string; attempt: string | null }>(
      `select type, substr(stream, 7) as video, data->>'attempt' as attempt from reelstate.events
       where node = 'node-a' and stream like 'video/%' order by position`,
    )
    const lines = said().filter(({ event }) => event !== undefined)
    assert.deepEqual(
      lines.map(({ event, video, attempt }) => ({ type: event, video, attempt: attempt ?? null })),
      rows,
    )
    for (const { time, node: name, message } of said()) {
      assert.equal(new Date(time).toISOString(), time)
      assert.equal(name, 'node-a')
      assert.equal(typeof message, 'string')
    }
    const levels = lines.filter(({ video }) => video === failed).map(({ event, level }) => `${event} ${level}`)
    assert.deepEqual(levels, ['Claimed info', 'Released warn', 'Claimed info', 'Released error'])
    assert.match(lines.findLast(({ event }) => event === 'Released')?.message ?? '', /^Released: FAILED: .*ENOTDIR/)
  })

  it('says which part of it has come upon a database that is away, and that it is back', async () => {
    proxy.shut()
    const isReady = async () => (await fetch(`${node.url}/readyz`)).status
    await until(async () => (await isReady()) === 503, 'it is not ready', 30)
    const { reasons } = (await (await fetch(`${node.url}/readyz`)).json()) as { reasons: string[] }
    assert.ok(
      reasons.some((reason) => /database/.test(reason)),
      reasons.join(),
    )
    await until(async () => said().some(({ level, loop }) => level === 'error' && loop !== undefined), 'it says so', 30)
    proxy.open()
    await until(async () => said().some(({ message }) => message === 'the database is back'), 'it is back', 60)
    await until(async () => (await isReady()) === 200, 'it is ready', 30)
  })

  it('has nothing secret in it, in whatever way it came to the node', async () => {
    const headers = { authorization: `Bearer ${idToken}`, 'x-api-key': apiKey }
    for (const path of ['/api/videos', `/nowhere?key=${apiKey}`, '/metrics', '/readyz', '/healthz'])
      await (await fetch(`${node.url}${path}`, { headers })).text()
    await fetch(`${node.url}/api/videos`, { method: 'POST', body: JSON.stringify({ token: idToken }) })
    const shown = await Promise.all(
      ['/metrics', '/readyz', '/healthz', '/api/locations'].map(async (path) => (await fetch(node.url + path)).text()),
    )
    assert.equal(await node.end('SIGTERM'), 0)
    const all = [node.output, node.errors, ...shown].join('\n')
    const { refresh_token: refresh, client_secret: client } = CREDENTIALS
    const { password } = new URL(machine.url)
    for (const secret of [refresh, client, password, hookSecret, idToken, apiKey])
      assert.ok(!all.includes(secret), `it tells ${secret}`)
  })

  it('is JSON to its end, also where it cannot begin', async () => {
    proxy.shut()
    const failing = machine.start('node-b')
    assert.equal(await failing.ended, 1)
    const lines = failing.errors
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    assert.equal(lines.at(-1)?.level, 'error')
    assert.ok(!failing.errors.includes(new URL(machine.url).password))
    proxy.open()
  })
})
