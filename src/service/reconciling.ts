/** The reconciling loop: uploads whose node is gone while they may have been published. */
import { randomUUID } from 'node:crypto'
import { isLeft } from 'fp-ts/lib/Either.js'
import { holder } from '../../machines/context.js'
import type { Surroundings } from '../effects/location.js'
import { askDestination } from '../effects/reconcile.js'
import { act } from '../log/act.js'
import type { Db } from '../log/database.js'
import { sessionOf } from '../log/sessions.js'
import { type Candidate, heldBy, toReconcile } from '../log/work.js'
import { sweepMs } from './loop.js'

/** One round of the loop. @returns when to look again, in milliseconds. */
export async function reconcileAll(db: Db, around: Surroundings, stopping: AbortSignal): Promise<number> {
  for (const candidate of await toReconcile(db, around.node, [...around.locations.keys()])) {
    if (stopping.aborted) break
    await reconcileOne(db, around, candidate)
  }
  return sweepMs
}

async function reconcileOne(db: Db, around: Surroundings, { id, context }: Candidate): Promise<void> {
  const { node, locations } = around
  const upload = context.attempt
  const backend = locations.get(upload?.upload_location ?? '')?.backend
  if (!upload || !backend) return
  // said already where the database went away before it was asked
  const asker = context.reconcile?.id ?? (await claim(db, around.node, id, upload.id))
  if (asker === null) return
  const session = await sessionOf(db, upload.id)
  await askDestination({
    db,
    node,
    video: id,
    upload: upload.id,
    asker,
    backend,
    // without a reference the destination cannot be asked, and says so
    reference: session?.reference ?? {},
    total: upload.bytes,
    cause: context.error ?? `${upload.node} stopped while it finalized`,
    // the loss of its node has counted; past the limit this says so
    notBefore: null,
    counts: context.attempts >= context.attempts_limit,
  })
}

/** @returns the id to ask under; null where another node was faster. */
async function claim(db: Db, node: string, id: string, upload: string): Promise<string | null> {
  const reconcile = randomUUID()
  const claimed = await act(db, id, {
    type: 'ReconcileClaimed',
    data: () => ({ attempt: upload, reconcile }),
    by: { node },
  })
  return isLeft(claimed) ? null : reconcile
}

/** What a node of this name had in hand when it died: at its start, before it takes anything new. */
export async function loseOwnAttempts(db: Db, node: string): Promise<void> {
  for (const { id, context } of await heldBy(db, node)) {
    const attempt = holder(context)
    if (attempt === null || (context.reconcile ?? context.attempt)?.node !== node) continue
    // refused where another node has said so already
    await act(db, id, {
      type: 'NodeLost',
      data: () => ({ attempt, lost: node, cause: `${node} stopped in the middle and was started anew` }),
      by: { node },
    })
  }
}
