/** All rows as wubloader's pages ask for them, beside the same rows read bare; what that takes of the node's memory, and of its time. */
import type { Db } from '../../src/log/database.js'
import { type Figure, figure, ratios } from '../figure.js'
import { ask, byTurns, timed } from '../http/measure.js'
import type { SlowPlace } from '../slow.js'

const VIDEOS = 10_000
const TIMES = 5

export async function benchAllRows({ url, repeats }: SlowPlace, db: Db): Promise<Figure[]> {
  process.stderr.write(`${VIDEOS} rows\n`)
  // each as a node has left it, with its whole context
  await db.query(
    `insert into reelstate.videos
     select (jsonb_populate_record(v, jsonb_build_object('id', 'copy-' || n, 'event_start', now() - n * interval '1 second'))).*
     from reelstate.videos v, generate_series(1, ${VIDEOS}) n
     where v.id = (select id from reelstate.videos where state = 'DONE' order by id limit 1)`,
  )
  await db.query('analyze reelstate.videos')
  const seen = { rssBefore: await metric(url, 'process_resident_memory_bytes'), most: 0, lag: [] as number[] }
  let bytes = 0
  const took = await byTurns(
    TIMES * repeats,
    async () => {
      // what the loop was held up before is forgotten with each scrape
      await metric(url, 'nodejs_eventloop_lag_p99_seconds')
      const answer = await ask(`${url}/thrimshim`)
      bytes = answer.bytes
      seen.lag.push((await metric(url, 'nodejs_eventloop_lag_p99_seconds')) * 1000)
      seen.most = Math.max(seen.most, await metric(url, 'process_resident_memory_bytes'))
      return answer.ms
    },
    () =>
      timed(() =>
        db.query(
          `select id, state, version, snapshot->'context' as context, event_start::text as start from reelstate.videos order by event_start, id`,
        ),
      ),
  )
  const mebibytes = (size: number): number => size / 2 ** 20
  return [
    figure(`GET /thrimshim, ${VIDEOS} videos, ${mebibytes(bytes).toFixed(1)} MiB`, 'ms', took.ours),
    figure('GET /thrimshim / the same rows by one bare statement', '', ratios(took.ours, took.theirs), '≤ 1.5'),
    figure('memory that the node has taken for it', 'MiB', [mebibytes(seen.most - seen.rssBefore)]),
    figure('p99 of the delay of its event loop meanwhile', 'ms', seen.lag),
  ]
}

async function metric(url: string, name: string): Promise<number> {
  // a scrape is kept for a second
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const { text } = await ask(`${url}/metrics`, { text: true })
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
}
