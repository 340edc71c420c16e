import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import assert from 'node:assert/strict'
import type { Bids } from '../../src/log/footage.js'
import { Fetcher } from '../../src/segments/peers/fetcher.js'
import type { Peer } from '../../src/segments/peers/peer.js'
import { Fetching } from '../../src/service/fetching.js'
import { fetchKey } from '../../src/service/fetchKey.js'
import { addressFor, peersAmong } from '../../src/service/peers.js'
import { HostileServer } from '../segments/peers/hostileServer.js'
import { channel, Machine, nameOf, quality, stretch } from '../segments/peers/recording.js'
import { serveFootage } from '../support/footageServer.js'
import { until } from '../support/processes.js'

const bounds = { bytesPerSecond: 1e9, keepFreeBytes: 0, segmentBytes: 100_000, atOnce: 2 }

describe('A node that fetches what videos lack', () => {
  let ours: Machine
  let stopping: AbortController
  let notices: string[]
  let done: number
  beforeEach(async () => {
    ours = await Machine.make()
    stopping = new AbortController()
    notices = []
    done = 0
  })
  afterEach(() => ours[Symbol.asyncDispose]())

  const fetching = (peers: readonly Peer[], seconds = 60) =>
    new Fetching({
      ...{ node: 'node-a', seconds, fetcher: new Fetcher(ours.root, bounds), stopping: stopping.signal },
      peers: () => Promise.resolve(peers),
      onDone: () => void done++,
      onNotice: (line) => notices.push(line),
    })
  const lacking = (video: string, place: number, editTime = 'first') => ({
    ...{ video, editTime, channel, quality },
    ranges: [stretch(place, place + 1)],
  })
  const silent = () => HostileServer.start(() => undefined)
  const ended = (count: number) => until(async () => done === count, `${count} fetches have ended`)

  it('leaves a video alone while its footage comes, and takes it as it is then', async () => {
    await using b = await Machine.make([0])
    await using server = await serveFootage(b.root)
    const one = fetching([{ name: 'node-b', url: server.url }])
    assert.equal(await one.before(lacking('v', 0), null), Infinity)
    assert.equal(await one.before(lacking('v', 0), null), Infinity)
    await ended(1)
    assert.deepEqual(await ours.places(), [0])
    assert.deepEqual(notices, ['v: fetched 1 segment from node-b'])
    assert.equal(await one.before(lacking('v', 0), null), null)
    assert.deepEqual(one.askedFor(lacking('v', 0)), ['node-b'])
  })

  it('fetches for others while one waits for a peer that is silent, and for each edit anew', async () => {
    await using nobody = await silent()
    await using b = await Machine.make([1])
    await using server = await serveFootage(b.root)
    const peers = [{ name: 'silent', url: nobody.url }]
    const one = fetching(peers)
    await one.before(lacking('slow', 0), null)
    await until(async () => nobody.open === 1, 'the silent one is asked')
    peers.splice(0, 1, { name: 'node-b', url: server.url })
    await one.before(lacking('quick', 1), null)
    await ended(1)
    assert.deepEqual(await ours.places(), [1])
    assert.equal(await one.before(lacking('slow', 0), null), Infinity)
    assert.equal(await one.before(lacking('slow', 1, 'second'), null), Infinity)
    await ended(3)
  })

  it('gives up when its time is over, and does not try again at once', async () => {
    await using nobody = await silent()
    const one = fetching([{ name: 'silent', url: nobody.url }], 0.1)
    assert.equal(await one.before(lacking('v', 0), null), Infinity)
    await ended(1)
    assert.equal(await one.before(lacking('v', 0), null), null)
    assert.equal(await one.before(lacking('v', 0, 'second'), null), Infinity)
    await ended(2)
  })

  it('ends where somebody else takes the video, where nobody wants it any more, and where the node stops', async () => {
    await using nobody = await silent()
    const one = fetching([{ name: 'silent', url: nobody.url }])
    for (const end of [
      () => one.hear('v', 'CLAIMED.PREPARING'),
      () => one.hear('v', 'UNEDITED'),
      () => stopping.abort(),
    ]) {
      const before = done
      assert.equal(await one.before(lacking('v', 0), null), Infinity)
      await until(async () => nobody.open === 1, 'it is asked')
      one.hear('v', 'EDITED')
      end()
      await ended(before + 1)
      await until(async () => nobody.open === 0, 'the connection is closed')
    }
    await one.close()
    assert.equal(await one.before(lacking('v', 0), null), null)
  })

  it('says once what is wrong with a peer', async () => {
    await using wrong = await HostileServer.start((path, response) =>
      path.startsWith('/files/')
        ? response.end(JSON.stringify([0, 1].map((place) => nameOf(place).split('/').at(-1))))
        : response.end('something else'),
    )
    const one = fetching([{ name: 'node-x', url: wrong.url }])
    for (const [n, place] of [0, 1].entries()) {
      await one.before(lacking(`v${n}`, place), null)
      await ended(n + 1)
    }
    assert.deepEqual(notices, ['fetching from node-x: what it sent is not what the hash in the name says'])
  })

  it('lets the node fetch first that misses less, for a moment', async () => {
    await using nobody = await silent()
    const one = fetching([{ name: 'silent', url: nobody.url }], 0.1)
    const bids = (others: Record<string, number>, waitedMs: number): Bids => ({
      bids: Object.entries({ 'node-a': 4, ...others }).map(([node, missingSeconds]) => ({
        node,
        missingSeconds,
        nothing: false,
      })),
      expected: 0,
      waitedMs,
    })
    assert.equal(await one.before(lacking('v', 0), bids({ 'node-b': 2 }, 1_000)), 4_000)
    assert.equal(await one.before(lacking('v', 0), bids({ 'node-0': 4 }, 4_500)), 500)
    assert.equal(await one.before(lacking('v', 0), bids({ 'node-b': 4, 'node-c': 6 }, 0)), Infinity)
    assert.equal(await one.before(lacking('w', 0), bids({ 'node-b': 2 }, 5_000)), Infinity)
    await ended(2)
  })
})

