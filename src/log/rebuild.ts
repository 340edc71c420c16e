/** The projection made anew from the log alone. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { type Db, type Queryable, transaction } from './database.js'
import { replay } from './replay.js'

export interface Rebuilt {
  readonly videos: number
  /** Videos whose history cannot be read: they have no row until it can. */
  readonly unreadable: readonly string[]
}

/** Empties and refills `videos` in one transaction: nobody sees it half done, and appends wait. */
export const rebuild = (db: Db): Promise<Rebuilt> =>
  transaction(db, async (on) => {
    await on.query('lock table reelstate.videos in access exclusive mode')
    await on.query('delete from reelstate.videos')
    return fillFromLog(on)
  })

/** Folds every stream of a video and inserts its row; `videos` is empty. */
export async function fillFromLog(on: Queryable): Promise<Rebuilt> {
  let videos = 0
  const unreadable: string[] = []
  for await (const id of streams(on)) {
    const replayed = await replay(on, id)
    if (isLeft(replayed) || !replayed.right.row) {
      unreadable.push(id)
      continue
    }
    await on.query(
      'insert into reelstate.videos select r.* from jsonb_populate_record(null::reelstate.videos, $1::jsonb) r',
      [JSON.stringify(replayed.right.row)],
    )
    videos++
  }
  return { videos, unreadable }
}

async function* streams(on: Queryable): AsyncGenerator<string> {
  for (let last = 'video/'; ;) {
    const { rows } = await on.query<{ stream: string }>(
      `select stream from reelstate.events where version = 1 and stream > $1 and stream like 'video/%' order by stream limit 500`,
      [last],
    )
    for (const { stream } of rows) yield stream.slice('video/'.length)
    if (rows.length === 0) return
    last = rows.at(-1)?.stream ?? last
  }
}
