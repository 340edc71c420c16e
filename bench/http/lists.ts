/** Pages of a filtered list over very many videos, beside the same statement bare, and beside a bare route that runs it. */
import { condenseCounts } from '../../src/log/counts.js'
import { listStatement, type ListQuestion } from '../../src/log/list.js'
import { fillMany } from '../../spec/support/manyVideos.js'
import type { Place } from '../http.js'
import { type Figure, figure, ratios } from '../figure.js'
import { ask, byTurns, timed } from './measure.js'

const PAGES = 40

interface Page {
  readonly next: string | null
}

export async function benchLists({ url, bare, db }: Place, videos: number): Promise<Figure[]> {
  process.stderr.write(`filling: ${videos} videos\n`)
  await fillMany(db, { videos, eventsEach: 2, hours: 168 })
  await condenseCounts(db)
  await db.query('analyze reelstate.videos')
  const question: ListQuestion = { filter: { states: ['DONE'] }, order: 'edited', after: null, limit: 100 }
  const statement = await listStatement(db, question)
  if (statement === null) throw new Error('there is nothing to list')
  let after = ''
  const page = async (): Promise<number> => {
    const { text, ms } = await ask(`${url}/api/videos?state=DONE&limit=100${after}`, { text: true })
    const { next } = JSON.parse(text) as Page
    // the first page has how many there are in all, too
    after = next === null ? '' : `&after=${encodeURIComponent(next)}`
    return ms
  }
  await page()
  const bareStatement = await byTurns(PAGES, page, () => timed(() => db.query(statement)))
  const asked = { method: 'POST', body: { text: statement.text, values: statement.values } }
  const bareRoute = await byTurns(PAGES, page, async () => (await ask(`${bare}/rows`, asked)).ms)
  return [
    figure(`a page of 100 of ${videos} videos`, 'ms', bareStatement.ours),
    figure('a page / the same statement bare', '', ratios(bareStatement.ours, bareStatement.theirs), '≤ 1.5'),
    figure('a page / a bare route with the statement', '', ratios(bareRoute.ours, bareRoute.theirs), '≤ 1.5'),
  ]
}
