/** What nodes have in hand, and whether they are still there to finish it. */
import type { Queryable } from './database.js'
import { isNameLocked } from './nodes.js'

/** A video in the hands of another node, and what is seen of that. */
export interface Held {
  readonly video: string
  readonly node: string
  /** Of the upload, or the id of its ReconcileClaimed: what NodeLost names. */
  readonly attempt: string
  /** The last beat, as text: another text is another beat. null where the node is not registered. */
  readonly beat: string | null
  /** It has said that it stopped. */
  readonly stopped: boolean
  /** Its connection stands, so its process may be alive. */
  readonly locked: boolean
}

/** Every video that another node is cutting, uploading or reconciling: as many as there are nodes, more or less. */
export async function heldByOthers(db: Queryable, own: string): Promise<Held[]> {
  const { rows } = await db.query<Held>(
    `select v.id as video, v.node, v.attempt, n.beat_at::text as beat, n.stopped_at is not null as stopped,
       n.name is not null and ${isNameLocked('n.name')} as locked
     from (
       select id, case when substate = 'RECONCILING' then reconcile->>'node' else uploader end as node,
         case when substate = 'RECONCILING' then reconcile->>'id' else attempt end as attempt
       from reelstate.videos, lateral (select snapshot->'context'->'reconcile') as stored(reconcile)
       where state in ('CLAIMED', 'FINALIZING')
     ) v left join reelstate.nodes n on n.name = v.node
     where v.node is not null and v.attempt is not null and v.node <> $1`,
    [own],
  )
  return rows
}
