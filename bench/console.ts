/** What people wait for in the console over very many videos, and what it costs their browser to be left open. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/log/database.js'
import { migrate } from '../src/log/migrate.js'
import { openPage } from '../spec/support/browser.js'
import { Server } from '../spec/support/server.js'
import { fill, longVideo } from './console/fill.js'
import { filters, firstViews, steps, versions } from './console/looks.js'
import { watchMemory } from './console/memory.js'
import { scrolling } from './console/scrolling.js'
import type { Figure } from './figure.js'
import { ended, startNode } from './node.js'

export interface ConsoleBench {
  readonly videos: number
  readonly events: number
  /** For how long the page's memory is watched. */
  readonly seconds: number
  readonly repeats: number
  readonly signal: AbortSignal
}

/** Of the one video with a long history. */
const LONG = 20_000
const HOURS = 168

export async function benchConsole({ videos, events, seconds, repeats, signal }: ConsoleBench): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-bench-'))
  const closings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const server = await Server.start()
    closings.push(() => server[Symbol.asyncDispose]())
    await migrate(server.url())
    const db = connect({ url: server.url(), name: 'bench', statementMs: 600_000 })
    closings.push(() => db.end())
    const begun = performance.now()
    process.stderr.write(`filling: ${videos} videos, ${events} events\n`)
    await fill(db, { videos, events, hours: HOURS, long: LONG, signal })
    process.stderr.write(`filled in ${Math.round((performance.now() - begun) / 1000)} s\n`)
    const segments = join(folder, 'segments')
    await mkdir(segments)
    const locations = { local: { type: 'local', path: join(folder, 'published') } }
    const node = await startNode(folder, { node: 'bench', segments, coverage: false, locations }, server.url())
    closings.push(() => ended(node.child))
    const browser = await openPage({ viewport: { width: 1280, height: 720 } })
    closings.push(async () => browser[Symbol.asyncDispose]())
    const place = { url: node.url, db, page: browser.page, repeats, signal }
    return [
      ...(await firstViews(place)),
      ...(await filters(place)),
      ...(await steps(place, HOURS)),
      ...(await versions(place, longVideo, LONG)),
      ...(await scrolling(place, longVideo, { events: 5_000, all: LONG })),
      ...(await watchMemory(place, seconds)),
    ]
  } finally {
    for (const close of closings.reverse()) await close().catch(() => undefined)
  }
}
