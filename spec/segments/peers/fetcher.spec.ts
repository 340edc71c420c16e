import assert from 'node:assert/strict'
import { appendFileSync, statfsSync } from 'node:fs'
import { mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { right } from 'fp-ts/lib/Either.js'
import type { SignIn } from '../../../src/http/around.js'
import { type FetchBounds, Fetcher } from '../../../src/segments/peers/fetcher.js'
import { originsIn } from '../../../src/segments/peers/origins.js'
import type { Peer } from '../../../src/segments/peers/peer.js'
import { saidOf } from '../../../src/segments/peers/report.js'
import { segmentsFor } from '../../../src/segments/store.js'
import { type FootageServer, serveFootage } from '../../support/footageServer.js'
import { until } from '../../support/processes.js'
import { SmallDisk } from '../../support/smallDisk.js'
import { type Answer, HostileServer } from './hostileServer.js'
import { begins, channel, contentOf, hour, Machine, nameOf, quality, stretch } from './recording.js'

const bounds: FetchBounds = { bytesPerSecond: 1e9, keepFreeBytes: 0, segmentBytes: 100_000, atOnce: 3 }
const patience = { stallMs: 300, leastMs: 600, bytesPerSecond: 32 << 10 }
const never = new AbortController().signal

describe('fetching what is missing', () => {
  let closing: Closing
  let ours: Machine
  beforeEach(async () => {
    closing = new Closing()
    ours = closing.use(await Machine.make())
  })
  afterEach(() => closing.close())

  const served = async (places: readonly number[]): Promise<FootageServer & { machine: Machine }> => {
    const machine = closing.use(await Machine.make(places))
    return Object.assign(closing.use(await serveFootage(machine.root)), { machine })
  }
  const hostile = async (answer: Answer) => closing.use(await HostileServer.start(answer))
  const file = (place: number, content?: Buffer) => nameOf(place, content).split('/').at(-1) ?? ''
  const peer = (name: string, { url }: { url: string }): Peer => ({ name, url })
  const fetcher = (over: Partial<FetchBounds> = {}) => new Fetcher(ours.root, { ...bounds, ...over }, patience)
  const wanted = (from: number, to: number, ...peers: Peer[]) => ({
    ...{ channel, quality, peers },
    ranges: [stretch(from, to)],
  })
  /** A peer that has the place by its list, and sends whatever `send` does. */
  const lists = (names: unknown, send: Answer = (_, response) => response.writeHead(404).end()) =>
    hostile((path, response, request) =>
      path.startsWith('/files/') ? void response.end(JSON.stringify(names)) : send(path, response, request),
    )

  it('brings from each what only it has, and asks for nothing that is there', async () => {
    for (const place of [0, 1, 9]) await ours.put(nameOf(place), contentOf(place))
    const b = await served([0, 1, 2, 3, 4])
    const c = await served([4, 5, 6, 7, 9])
    const report = await fetcher().fetch(wanted(0, 9, peer('node-b', b), peer('node-c', c)), never)
    assert.deepEqual(await ours.places(), [0, 1, 2, 3, 4, 5, 6, 7, 9])
    assert.deepEqual(await readFile(join(ours.root, nameOf(6))), contentOf(6))
    const count = Object.fromEntries(report.fetched.map(({ peer: name, segments }) => [name, segments]))
    assert.equal((count['node-b'] ?? 0) + (count['node-c'] ?? 0), 6)
    assert.deepEqual([report.troubles, report.missed, report.stopped], [[], 0, null])
    assert.deepEqual(
      [...b.asked, ...c.asked].filter((path) => [0, 1, 9].some((place) => path.endsWith(file(place)))),
      [],
    )
    const { holes } = await segmentsFor(ours.root, channel, quality, stretch(0, 10))
    assert.deepEqual(holes, [stretch(8, 9)])
    const origins = await originsIn(join(ours.root, channel, quality, hour))
    assert.deepEqual(
      [origins.get(file(2)), origins.get(file(6)), origins.get(file(0))],
      ['node-b', 'node-c', undefined],
    )
  })

  it('says who asks where reading is closed; who does not is left alone, and nobody is shown the key', async () => {
    const key = `rk_${'k'.repeat(43)}`
    const machine = closing.use(await Machine.make([0, 1]))
    const identify: SignIn['identify'] = async (credential) =>
      right(credential === key ? { actor: 'key nodes', roles: new Set() } : null)
    const b = closing.use(await serveFootage(machine.root, { signIn: { readsAreClosed: true, identify } }))
    const unknown = await fetcher().fetch(wanted(0, 2, peer('node-b', b)), never)
    assert.deepEqual(await ours.places(), [])
    assert.match(unknown.troubles[0]?.reason ?? '', /^it answered 401: .*fetch\.key_file/)
    const report = await fetcher().fetch(wanted(0, 2, { ...peer('node-b', b), key }), never)
    assert.deepEqual(await ours.places(), [0, 1])
    assert.deepEqual(report.troubles, [])
    assert.ok(!JSON.stringify([unknown, report, b.asked]).includes(key))
  })

  it('asks nobody where nothing is missing', async () => {
    await ours.put(nameOf(0), contentOf(0))
    const b = await served([0])
    assert.deepEqual((await fetcher().fetch(wanted(0, 1, peer('node-b', b)), never)).asked, [])
    assert.deepEqual(b.asked, [])
  })

  it('takes what one server says in HTML, as wubloader does', async () => {
    const b = await lists([file(0)], (_, response) => response.end(contentOf(0)))
    const html = await hostile((path, response) =>
      path.startsWith('/files/')
        ? response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(JSON.stringify([file(1)]))
        : response.end(contentOf(1)),
    )
    await fetcher().fetch(wanted(0, 2, peer('node-b', b), peer('wubloader', html)), never)
    assert.deepEqual(await ours.places(), [0, 1])
  })

  it('does not bring back what a tombstone hides', async () => {
    await ours.put(`${nameOf(0)}.tombstone`, Buffer.alloc(0))
    const b = await served([0, 1])
    await fetcher().fetch(wanted(0, 2, peer('node-b', b)), never)
    assert.deepEqual(await ours.places(), [1])
  })

  it('replaces a suspect segment by a full one', async () => {
    await ours.put(nameOf(0, Buffer.from('half'), 'suspect'), Buffer.from('half'))
    const b = await served([0])
    await fetcher().fetch(wanted(0, 1, peer('node-b', b)), never)
    assert.deepEqual(await segmentsFor(ours.root, channel, quality, stretch(0, 1)).then(({ holes }) => holes), [])
  })

  it('throws away what is not what its name says, and takes it from the next', async () => {
    const wrong = await lists([file(0), file(1)], (_, response) => response.end('something else'))
    const b = await served([0])
    const report = await fetcher().fetch(wanted(0, 2, peer('node-x', wrong), peer('node-b', b)), never)
    assert.deepEqual(await ours.files(), ['.fetched', file(0)])
    assert.deepEqual(report.fetched, [{ peer: 'node-b', segments: 1, bytes: contentOf(0).length }])
    assert.equal(report.missed, 1)
    assert.match(report.troubles[0]?.reason ?? '', /not what the hash in the name says/)
  })

  it('reads no name that leads elsewhere, and none that could not be checked', async () => {
    const outside = await lists(
      [
        `../../../../${file(0)}`,
        `../2026-01-31T17/${file(0)}`,
        `.${file(0)}`,
        `${file(0)}\u0000`,
        file(0).replace('-full-', '-temp-'),
        '30:00.000-2.000-full-short.ts',
        file(0).replace('2.000', '999999999'),
        file(0).replace('2.000', '0.000'),
        file(0).replace('30:00', '99:00'),
        7,
        null,
        { name: file(0) },
      ],
      (_, response) => response.end(contentOf(0)),
    )
    const report = await fetcher().fetch(wanted(0, 1, peer('node-x', outside)), never)
    assert.deepEqual([report.fetched, report.missed, await ours.files()], [[], 0, []])
    assert.equal(outside.asked.filter((path) => path.startsWith('/segments')).length, 0)
    const climbing = { ...wanted(0, 1, peer('node-x', outside)), channel: '../main' }
    assert.deepEqual((await fetcher().fetch(climbing, never)).asked, [])
  })

  it('waits neither for the silent nor for the slow, and takes no more than a segment can be', async () => {
    const drip: Answer = (_, response) => {
      const timer = setInterval(() => response.write('x'), 20)
      response.once('close', () => clearInterval(timer))
    }
    const endless: Answer = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384)));
      }
      response.on('drain', more)
      more()
    }
    const kinds: [string, Answer, RegExp][] = [
      ['silent', () => undefined, /no answer within/],
      ['stops', (_, response) => void response.write('segment'), /sends too slowly/],
      ['drips', drip, /sends too slowly/],
      ['endless', endless, /more than 100000 bytes/],
      [
        'large',
        (_, response) => response.writeHead(200, { 'content-length': '100001' }).write('x'),
        /more than 100000/,
      ],
      ['breaks', (_, response) => response.write('x', () => response.destroy()), /the connection broke/],
      ['moved', (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), /not followed/],
      ['failing', (_, response) => response.writeHead(503).end(), /it answered 503/],
      ['gone', (_, response) => response.writeHead(404).end(), /it answered 404/],
    ]
    await Promise.all(
      kinds.map(async ([name, send, says], place) => {
        const server = await lists([file(place)], send)
        const report = await fetcher().fetch(wanted(place, place + 1, peer(name, server)), never)
        assert.match(report.troubles[0]?.reason ?? '', says, name)
        assert.equal(report.missed, 1, name)
        await until(async () => server.open === 0, `the connection to ${name} is closed`)
      }),
    )
    assert.deepEqual(await ours.files(), [])
  })

  it('says who has no list to read, and leaves that peer alone for a while', async () => {
    const closed = await HostileServer.start(() => undefined)
    const { url } = closed
    await closed[Symbol.asyncDispose]()
    const endless = await hostile((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(`"${'x'.repeat(16_384)}",`));
      }
      response.on('drain', more)
      more()
    })
    const html = await hostile((_, response) => response.end('<html>'))
    const object = await hostile((_, response) => response.end('{"a":1}'))
    const b = await served([0])
    const all = [peer('closed', { url }), peer('endless', endless), peer('html', html), peer('object', object)]
    const one = fetcher()
    const first = await one.fetch(wanted(0, 1, ...all, peer('node-b', b)), never)
    assert.deepEqual(await ours.places(), [0])
    const said = Object.fromEntries(first.troubles.map(({ peer: name, reason }) => [name, reason]))
    assert.match(said['closed'] ?? '', /can't be reached \(ECONNREFUSED\)/)
    assert.match(said['endless'] ?? '', /more than \d+ bytes/)
    assert.match(said['html'] ?? '', /no JSON array/)
    assert.match(said['object'] ?? '', /no JSON array/)
    assert.deepEqual((await one.fetch(wanted(0, 2, ...all, peer('node-b', b)), never)).asked, ['node-b'])
  })

  it('fetches once what is wanted twice at the same time', async () => {
    const b = await served([0, 1, 2, 3])
    const one = fetcher()
    const reports = await Promise.all([1, 2, 3].map(() => one.fetch(wanted(0, 4, peer('node-b', b)), never)))
    assert.deepEqual(await ours.places(), [0, 1, 2, 3])
    assert.equal(b.asked.filter((path) => path.startsWith('/segments')).length, 4)
    assert.equal(
      reports.flatMap(({ fetched }) => fetched).reduce((sum, { segments }) => sum + segments, 0),
      4,
    )
  })

  it('stops when it is told to, keeps what has come, and goes on from there', async () => {
    let held = true
    const slow = await lists(
      [0, 1, 2].map((place) => file(place)),
      (path, response) => {
        const place = [0, 1, 2].find((one) => path.endsWith(file(one))) ?? 0
        if (held && place === 2) response.write(contentOf(2).subarray(0, 100))
        else response.end(contentOf(place))
      },
    )
    const stop = new AbortController()
    const patient = new Fetcher(ours.root, bounds, { ...patience, stallMs: 60_000, leastMs: 60_000 })
    const fetching = patient.fetch(wanted(0, 3, peer('slow', slow)), stop.signal)
    await until(async () => (await ours.places()).length === 2, 'two have come')
    stop.abort()
    assert.equal((await fetching).stopped?.by, 'time')
    await until(async () => slow.open === 0, 'the connection is closed')
    assert.deepEqual(await ours.files(), ['.fetched', file(0), file(1)])
    held = false
    assert.equal(saidOf((await patient.fetch(wanted(0, 3, peer('slow', slow)), never)).fetched), '1 segment from slow')
  })

  it('takes so many bytes a second, whoever asks', async () => {
    const b = await served([0, 1, 2, 3])
    const bytes = contentOf(0).length
    const begunMs = performance.now()
    await fetcher({ bytesPerSecond: bytes * 10 }).fetch(wanted(0, 4, peer('node-b', b)), never)
    assert.ok(performance.now() - begunMs > 350, 'four segments, ten a second')
    assert.deepEqual(await ours.places(), [0, 1, 2, 3])
  })

  it('leaves free what the disk shall keep free, and says so', async () => {
    const b = await served([0])
    const report = await fetcher({ keepFreeBytes: 2 ** 60 }).fetch(wanted(0, 1, peer('node-b', b)), never)
    assert.equal(report.stopped?.by, 'room')
    assert.deepEqual(await ours.files(), [])
    assert.equal(b.asked.filter((path) => path.startsWith('/segments')).length, 0)
  })

  it('says what the disk says when it is full, and leaves nothing half', async function () {
    await mkdir(join(ours.root, channel))
    await using disk = await SmallDisk.at(join(ours.root, channel), '64k')
    if (disk === null) return this.skip()
    const filler = join(ours.root, channel, 'filler')
    const b = await lists([file(0), file(1)], (_, response) => {
      // somebody else writes, too, while it comes
      const { bavail, bsize } = statfsSync(join(ours.root, channel))
      appendFileSync(filler, Buffer.alloc(bavail * bsize))
      response.end(contentOf(0))
    })
    const report = await fetcher({ segmentBytes: 20_000 }).fetch(wanted(0, 2, peer('node-b', b)), never)
    assert.equal(report.stopped?.by, 'disk')
    assert.match(report.stopped?.message ?? '', /ENOSPC/)
    assert.deepEqual(await ours.files(), [])
  })

  it('says what the disk says where it can’t be read or written', async () => {
    await symlink(channel, join(ours.root, channel))
    const b = await served([0])
    const report = await fetcher().fetch(wanted(0, 1, peer('node-b', b)), never)
    assert.match(report.stopped?.message ?? '', /ELOOP/)
  })

  it('removes what a crash has left, and nothing that is still coming', async () => {
    const folder = dirname(join(ours.root, nameOf(0)))
    await mkdir(folder, { recursive: true })
    for (const name of ['.arriving-old', '.arriving-new']) await writeFile(join(folder, name), 'half')
    const longAgo = new Date(Date.now() - 3_600_000)
    await utimes(join(folder, '.arriving-old'), longAgo, longAgo)
    const b = await served([0])
    await fetcher().fetch(wanted(0, 1, peer('node-b', b)), never)
    assert.deepEqual(await ours.files(), ['.arriving-new', '.fetched', file(0)])
  })

  it('gives those that are of use only together their names when all have come', async () => {
    // ours is cut a second later than theirs
    const odd = (place: number) =>
      nameOf(place).replace(/(\d\d):(\d\d)\.000/, (_, m, s) => `${m}:${String(Number(s) + 1).padStart(2, '0')}.000`)
    await ours.put(odd(1), contentOf(1))
    let isWhole = false
    const names = [0, 1, 2, 3].map((place) => file(place))
    const b = await lists(names, (path, response) => {
      const place = names.findIndex((name) => path.endsWith(name))
      if (place === 3 && !isWhole) response.writeHead(404).end()
      else response.end(contentOf(place))
    })
    const range = { startMs: begins, endMs: begins + 8_000 }
    const ask = { channel, quality, ranges: [range], peers: [peer('node-b', b)] }
    assert.equal((await fetcher().fetch(ask, never)).missed, 1)
    assert.deepEqual((await ours.files()).length, 1)
    isWhole = true
    assert.equal(saidOf((await fetcher().fetch(ask, never)).fetched), '4 segments from node-b')
    assert.deepEqual((await segmentsFor(ours.root, channel, quality, range)).holes, [])
  })

  it('asks of many hours for those that are there', async () => {
    const b = await served([0])
    const year = { startMs: begins, endMs: begins + 365 * 86_400_000 }
    await fetcher().fetch({ ...wanted(0, 0, peer('node-b', b)), ranges: [year] }, never)
    assert.deepEqual(await ours.places(), [0])
    assert.deepEqual(b.asked.slice(0, 2), ['/files/main/source', `/files/main/source/${hour}`])
    assert.equal(b.asked.length, 3)
  })

  it('asks for the hour before, too, where a hole begins with the hour', async () => {
    const early = Date.UTC(2026, 0, 31, 18)
    const b = await served([])
    await fetcher().fetch(
      { ...wanted(0, 0, peer('node-b', b)), ranges: [{ startMs: early, endMs: early + 1000 }] },
      never,
    )
    assert.deepEqual(b.asked, ['/files/main/source/2026-01-31T17', '/files/main/source/2026-01-31T18'])
  })
})

class Closing {
  readonly #all: AsyncDisposable[] = []
  use<A extends AsyncDisposable>(one: A): A {
    this.#all.push(one)
    return one
  }
  async close(): Promise<void> {
    for (const one of this.#all.reverse()) await one[Symbol.asyncDispose]()
  }
}
