/** Every video in the order of the schedule, a page at a time. */
import type { VideoContext } from '../../../machines/context.js'
import { readBlob } from '../../log/blobs.js'
import type { Queryable } from '../../log/database.js'
import { columnsOf, imageOf } from './columns.js'
import { naive } from './times.js'

interface Row {
  readonly id: string
  readonly state: string
  readonly version: number
  readonly context: VideoContext
}

const PAGE = 200

const columns = `id, state, version, snapshot->'context' as context`

/** Those of which the schedule doesn't say when they are come last. */
export async function* allRows(db: Queryable): AsyncGenerator<Record<string, unknown>, void> {
  for (let last: { start: string; id: string } | null = null; ;) {
    const rows: (Row & { readonly start: string })[] = await page(
      db,
      `select ${columns}, event_start::text as start from reelstate.videos
       where event_start is not null and ($1::timestamptz is null or (event_start, id) > ($1, $2))
       order by event_start, id limit ${PAGE}`,
      [last?.start ?? null, last?.id ?? null],
    )
    for (const row of rows) yield* listed(db, row)
    last = rows.at(-1) ?? null
    if (last === null) break
  }
  for (let last = ''; ;) {
    const rows: Row[] = await page(
      db,
      `select ${columns} from reelstate.videos where event_start is null and id > $1 order by id limit ${PAGE}`,
      [last],
    )
    for (const row of rows) yield* listed(db, row)
    const next = rows.at(-1)
    if (next === undefined) return
    last = next.id
  }
}

const page = async <R extends Row>(db: Queryable, text: string, values: readonly unknown[]): Promise<R[]> =>
  (await db.query<R>(text, [...values])).rows

async function* listed(db: Queryable, row: Row): AsyncGenerator<Record<string, unknown>, void> {
  const { context } = row
  // one that was changed by hand may hold anything
  if (typeof context?.edit !== 'object' || typeof context.source !== 'object') return
  const { event_start: start, event_end: end } = context.source
  const image = imageOf(context.edit)
  yield {
    ...columnsOf(row),
    event_end: end === null ? null : [end === start, naive(end)],
    thumbnail_image: image === null ? null : ((await readBlob(db, image))?.content.toString('base64') ?? null),
  }
}
