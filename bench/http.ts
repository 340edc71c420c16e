/** A node's HTTP beside the same work bare: folders that are read, statements, a framework's route, ffmpeg's copy. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ffmpegPath } from '../src/cut/ffmpeg.js'
import { connect, type Db } from '../src/log/database.js'
import { Server } from '../spec/support/server.js'
import { benchDownloads } from './http/downloads.js'
import { hourFolders, makeWeek, WEEK_START_MS } from './week.js'
import { benchEdits } from './http/edits.js'
import { benchLists } from './http/lists.js'
import { ask, byTurns, perSecond } from './http/measure.js'
import { type Figure, figure, ratios } from './figure.js'
import { ended, started, startNode } from './node.js'
import { makeSegments } from './stream.js'

const run = promisify(execFile)
const HOUR_MS = 3_600_000

interface Options {
  readonly videos: number
  readonly repeats: number
  readonly signal: AbortSignal
}

/** What the parts of this bench measure on. */
export interface Place {
  /** Of the node under test. */
  readonly url: string
  /** Of the bare framework. */
  readonly bare: string
  readonly db: Db
  readonly folder: string
  readonly segments: string
  readonly repeats: number
  readonly signal: AbortSignal
}

export async function benchHttp({ videos, repeats, signal }: Options): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-bench-'))
  const closings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const segments = join(folder, 'segments')
    process.stderr.write('a week of a channel, by name\n')
    await makeWeek(segments, 'week', signal)
    const list = (await makeSegments(segments, 12, signal)).map((path) => `file '${path}'\n`).join('')
    await writeFile(join(folder, 'list.txt'), list)
    const server = await Server.start()
    closings.push(() => server[Symbol.asyncDispose]())
    const db = connect({ url: server.url(), name: 'bench' })
    closings.push(() => db.end())
    const configuration = { node: 'bench', segments, coverage: false, locations: { hand: { type: 'manual' } } }
    const node = await startNode(folder, configuration, server.url())
    closings.push(() => ended(node.child))
    const bare = await started(process.execPath, [join(import.meta.dirname, 'peers', 'bareServer.js'), server.url()])
    closings.push(() => ended(bare.child))
    const place: Place = {
      get url() {
        return node.url
      },
      ...{ bare: bare.line, db, folder, segments, repeats, signal },
    }
    return [
      ...(await benchPlaylists(place, () => node.again())),
      ...(await benchEdits(place)),
      ...(await benchDownloads(place)),
      ...(await benchLists(place, videos)),
    ]
  } finally {
    for (const close of closings.reverse()) await close().catch(() => undefined)
  }
}

/** Twelve hours of a week. Cold is the first request that a node gets, beside a program that reads the same folders. */
async function benchPlaylists(place: Place, again: () => Promise<string>): Promise<Figure[]> {
  const { bare, segments, repeats } = place
  const startMs = WEEK_START_MS + 80 * HOUR_MS
  const iso = (ms: number) => new Date(ms).toISOString().replace('Z', '')
  const path = `/playlist/week/source.m3u8?start=${iso(startMs)}&end=${iso(startMs + 12 * HOUR_MS)}`
  const folders = hourFolders(segments, 'week', startMs - HOUR_MS, 13)
  let url = place.url
  const cold = await byTurns(
    repeats,
    async () => {
      url = await again()
      // what every process does once, such as loading its modules, is not the playlist's
      await ask(`${url}/healthz`)
      return (await ask(url + path)).ms
    },
    async () => {
      const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'peers', 'readFolders.js'), ...folders])
      return (JSON.parse(stdout) as { ms: number }).ms
    },
  )
  const whole = await ask(url + path)
  const etag = String(whole.headers['etag'])
  const warm = await byTurns(
    repeats * 10,
    async () => (await ask(url + path)).ms,
    async () => (await ask(`${bare}/bytes?size=${whole.bytes}`)).ms,
  )
  const rates = { ours: [] as number[], bare: [] as number[], known: [] as number[], bareKnown: [] as number[] }
  for (let n = 0; n < repeats; n++) {
    rates.ours.push(await perSecond(url + path))
    rates.bare.push(await perSecond(`${bare}/bytes?size=${whole.bytes}`))
    rates.known.push(await perSecond(url + path, { 'if-none-match': etag }))
    rates.bareKnown.push(await perSecond(`${bare}/bytes?size=${whole.bytes}`, { 'if-none-match': '"same"' }))
  }
  return [
    figure('12 h playlist, cold', 'ms', cold.ours),
    figure('12 h playlist, cold / reading the folders bare', '', ratios(cold.ours, cold.theirs), '≤ 1.5'),
    figure('12 h playlist, warm', 'ms', warm.ours),
    figure(`12 h playlist, warm / a bare route of ${whole.bytes} bytes`, '', ratios(warm.ours, warm.theirs), '≤ 1.5'),
    figure('12 h playlist, warm, whole', 'a second', rates.ours),
    figure('the bare route', 'a second', rates.bare),
    figure('12 h playlist, warm, to who has it', 'a second', rates.known, '≥ 1000'),
    figure('the bare route, to who has it', 'a second', rates.bareKnown),
  ]
}

/** A stretch of the stream out of `list.txt`, copied. @returns milliseconds */
export async function copiedByFfmpeg({ folder, signal }: Place, fromSeconds: number, seconds: number): Promise<number> {
  const begun = performance.now()
  const args = [
    '-nostdin',
    '-v',
    'error',
    '-f',
    'concat',
    '-safe',
    '0',
    '-ss',
    String(fromSeconds),
    '-t',
    String(seconds),
  ]
  args.push('-i', join(folder, 'list.txt'), '-c', 'copy', '-f', 'mpegts', join(folder, 'copied.ts'))
  await run(ffmpegPath(), args, { signal })
  await rm(join(folder, 'copied.ts'))
  return performance.now() - begun
}