describe('Whom a node asks for footage', () => {
  const own = { host: 'here', url: 'http://10.0.0.1:8080' }
  const node = (name: string, url: string | null, host = 'there') => ({ name, url, host })
  const asked = (nodes: ReturnType<typeof node>[], configured: string[] = []) =>
    peersAmong(
      nodes,
      configured.map((url) => ({ name: url, url })),
      own,
    ).map(({ name }) => name)

  it('are the nodes that say where they are reached, and those of the configuration, each once and never itself', () => {
    const nodes = [node('b', 'http://10.0.0.2:8080'), node('c', null), node('d', 'ftp://10.0.0.3'), node('e', own.url)]
    assert.deepEqual(
      asked(nodes, ['http://10.0.0.2:8080/', 'https://restreamer.example.org', 'http://10.0.0.1:8080/']),
      ['b', 'https://restreamer.example.org'],
    )
  })

  it('are told who asks where they are nodes of this cluster, and nobody else', () => {
    const configured = [{ name: 'restreamer', url: 'https://restreamer.example.org' }]
    const [b, restreamer] = peersAmong([node('b', 'http://10.0.0.2:8080')], configured, own, 'rk_secret')
    assert.deepEqual([b?.key, restreamer?.key], ['rk_secret', undefined])
  })

  it('are told nothing where the file has no key, which is said without repeating it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reelstate-key-'))
    const keyFile = join(folder, 'nodes.key')
    const notices: string[] = []
    const read = (file: string | null = keyFile) => fetchKey({ keyFile: file }, (line) => notices.push(line))
    assert.equal(await read(), null)
    await writeFile(keyFile, 'hunter2\n')
    assert.equal(await read(), null)
    await writeFile(keyFile, `rk_${'k'.repeat(43)}\n`)
    assert.equal(await read(), `rk_${'k'.repeat(43)}`)
    assert.equal(await read(null), null)
    assert.match(notices.join('\n'), /^fetch\.key_file: .* can't be read \(ENOENT\)\n.* has no key in it/)
    assert.ok(!notices.join().includes('hunter2'))
    await rm(folder, { recursive: true })
  })

  it('are not those that another machine reaches by an address of the loop', () => {
    const loops = ['http://127.0.0.1:9', 'http://localhost:9', 'http://[::1]:9']
    for (const url of loops) {
      assert.deepEqual(asked([node('there', url)]), [])
      assert.deepEqual(asked([node('beside', url, 'here')]), ['beside'])
    }
  })

  it('reach a node where it listens, or by the name of its machine', () => {
    assert.equal(addressFor('127.0.0.1', 8080), 'http://127.0.0.1:8080')
    assert.equal(addressFor('::1', 8080), 'http://[::1]:8080')
    for (const all of ['0.0.0.0', '::', '']) assert.equal(addressFor(all, 80, 'cutter-3'), 'http://cutter-3:80')
  })
})
