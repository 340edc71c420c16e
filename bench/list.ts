/** Lists and boards over very many videos, each beside the least that the database takes to answer anything. */
import { performance } from 'node:perf_hooks'
import { readBoard, readBoardAt } from '../src/log/board.js'
import { countHours } from '../src/log/boardHours.js'
import { condenseCounts, countsByState } from '../src/log/counts.js'
import { connect, type Db } from '../src/log/database.js'
import { listVideos, type ListQuestion, totalOf, type VideoFilter } from '../src/log/list.js'
import { migrate } from '../src/log/migrate.js'
import { fillMany } from '../spec/support/manyVideos.js'
import { Server } from '../spec/support/server.js'
import { type Figure, figure } from './figure.js'

export interface ListBench {
  readonly videos: number
  readonly eventsEach: number
  readonly repeats: number
  readonly signal: AbortSignal
}

const HOURS = 168

const filters: Readonly<Record<string, VideoFilter>> = {
  'all videos': {},
  'of three states': { states: ['EDITED', 'FAILED', 'CLAIMED'] },
  'with a text that few have': { text: 'parrot' },
  'with a text that all have': { text: 'moment' },
  'for a location that few are for': { location: 'rare' },
  'of an editor': { editor: 'editor-7' },
  'with an error': { hasError: true },
  'that wait for footage': { waitsFor: 'segments' },
  'in their state for eight hours': { minAge: 8 * 3600 },
}

export async function benchList({ videos, eventsEach, repeats, signal }: ListBench): Promise<Figure[]> {
  await using server = await Server.start()
  const db = connect({ url: server.url(), name: 'bench', statementMs: 600_000 })
  try {
    await migrate(server.url())
    process.stderr.write(`filling: ${videos} videos, ${videos * eventsEach} events\n`)
    await fillMany(db, { videos, eventsEach, hours: HOURS })
    await condenseCounts(db)
    const steps: number[] = []
    for (let more = true; more && !signal.aborted;) {
      const begun = performance.now()
      more = await countHours(db)
      steps.push(performance.now() - begun)
    }
    return [
      figure('the hours of the log, a step of 4,000 events', 'ms', steps),
      ...(await readings(db, repeats, signal)),
    ]
  } finally {
    await db.end()
  }
}

async function readings(db: Db, repeats: number, signal: AbortSignal): Promise<Figure[]> {
  const figures: Figure[] = []
  const measure = async (name: string, ask: () => Promise<unknown>, goal?: string): Promise<void> => {
    const took: number[] = []
    for (let i = 0; i < repeats + 1; i++) {
      signal.throwIfAborted()
      const begun = performance.now()
      await ask()
      // the first fills caches
      if (i > 0) took.push(performance.now() - begun)
    }
    figures.push(figure(name, 'ms', took, goal))
  }
  const question = (filter: VideoFilter): ListQuestion => ({ filter, order: 'edited', after: null, limit: 100 })
  await measure('a question that needs no table', () => db.query('select 1'))
  for (const [name, filter] of Object.entries(filters)) {
    await measure(`100 ${name}`, () => listVideos(db, question(filter)))
    await measure(`how many ${name}`, () => totalOf(db, filter))
  }
  const { next } = await listVideos(db, { ...question({}), limit: 1_000 })
  await measure('100 behind the first 1,000', () => listVideos(db, { ...question({}), after: next }))
  await measure('the totals', () => countsByState(db))
  await measure('the board', () => readBoard(db, [], 24), '≤ 100 ms')
  for (const hours of [1, 80.5, HOURS - 1])
    await measure(
      `the board of ${hours} hours ago`,
      () => readBoardAt(db, new Date(Date.now() - hours * 3_600_000).toISOString()),
      '≤ 100 ms',
    )
  return figures
}
