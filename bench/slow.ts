/** What slow clients cost everybody else: claims and edits while fifty download cuts, and the list of all rows that wubloader's pages ask for. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../src/log/database.js'
import { Server } from '../spec/support/server.js'
import type { Figure } from './figure.js'
import { benchAllRows } from './slow/allRows.js'
import { benchClaims } from './slow/claims.js'
import { startNode } from './slow/node.js'
import { makeSegments } from './stream.js'

export interface SlowPlace {
  /** Of the node under test. */
  readonly url: string
  readonly databaseUrl: string
  readonly repeats: number
  readonly signal: AbortSignal
}

const MINUTES = 3

export async function benchSlow({
  repeats,
  signal,
}: {
  readonly repeats: number
  readonly signal: AbortSignal
}): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'reelstate-bench-'))
  const closings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })]
  try {
    const segments = join(folder, 'segments')
    process.stderr.write(`${MINUTES} minutes of a stream\n`)
    await makeSegments(segments, MINUTES, signal)
    const server = await Server.start()
    closings.push(() => server[Symbol.asyncDispose]())
    const node = await startNode(folder, segments, server.url())
    closings.push(() => node.stop())
    const db = connect({ url: server.url(), name: 'bench' })
    closings.push(() => db.end())
    const place: SlowPlace = { url: node.url, databaseUrl: server.url(), repeats, signal }
    return [...(await benchClaims(place, db, MINUTES * 60)), ...(await benchAllRows(place, db))]
  } finally {
    for (const close of closings.reverse()) await close().catch(() => undefined)
  }
}
