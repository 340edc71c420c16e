/**
 * What needs a person, put together: videos in an error state and videos with a warning, those that say the same in one group, and what
 * is left behind at destinations. Found by indexes of states, warnings and orphans: what is well is not read.
 */
import type { Queryable } from './database.js'
import { errorStates } from './list.js'

export type NeedyKind = 'error' | 'warning' | 'orphans'

export interface NeedyVideo {
  readonly id: string
  readonly title: string | null
  readonly state: string
  /** When it entered its state, or left behind the oldest of its orphans; UTC. */
  readonly since: string | null
  /** The first line of what it says. */
  readonly says: string
}

export interface NeedyGroup {
  readonly kind: NeedyKind
  /** null where its videos are in any state. */
  readonly state: string | null
  /** Of warnings: which. */
  readonly warningKind: string | null
  /** What the first lines have in common, with what differs as `…`; null where nothing is said. */
  readonly line: string | null
  readonly count: number
  readonly oldest: string | null
  readonly newest: string | null
  /** The first few, the oldest first. */
  readonly videos: readonly NeedyVideo[]
}

export interface Attention {
  readonly groups: readonly NeedyGroup[]
  /** Whether there are more groups than are shown. */
  readonly more: boolean
}

/** How many videos need a person although their state is no error. */
export interface BesideErrors {
  readonly warnings: number
  readonly orphans: number
}

export async function countBesideErrors(db: Queryable): Promise<BesideErrors> {
  const { rows } = await db.query<BesideErrors>(
    `select
       (select count(*)::integer from reelstate.videos v where ${warned('$1')}) as warnings,
       (select count(*)::integer from reelstate.videos v where ${leftBehind}) as orphans`,
    [errorStates],
  )
  return rows[0] ?? { warnings: 0, orphans: 0 }
}

const MOST_GROUPS = 100
const SHOWN_VIDEOS = 5

type Times = 'oldest' | 'newest'
type GroupRecord = Omit<NeedyGroup, Times> & Readonly<Record<Times, Date | null>>

export async function readAttention(db: Queryable): Promise<Attention> {
  const { rows } = await db.query<GroupRecord>(statement, [errorStates, MOST_GROUPS + 1, SHOWN_VIDEOS])
  return {
    groups: rows.slice(0, MOST_GROUPS).map(({ oldest, newest, ...group }) => ({
      ...group,
      oldest: oldest?.toISOString() ?? null,
      newest: newest?.toISOString() ?? null,
    })),
    more: rows.length > MOST_GROUPS,
  }
}

/** Of an error no warning is told beside it. @param errors the parameter that has the error states. */
const warned = (errors: '$1'): string => `v.warning is not null and v.state <> all(${errors}::text[])`
const leftBehind = `v.orphans <> '[]'`
const title = `coalesce(nullif(v.video_title, ''), nullif(v.description, ''))`

const statement = `
  with said as (
    select 'error' as kind, v.state as in_state, null as warning_kind, v.error as says, v.id, ${title} as title, v.state, v.state_since as since
    from reelstate.videos v where v.state = any($1::text[])
    union all
    select 'warning', v.state, v.warning_kind, v.warning, v.id, ${title}, v.state, v.state_since
    from reelstate.videos v where ${warned('$1')}
    union all
    select 'orphans', null, null, null, v.id, ${title}, v.state, (v.orphans->0->>'since')::timestamptz
    from reelstate.videos v where ${leftBehind}
  ), lined as (
    select *, nullif(reelstate.error_line(says), '') as line from said
  ), placed as (
    select *, row_number() over (partition by kind, in_state, warning_kind, line order by since, id) as place from lined
  )
  select kind, in_state as state, warning_kind as "warningKind", line, count(*)::integer as count,
    min(since) as oldest, max(since) as newest,
    jsonb_agg(jsonb_build_object('id', id, 'title', title, 'state', state,
      'since', to_char(since at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
      'says', coalesce(left(split_part(says, E'\\n', 1), 400), ''))
      order by place) filter (where place <= $3) as videos
  from placed group by kind, in_state, warning_kind, line
  order by kind = 'orphans', kind = 'warning', array_position($1::text[], in_state), warning_kind, count(*) desc, line limit $2`
