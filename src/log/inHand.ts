/** What each node has in hand, and how far it is. */
import type { Queryable } from './database.js'

export interface InHand {
  readonly node: string
  readonly video: string
  readonly title: string | null
  /** With the substate, such as `CLAIMED.STREAMING`. */
  readonly state: string
  /** UTC. */
  readonly since: string | null
  /** Of the cut; null where nothing is known of it. */
  readonly progress: {
    readonly doneSeconds: number
    readonly totalSeconds: number
    readonly bytes: number
    /** Since the node last said how far it is. */
    readonly silentSeconds: number
  } | null
}

/** A video that is asked about after a crash is in the hands of the node that asks. */
export async function inHand(db: Queryable): Promise<InHand[]> {
  const { rows } = await db.query<Omit<InHand, 'since'> & { since: Date | null }>(
    `select case when v.substate = 'RECONCILING' then v.snapshot->'context'->'reconcile'->>'node' else v.uploader end as node,
       v.id as video, coalesce(nullif(v.video_title, ''), nullif(v.description, '')) as title,
       concat_ws('.', v.state, v.substate) as state, v.state_since as since,
       case when p.stream is not null then json_build_object('doneSeconds', p.done_seconds, 'totalSeconds', p.total_seconds,
         'bytes', p.bytes, 'silentSeconds', extract(epoch from clock_timestamp() - p.noted_at)::float8) end as progress
     from reelstate.videos v left join reelstate.progress p on p.stream = 'video/' || v.id and p.attempt = v.attempt
     where v.state in ('CLAIMED', 'FINALIZING') order by v.id`,
  )
  return rows
    .filter(({ node }) => node !== null)
    .map(({ since, ...held }) => ({ ...held, since: since?.toISOString() ?? null }))
}
