/** A database as a very long marathon leaves it: what the chart has folded, written in the order in which it would have happened. */
import { isLeft } from 'fp-ts/lib/Either.js'
import { CHART_VERSION } from '../../machines/video.js'
import { countHours } from '../../src/log/boardHours.js'
import { condenseCounts } from '../../src/log/counts.js'
import type { Db, Queryable } from '../../src/log/database.js'
import { disagreements, replay } from '../../src/log/replay.js'
import { endOf, type End, type Life, lifeTo, longLife } from './lives.js'

export interface Filling {
  readonly videos: number
  readonly events: number
  /** Until now. */
  readonly hours: number
  /** Events of the one video that has very many. */
  readonly long: number
  readonly signal: AbortSignal
}

export const longVideo = 'long'
const atOnce = 2_000

/** The database has to be migrated and empty. @throws Error where a row is not what its events say. */
export async function fill(db: Db, filling: Filling): Promise<void> {
  const on = await db.connect()
  try {
    await on.query('set statement_timeout = 0')
    // the hashes of so many short histories are of no interest here
    await on.query('alter table reelstate.events disable trigger events_chain')
    await fillLives(on, filling)
    await on.query('alter table reelstate.events enable trigger events_chain')
    await fillLong(on, filling)
    for (const table of ['events', 'videos', 'video_texts']) await on.query(slow(`vacuum analyze reelstate.${table}`))
    await condenseCounts(on)
    while (await countHours(on, 50_000)) filling.signal.throwIfAborted()
    await on.query(slow('vacuum analyze reelstate.state_counts, reelstate.board_moves, reelstate.board_stays'))
  } finally {
    on.release(true)
  }
  for (const id of ['v1', 'v7', 'v45', 'v75', 'v82', 'v86', 'v95', longVideo]) await assertWhole(db, id)
}

const slow = (text: string) => ({ text, query_timeout: 900_000 })

async function fillLives(on: Queryable, { videos, events, hours, signal }: Filling): Promise<void> {
  const each = Math.floor(events / videos)
  const lives = new Map<End, Life>()
  const lifeOf = (n: number): Life => {
    const end = endOf(n)
    const known = lives.get(end)
    if (known) return known
    const life = lifeTo(end, each)
    lives.set(end, life)
    return life
  }
  const beginMs = Date.now() - hours * 3_600_000
  const stepMs = (hours * 3_600_000) / (each + 1)
  const timesOf = (n: number) => (version: number) =>
    new Date(Math.floor(beginMs + stepMs * (version - 1 + n / (videos + 1)))).toISOString()
  for (let version = 1; version <= each; version++)
    await inParts(
      videos,
      signal,
      (n) => {
        const id = `v${n}`
        const at = timesOf(n)
        const written = lifeOf(n).events[version - 1]
        return [`video/${id}`, version, at(version), written?.write(id, at) ?? ''] as const
      },
      (part) => insertEvents(on, part),
    )
  await inParts(
    videos,
    signal,
    (n) => lifeOf(n).row.write(`v${n}`, timesOf(n)),
    (part) => insertRows(on, part),
  )
}

async function fillLong(on: Queryable, { long, hours, signal }: Filling): Promise<void> {
  const life = longLife(long)
  const beginMs = Date.now() - hours * 3_600_000
  const at = (version: number) => new Date(Math.floor(beginMs + (hours * 3_500_000 * version) / long)).toISOString()
  await inParts(
    long,
    signal,
    (version) => {
      const written = life.events[version - 1]
      return [`video/${longVideo}`, version, at(version), written?.write(longVideo, at) ?? ''] as const
    },
    (part) => insertEvents(on, part),
  )
  await insertRows(on, [life.row.write(longVideo, at)])
}

type EventLine = readonly [stream: string, version: number, at: string, rest: string]

/** What `make` makes of 1 to `count`, some thousand at a time. */
async function inParts<A>(
  count: number,
  signal: AbortSignal,
  make: (n: number) => A,
  take: (part: readonly A[]) => Promise<void>,
): Promise<void> {
  for (let from = 1; from <= count; from += atOnce) {
    signal.throwIfAborted()
    await take(Array.from({ length: Math.min(atOnce, count + 1 - from) }, (_, n) => make(from + n)))
  }
}

async function insertEvents(on: Queryable, lines: readonly EventLine[]): Promise<void> {
  await on.query(
    `insert into reelstate.events (stream, version, type, schema, state, chart, data, actor, node, txid, recorded_at, hash)
     select l.stream, l.version, e.type, e.schema, e.state, ${CHART_VERSION}, e.data, e.actor, e.node, '0', l.at, '\\x00'
     from unnest($1::text[], $2::integer[], $3::timestamptz[], $4::text[]) with ordinality l(stream, version, at, rest, place),
       lateral jsonb_to_record(l.rest::jsonb) e(type text, schema integer, state text, data jsonb, actor text, node text)
     order by l.place`,
    [0, 1, 2, 3].map((column) => lines.map((line) => line[column])),
  )
}

async function insertRows(on: Queryable, rows: readonly string[]): Promise<void> {
  await on.query(
    `insert into reelstate.videos select v.* from unnest($1::text[]) r(text),
       lateral jsonb_populate_record(null::reelstate.videos, r.text::jsonb) v`,
    [rows],
  )
}

async function assertWhole(db: Db, id: string): Promise<void> {
  const replayed = await replay(db, id)
  if (isLeft(replayed)) throw new Error(`the log of ${id} can't be folded: ${JSON.stringify(replayed.left)}`)
  const { row } = replayed.right
  const wrong = row === null ? ['it has none'] : await disagreements(db, row)
  if (wrong.length > 0) throw new Error(`the row of ${id} is not what its events say: ${JSON.stringify(wrong)}`)
}
